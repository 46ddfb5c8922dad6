import type { TaskState, TaskSummary } from '../bindings';

import { needsAttention, neverRan } from './life';

export const ENVIRONMENTS = ['production', 'staging', 'dev', 'unspecified'] as const;
export const GROUPS = ['attention', 'running', 'paused', 'ended', 'not_run'] as const;

/** States that a person looks for together. */
export type Group = (typeof GROUPS)[number];

/** What the list is narrowed to; null is no matter. */
export interface Filter {
  query: string;
  environment: (typeof ENVIRONMENTS)[number] | null;
  group: Group | null;
}

export const NO_FILTER: Filter = { query: '', environment: null, group: null };

export function groupOf(state: TaskState): Group {
  if (needsAttention(state)) return 'attention';
  if (neverRan(state)) return 'not_run';
  if (state === 'paused') return 'paused';
  if (state === 'stopped' || state === 'finished' || state === 'released') return 'ended';
  return 'running';
}

export function isNarrowed({ query, environment, group }: Filter): boolean {
  return query.trim() !== '' || environment !== null || group !== null;
}

export function matches(task: TaskSummary, { query, environment, group }: Filter): boolean {
  const { source, destination } = task;
  if (group !== null && groupOf(task.report.state) !== group) return false;
  if (environment !== null && source.environment !== environment && destination.environment !== environment) return false;
  const text = [task.name, task.id, source.label, destination.label].join('\n').toLowerCase();
  return query.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

/** The names that more than one task has: those are told apart by when they were made. */
export function sharedNames(tasks: TaskSummary[]): Set<string> {
  const seen = new Set<string>();
  return new Set(tasks.flatMap(({ name }) => (seen.size === seen.add(name).size ? [name] : [])));
}
