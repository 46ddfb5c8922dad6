import { useCallback, useEffect, useRef, useState } from 'react';

import { asCommandError } from '../backend/backend';
import { useBackend } from '../backend/context';
import type { CommandError, ConnectivityReport, ConnectivityStage, TestRequest } from '../bindings';
import { fieldMistakes, type Mistakes } from '../shared/phrases';

/** A test of one server, running or over. */
export interface ConnectivityTest {
  runId: string;
  running: boolean;
  passed: ConnectivityStage[];
  report: ConnectivityReport | null;
  /** It could not be run at all. */
  error: CommandError | null;
  /** What was tested, to tell when it was changed since; see `identity`. */
  of: string;
}

let runs = 0;

/** A name for a run that can be cancelled. */
export function newRunId(): string {
  runs += 1;
  return `${Date.now().toString(36)}-${runs}`;
}

export interface Tester<Key extends string> {
  tests: Partial<Record<Key, ConnectivityTest>>;
  /** Whether every stage passed. Settles when the test is over, however. */
  run: (key: Key, of: string, request: Omit<TestRequest, 'run_id'>) => Promise<boolean>;
  cancel: (key: Key) => void;
  forget: (...keys: Key[]) => void;
  set: (tests: Partial<Record<Key, ConnectivityTest>>) => void;
}

/** Connectivity tests by key; what one finds leaves the others as they are. */
export function useConnectivity<Key extends string>(
  initial: Partial<Record<Key, ConnectivityTest>> = {},
  onFields: (fields: Mistakes) => void = () => undefined,
): Tester<Key> {
  const backend = useBackend();
  const [tests, setTests] = useState(initial);
  const current = useRef(tests);
  useEffect(() => {
    current.current = tests;
  }, [tests]);

  const run = useCallback(
    async (key: Key, of: string, request: Omit<TestRequest, 'run_id'>): Promise<boolean> => {
      const runId = newRunId();
      const begun: ConnectivityTest = { runId, running: true, passed: [], report: null, error: null, of };
      setTests((before) => ({ ...before, [key]: begun }));
      // A later run of the same side has the word.
      const update = (change: (test: ConnectivityTest) => ConnectivityTest | undefined) =>
        setTests((before) => {
          const test = before[key];
          return test?.runId === runId ? { ...before, [key]: change(test) } : before;
        });
      try {
        const report = await backend.testConnectivity({ ...request, run_id: runId }, ({ stage, ms }) => {
          if (ms !== null) update((test) => ({ ...test, passed: [...test.passed, stage] }));
        });
        update((test) => ({ ...test, running: false, passed: report.passed.map(({ stage }) => stage), report }));
        return report.failed === null;
      } catch (reason) {
        const error = asCommandError(reason);
        const fields = fieldMistakes(error.fields, (field) => (field.includes('.') ? field : `${key}.${field}`));
        const known = Object.keys(fields).length > 0;
        if (known) onFields(fields);
        update((test) => (known || error.code === 'cancelled' ? undefined : { ...test, running: false, error }));
        return false;
      }
    },
    [backend, onFields],
  );

  return {
    tests,
    run,
    cancel: (key) => {
      const test = current.current[key];
      if (!test?.running) return;
      // Acknowledged at once; the call ends when the program has let go.
      setTests((before) => ({ ...before, [key]: undefined }));
      void backend.cancelRun(test.runId).catch(() => undefined);
    },
    forget: (...keys) => setTests((before) => ({ ...before, ...Object.fromEntries(keys.map((key) => [key, undefined])) })),
    set: setTests,
  };
}
