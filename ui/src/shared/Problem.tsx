import { ExclamationCircleOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { CommandError } from '../bindings';

import { howToMend } from './failure';
import { sayError } from './phrases';

interface Props {
  title: string;
  error: CommandError;
  action?: ReactNode;
  'data-testid'?: string;
}

/** Something that did not work, said where it happened; it stays until it is over. */
export function Problem({ title, error, action, ...rest }: Props) {
  const { t } = useTranslation();
  const remedy = howToMend(t, error);
  return (
    <div className="problem" role="alert" {...rest}>
      <ExclamationCircleOutlined className="problem-icon" aria-hidden />
      <div className="problem-text">
        <strong>{title}</strong>
        <p>{sayError(t, error)}</p>
        {remedy ? <p>{remedy}</p> : null}
        <code className="quiet">{error.code}</code>
      </div>
      {action}
    </div>
  );
}
