import type { ReactNode } from 'react';

interface Props {
  name: string;
  value: string;
  testId: string;
  /** Something about it is to be minded; what, is said in words as well. */
  attention?: boolean;
  /** What it means, on hover. */
  hint?: string;
  children: ReactNode;
}

/** One figure with its name, and what belongs to it. */
export function Figure({ name, value, testId, attention = false, hint, children }: Props) {
  return (
    <div className={attention ? 'card figure is-attention' : 'card figure'} title={hint}>
      <dt>{name}</dt>
      <dd className="figure-value" data-testid={testId}>{value}</dd>
      <dd className="quiet">{children}</dd>
    </div>
  );
}
