import { useCallback, useEffect, useRef, useState } from 'react';

import { asCommandError } from '../backend/backend';
import { useBackend } from '../backend/context';
import { type ConnectivityTest, newRunId } from '../forms/useConnectivity';

/** A test of what a template has stored; its result is kept with the template. */
export function useTemplateTest(id: string, onDone: () => void) {
  const backend = useBackend();
  const [test, setTest] = useState<ConnectivityTest | null>(null);
  // What runs, if anything does: a result that comes after its row was closed is not shown.
  const running = useRef<string | null>(null);
  const cancel = useCallback(() => {
    if (running.current !== null) void backend.cancelRun(running.current).catch(() => undefined);
    running.current = null;
  }, [backend]);
  useEffect(() => cancel, [cancel]);

  const run = useCallback(() => {
    cancel();
    const mine = newRunId();
    running.current = mine;
    const set = (change: (before: ConnectivityTest) => ConnectivityTest) => {
      if (running.current === mine) setTest((before) => before && change(before));
    };
    setTest({ runId: mine, running: true, passed: [], report: null, error: null, of: id });
    backend.testTemplate(id, mine, ({ stage, ms }) => {
      if (ms !== null) set((before) => ({ ...before, passed: [...before.passed, stage] }));
    }).then(
      (report) => set((before) => ({ ...before, running: false, passed: report.passed.map(({ stage }) => stage), report })),
      (reason: unknown) => set((before) => ({ ...before, running: false, error: asCommandError(reason) })),
    ).finally(() => {
      if (running.current === mine) running.current = null;
      onDone();
    });
  }, [backend, id, onDone, cancel]);

  const close = useCallback(() => {
    cancel();
    setTest(null);
  }, [cancel]);
  return { test, run, close };
}
