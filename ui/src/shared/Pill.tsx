import type { ReactNode } from 'react';

/** What a colour means; never the only carrier of it. */
export type Tone = 'good' | 'attention' | 'bad' | 'info' | 'idle' | 'brand';

interface Props {
  tone: Tone;
  icon?: ReactNode;
  children: ReactNode;
  'data-testid'?: string;
}

/** Icon, word and colour together. */
export function Pill({ tone, icon, children, ...rest }: Props) {
  return (
    <span className={`pill tone-${tone}`} {...rest}>
      {icon}
      <span>{children}</span>
    </span>
  );
}

/** A small word in capitals. */
export function Tag({ tone, children }: { tone: Tone; children: ReactNode }) {
  return <span className={`tag tone-${tone}`}>{children}</span>;
}
