import { useTranslation } from 'react-i18next';

import { Tag, type Tone } from '../shared/Pill';

export const ENVIRONMENTS = ['unspecified', 'dev', 'staging', 'production'] as const;
type Environment = (typeof ENVIRONMENTS)[number];

const TONES: Record<Exclude<Environment, 'unspecified'>, Tone> = {
  dev: 'good',
  staging: 'info',
  production: 'bad',
};

/** The word and colour of a connection's environment; nothing where it has none. */
export function EnvironmentTag({ environment }: { environment: string }) {
  const { t } = useTranslation();
  if (environment !== 'dev' && environment !== 'staging' && environment !== 'production') return null;
  return <Tag tone={TONES[environment]}>{t(`environment.tag.${environment}`)}</Tag>;
}
