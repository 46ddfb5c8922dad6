import { useEffect, useState } from 'react';

import { asCommandError } from '../../backend/backend';
import { useBackend } from '../../backend/context';
import type { CommandError, SkippedKind, SkippedPage, SkippedRow } from '../../bindings';

/** How many rows are asked for at once. */
const ROWS = 100;

export interface Only {
  kind: SkippedKind;
  reason: string;
}

interface Listed {
  rows: SkippedRow[];
  /** How many fell out of the list. */
  lost: number;
  /** A part is on its way. */
  asking: boolean;
  /** Why the last part could not be had. */
  error: CommandError | null;
  /** Asks for the next part; null where there is none. */
  more: (() => void) | null;
}

/** What a task left out, a part at a time. `total` is how much of it there is by the report's counts. */
export function useSkipped(id: string, only: Only | null, total: number): Listed {
  const backend = useBackend();
  const [ask, setAsk] = useState({ after: 0, total });
  const [pages, setPages] = useState<SkippedPage[]>([]);
  const [answer, setAnswer] = useState<{ to: object; error: CommandError | null }>({ to: {}, error: null });
  useEffect(() => {
    let gone = false;
    backend.listSkipped(id, { after: ask.after, kind: only?.kind ?? null, reason: only?.reason ?? null, limit: ROWS }).then(
      (page) => {
        if (gone) return;
        setPages((before) => [...before, page]);
        setAnswer({ to: ask, error: null });
      },
      (reason: unknown) => gone || setAnswer({ to: ask, error: asCommandError(reason) }),
    );
    return () => { gone = true; };
  }, [backend, id, only, ask]);
  const rows = pages.flatMap((page) => page.rows);
  const last = pages.at(-1);
  const asking = answer.to !== ask;
  // What was left out since the last part came lies behind it.
  const more = answer.error !== null || (last !== undefined && (last.next !== null || total > ask.total));
  return {
    rows,
    lost: last?.lost ?? 0,
    asking,
    error: answer.error,
    more: more ? () => asking || setAsk({ after: rows.at(-1)?.number ?? 0, total }) : null,
  };
}
