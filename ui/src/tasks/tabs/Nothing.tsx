import type { ReactNode } from 'react';

/** Where a table would be. */
export function Nothing({ children }: { children: ReactNode }) {
  return <p className="nothing quiet">{children}</p>;
}
