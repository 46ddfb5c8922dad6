import { useCallback, useRef, useState } from 'react';

import { asCommandError } from '../backend/backend';
import { useBackend } from '../backend/context';
import type { CommandError, IgnoredCheck, ItemReport, PrecheckReport } from '../bindings';
import { newRunId } from '../forms/useConnectivity';

import type { PrecheckState } from './session';

interface Run {
  items: ItemReport[];
  running: boolean;
  error: CommandError | null;
  /** What it is true of; null while that is not known. */
  of: string | null;
}

/** A draft's precheck: what was found last, and looking again. `of` is what the form says now. */
export function usePrecheck(
  known: PrecheckReport | null,
  of: string,
  alreadyIgnored: IgnoredCheck[],
  configured: () => Promise<string>,
): PrecheckState {
  const backend = useBackend();
  const [run, setRun] = useState<Run>({ items: known?.items ?? [], running: false, error: null, of: known ? of : null });
  const [ignored, setIgnored] = useState(alreadyIgnored);
  const runId = useRef<string | null>(null);

  const look = useCallback(async (prepare: (id: string) => Promise<void>) => {
    if (runId.current !== null) return;
    const mine = newRunId();
    runId.current = mine;
    setRun({ items: [], running: true, error: null, of: null });
    try {
      const id = await configured();
      await prepare(id);
      const report = await backend.runPrecheck(id, mine, (item) =>
        setRun((before) => ({ ...before, items: [...before.items.filter((each) => each.id !== item.id), item] })));
      setRun({ items: report.items, running: false, error: null, of });
      const details = await backend.showTask(id);
      setIgnored(details.ignored);
    } catch (reason) {
      const error = asCommandError(reason);
      setRun((before) => ({ ...before, running: false, error: error.code === 'cancelled' ? null : error }));
    } finally {
      runId.current = null;
    }
  }, [backend, configured, of]);

  return {
    ...run,
    fresh: !run.running && run.of === of,
    ignored,
    run: useCallback(() => void look(() => Promise.resolve()), [look]),
    cancel: () => {
      if (runId.current !== null) void backend.cancelRun(runId.current).catch(() => undefined);
    },
    ignore: (check, typedName) => look(async (id) => {
      // What the program has by now: another server has taken with it what was ignored for the one before.
      const { ignored: held } = await backend.showTask(id);
      await backend.ignoreChecks(id, [...held.map((one) => one.id).filter((one) => one !== check), check], typedName);
    }),
  };
}
