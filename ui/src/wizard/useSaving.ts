import { useCallback, useEffect, useRef, useState } from 'react';

import { asCommandError } from '../backend/backend';
import { useBackend } from '../backend/context';
import type { CommandError, PasswordInput } from '../bindings';

import { inputOf, type WizardValues } from './values';

/** How long after the last keystroke a draft is saved, ms. */
const PAUSE_MS = 400;

export interface Saving {
  /** When the draft was last saved; null where it was not since it was opened. */
  at: Date | null;
  error: CommandError | null;
  /** Saves now what is not saved yet; gives the draft's id. Rejects where that fails. */
  flush: () => Promise<string>;
}

/** Keeps a draft as it is typed. The first keystroke makes it. */
export function useSaving(id: string | null, values: WizardValues, step: number, onMade: (id: string) => void): Saving {
  const backend = useBackend();
  const [at, setAt] = useState<Date | null>(null);
  const [error, setError] = useState<CommandError | null>(null);
  const latest = useRef({ values, step, onMade });
  const saved = useRef({ id, values, step, sent: passwords(values) });
  const queue = useRef<Promise<unknown>>(Promise.resolve());
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  // Whoever left meanwhile keeps the draft, and stays where they are.
  const here = useRef(true);

  useEffect(() => {
    latest.current = { values, step, onMade };
  }, [values, step, onMade]);

  const save = useCallback(async (force: boolean): Promise<string> => {
    const { values: now, step: at, onMade: made } = latest.current;
    const before = saved.current;
    if (before.id !== null && now === before.values && at === before.step) return before.id;
    if (before.id === null && !force && now === before.values) return '';
    try {
      const input = inputOf(now, at);
      const sent = passwords(now);
      // What was told once stays where it was put.
      const unsaid = (next: PasswordInput, last: PasswordInput | undefined): PasswordInput => (before.id !== null && next === last ? { from: 'keep' } : next);
      const next = await backend.saveDraft(before.id, { ...input, source_password: unsaid(sent[0], before.sent[0]), destination_password: unsaid(sent[1], before.sent[1]) });
      saved.current = { id: next, values: now, step: at, sent };
      setAt(new Date());
      setError(null);
      if (before.id === null && here.current) made(next);
      return next;
    } catch (reason) {
      setError(asCommandError(reason));
      throw reason;
    }
  }, [backend]);

  /** One at a time, in order: a later save must not be overtaken by an earlier one. */
  const enqueue = useCallback((force: boolean): Promise<string> => {
    clearTimeout(timer.current);
    const next = queue.current.then(() => save(force));
    queue.current = next.catch(() => undefined);
    return next;
  }, [save]);

  useEffect(() => {
    if (values === saved.current.values && step === saved.current.step) return;
    if (saved.current.id === null && values === saved.current.values) return;
    timer.current = setTimeout(() => void enqueue(false).catch(() => undefined), PAUSE_MS);
    return () => clearTimeout(timer.current);
  }, [values, step, enqueue]);

  useEffect(() => {
    const now = () => void enqueue(false).catch(() => undefined);
    here.current = true;
    window.addEventListener('pagehide', now);
    return () => {
      window.removeEventListener('pagehide', now);
      here.current = false;
      now();
    };
  }, [enqueue]);

  const flush = useCallback(() => enqueue(true), [enqueue]);
  return { at, error, flush };
}

function passwords(values: WizardValues): [PasswordInput, PasswordInput] {
  return [values.source.password, values.destination.password];
}
