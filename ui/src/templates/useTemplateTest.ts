import { useCallback, useEffect, useRef, useState } from 'react';

import { asCommandError } from '../backend/backend';
import { useBackend } from '../backend/context';
import type { ConnectivityTest } from '../forms/useConnectivity';

/** A test of what a template has stored; its result is kept with the template. */
export function useTemplateTest(id: string, onDone: () => void) {
  const backend = useBackend();
  const [test, setTest] = useState<ConnectivityTest | null>(null);
  // A result that comes after its row was closed, or after a later test, is not shown.
  const run_of = useRef(0);
  useEffect(() => () => { run_of.current += 1; }, []);

  const run = useCallback(() => {
    run_of.current += 1;
    const mine = run_of.current;
    const set = (change: (before: ConnectivityTest) => ConnectivityTest) => {
      if (run_of.current === mine) setTest((before) => before && change(before));
    };
    setTest({ runId: '', running: true, passed: [], report: null, error: null, of: id });
    backend.testTemplate(id, ({ stage, ms }) => {
      if (ms !== null) set((before) => ({ ...before, passed: [...before.passed, stage] }));
    }).then(
      (report) => set((before) => ({ ...before, running: false, passed: report.passed.map(({ stage }) => stage), report })),
      (reason: unknown) => set((before) => ({ ...before, running: false, error: asCommandError(reason) })),
    ).finally(onDone);
  }, [backend, id, onDone]);

  const close = useCallback(() => {
    run_of.current += 1;
    setTest(null);
  }, []);
  return { test, run, close };
}
