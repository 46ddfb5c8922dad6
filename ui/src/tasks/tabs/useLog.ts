import { useCallback, useEffect, useState } from 'react';

import { asCommandError } from '../../backend/backend';
import { useBackend } from '../../backend/context';
import type { CommandError, LogFilter, LogLine, LogPage } from '../../bindings';

/** So many lines are on the page at most: older ones can be asked for again. */
const SHOWN_MAX = 5000;

interface Log {
  /** Oldest first; null until they came. */
  lines: LogLine[] | null;
  /** Older ones are on their way. */
  asking: boolean;
  error: CommandError | null;
  /** Asks for older lines; null where there are none. */
  older: (() => void) | null;
}

function extended(shown: LogPage, news: LogLine[]): LogPage {
  const lines = [...shown.lines, ...news];
  const kept = lines.slice(-SHOWN_MAX);
  return { lines: kept, before: kept.length < lines.length ? (kept[0]?.position ?? null) : shown.before };
}

/** The lines of a task's log that are wanted, live: the newest, and older ones as they are asked for. */
export function useLog(id: string, filter: LogFilter): Log {
  const backend = useBackend();
  const { least, text } = filter;
  const [page, setPage] = useState<{ of: string; shown: LogPage } | null>(null);
  const [asking, setAsking] = useState(false);
  const [error, setError] = useState<CommandError | null>(null);
  const wanted = `${least} ${text}`;
  useEffect(() => {
    let first = true;
    const subscription = backend.subscribeLog(id, { least, text }, (news) => {
      const anew = first || news.before !== null;
      first = false;
      setError(null);
      setPage((before) => ({ of: wanted, shown: anew || !before ? news : extended(before.shown, news.lines) }));
    });
    subscription.ready.catch((reason: unknown) => setError(asCommandError(reason)));
    return () => subscription.end();
  }, [backend, id, least, text, wanted]);

  const before = page?.shown.before ?? null;
  const older = useCallback(() => {
    if (before === null) return;
    setAsking(true);
    setError(null);
    backend.readLog(id, { least, text }, before).then(
      // Of another filter by now, it is not what is shown.
      (more) => setPage((now) => (now?.of === wanted ? { of: wanted, shown: { lines: [...more.lines, ...now.shown.lines], before: more.before } } : now)),
      (reason: unknown) => setError(asCommandError(reason)),
    ).finally(() => setAsking(false));
  }, [backend, id, least, text, wanted, before]);
  return { lines: page?.shown.lines ?? null, asking, error, older: before === null ? null : older };
}
