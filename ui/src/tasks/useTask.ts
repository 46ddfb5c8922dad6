import { useEffect, useState } from 'react';

import { asCommandError } from '../backend/backend';
import { useBackend } from '../backend/context';
import type { Charts, CommandError, TaskDetails, TaskUpdate } from '../bindings';

import { addPoints, NO_CHARTS } from './charts';

const EVENTS_MAX = 500;

/** `details` after `update`; null until the first snapshot. */
function applyUpdate(details: TaskDetails | null, update: Exclude<TaskUpdate, { kind: 'charts' | 'gone' }>): TaskDetails | null {
  if (update.kind === 'snapshot') return update.details;
  if (!details) return null;
  if (update.kind === 'event') return { ...details, events: [...details.events, update.event].slice(-EVENTS_MAX) };
  return { ...details, summary: { ...details.summary, report: update.report } };
}

/** The task `id`, live; `error` is why it cannot be shown, or not any more. Mount anew for another one. */
export function useTask(id: string): { details: TaskDetails | null; charts: Charts; error: CommandError | null } {
  const backend = useBackend();
  const [details, setDetails] = useState<TaskDetails | null>(null);
  const [charts, setCharts] = useState(NO_CHARTS);
  const [error, setError] = useState<CommandError | null>(null);
  useEffect(() => {
    const subscription = backend.subscribeTask(id, (update) => {
      if (update.kind === 'charts') setCharts((before) => addPoints(before, update.charts));
      else if (update.kind === 'gone') setError(update.error);
      else setDetails((before) => applyUpdate(before, update));
    });
    subscription.ready.catch((reason: unknown) => setError(asCommandError(reason)));
    return () => subscription.end();
  }, [backend, id]);
  return { details, charts, error };
}
