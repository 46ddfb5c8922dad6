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
export type Action = 'pause' | 'resume' | 'stop' | 'release' | 'retry' | 'delete';

const ALLOWED: Record<TaskState, readonly Action[]> = {
  not_configured: ['delete'],
  not_started: ['delete'],
  prechecking: [],
  precheck_failed: ['delete'],
  precheck_passed: ['delete'],
  running: ['pause', 'stop'],
  retrying: ['pause', 'stop', 'retry'],
  holding: ['pause', 'stop', 'retry'],
  waiting_for_credentials: ['stop', 'release'],
  pausing: ['stop'],
  paused: ['resume', 'stop', 'release'],
  stopping: [],
  stopped: ['release'],
  failed: ['resume', 'stop', 'release'],
  finished: ['release'],
  released: ['delete'],
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
