import { useState } from 'react';

/** One opening of a dialog. */
export interface Opening<T> {
  about: T;
  /** Its key: a dialog that is asked for while the last one still closes is another one. */
  number: number;
}

/** Which dialog is open or still closes; null is none. */
export function useOpening<T>(): [opening: Opening<T> | null, open: (about: T) => void, closed: () => void] {
  const [opening, setOpening] = useState<Opening<T> | null>(null);
  const open = (about: T) => setOpening((last) => ({ about, number: (last?.number ?? 0) + 1 }));
  return [opening, open, () => setOpening(null)];
}
