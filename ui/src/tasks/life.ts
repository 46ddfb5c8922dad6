import type { TaskReport, TaskState } from '../bindings';
import type { Tone } from '../shared/Pill';

/** What a task shows as its state: the state itself, or where a running one is. */
export type Shown = Exclude<TaskState, 'running'> | 'full' | 'incremental' | 'caught_up' | 'starting';

export function shownState(report: TaskReport): Shown {
  if (report.state !== 'running') return report.state;
  if (report.stage === 'full') return 'full';
  if (report.stage === 'incremental') return report.caught_up ? 'caught_up' : 'incremental';
  return 'starting';
}

export const TONES: Record<Shown, Tone> = {
  not_configured: 'idle',
  not_started: 'idle',
  prechecking: 'info',
  precheck_failed: 'bad',
  precheck_passed: 'info',
  starting: 'info',
  full: 'info',
  incremental: 'info',
  caught_up: 'good',
  retrying: 'attention',
  holding: 'attention',
  waiting_for_credentials: 'attention',
  pausing: 'idle',
  paused: 'idle',
  stopping: 'idle',
  stopped: 'idle',
  failed: 'bad',
  finished: 'good',
  released: 'idle',
};

/** What can be asked of a task. */
export type Action =
  | 'pause' | 'resume' | 'stop' | 'release' | 'retry' | 'delete'
  | 'rename' | 'duplicate' | 'alerts' | 'class' | 'report' | 'diagnostics';

const ALWAYS: readonly Action[] = ['rename', 'duplicate'];
const FILES: readonly Action[] = ['report', 'diagnostics'];
const BEFORE: readonly Action[] = [...ALWAYS, 'alerts', 'class', 'delete'];
const DURING: readonly Action[] = [...ALWAYS, ...FILES, 'alerts', 'class', 'stop'];
const AFTER: readonly Action[] = [...ALWAYS, ...FILES];

const ALLOWED: Record<TaskState, readonly Action[]> = {
  not_configured: [...ALWAYS, 'delete'],
  not_started: BEFORE,
  prechecking: ALWAYS,
  precheck_failed: BEFORE,
  precheck_passed: BEFORE,
  running: [...DURING, 'pause'],
  retrying: [...DURING, 'pause', 'retry'],
  holding: [...DURING, 'pause', 'retry'],
  waiting_for_credentials: [...DURING, 'release'],
  pausing: DURING,
  paused: [...DURING, 'resume', 'release'],
  stopping: AFTER,
  stopped: [...AFTER, 'release'],
  failed: [...DURING, 'resume', 'release'],
  finished: [...AFTER, 'release'],
  released: [...AFTER, 'delete'],
};

export function allows(state: TaskState, action: Action): boolean {
  return ALLOWED[state].includes(action);
}

/** Nothing was moved yet: its place is the *Create Task* page. */
export function neverRan(state: TaskState): boolean {
  return state === 'not_configured' || state === 'not_started' || state === 'prechecking' || state === 'precheck_failed' || state === 'precheck_passed';
}

/** A process moves its data, or tries to. */
export function isLive(state: TaskState): boolean {
  return state === 'running' || state === 'retrying' || state === 'holding' || state === 'pausing' || state === 'stopping';
}

/** A person must act, or should know. */
export function needsAttention(state: TaskState): state is 'retrying' | 'holding' | 'waiting_for_credentials' | 'failed' {
  return state === 'retrying' || state === 'holding' || state === 'waiting_for_credentials' || state === 'failed';
}
