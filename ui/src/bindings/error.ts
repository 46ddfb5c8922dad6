// The engine's `error` module, as it travels.

/** Where the cause of an error lies. */
export type Side = 'source' | 'destination' | 'local';

/** An error as users and programs see it. */
export interface ErrorReport {
  /** A stable word. */
  code: string;
  /** What happened. */
  message: string;
  /** Where. */
  side: Side;
  /** What to do about it. */
  remedy: string;
}
