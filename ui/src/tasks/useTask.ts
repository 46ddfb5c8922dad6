import { useEffect, useState } from 'react';

import { asCommandError } from '../backend/backend';
import { useBackend } from '../backend/context';
import type { CommandError, TaskDetails, TaskUpdate } from '../bindings';

/** As many as an hour has seconds. */
const SAMPLES_MAX = 3_600;
const EVENTS_MAX = 500;

/** `details` after `update`; null until the first snapshot. */
export function applyUpdate(details: TaskDetails | null, update: TaskUpdate): TaskDetails | null {
  if (update.kind === 'snapshot') return update.details;
  if (!details) return null;
  if (update.kind === 'event') return { ...details, events: [...details.events, update.event].slice(-EVENTS_MAX) };
  return {
    ...details,
    summary: { ...details.summary, report: update.report },
    samples: update.sample ? [...details.samples, update.sample].slice(-SAMPLES_MAX) : details.samples,
  };
}

/** The task `id`, live. Mount anew for another one. */
export function useTask(id: string): { details: TaskDetails | null; error: CommandError | null } {
  const backend = useBackend();
  const [details, setDetails] = useState<TaskDetails | null>(null);
  const [error, setError] = useState<CommandError | null>(null);
  useEffect(() => {
    const subscription = backend.subscribeTask(id, (update) => setDetails((before) => applyUpdate(before, update)));
    subscription.ready.catch((reason: unknown) => setError(asCommandError(reason)));
    return () => subscription.end();
  }, [backend, id]);
  return { details, error };
}
