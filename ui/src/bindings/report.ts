// The engine's `report` and `task::state` modules, as they travel. Unknown is null, never 0.

import type { ErrorReport } from './error';

/** Where in its life a task is. */
export type TaskState =
  | 'not_configured'
  | 'not_started'
  | 'prechecking'
  | 'precheck_failed'
  | 'precheck_passed'
  | 'running'
  | 'retrying'
  | 'holding'
  | 'waiting_for_credentials'
  | 'pausing'
  | 'paused'
  | 'stopping'
  | 'stopped'
  | 'failed'
  | 'finished'
  | 'released';

/** A part of a migration. */
export type Stage = 'precheck' | 'full' | 'incremental';

/** How a command-line run ended. */
export type Outcome = 'done' | 'paused' | 'stopped' | 'failed' | 'precheck_failed';

/** A task's figures at one moment. */
export interface TaskReport {
  /** RFC 3339, UTC, milliseconds. */
  at: string;
  task: string;
  state: TaskState;
  stage: Stage | null;
  keys_total: number | null;
  /** Skipped ones included. */
  keys_done: number | null;
  keys_skipped: Record<string, number>;
  commands_applied: number | null;
  commands_skipped: Record<string, number>;
  /** Decimal. */
  source_offset: string | null;
  /** Decimal. */
  applied_offset: string | null;
  lag_bytes: number | null;
  lag_ms: number | null;
  caught_up: boolean;
  /** While retrying, holding or failed. */
  error: ErrorReport | null;
  outcome?: Outcome;
  detail: ReportDetail;
}

/** Figures beyond the headless contract. */
export interface ReportDetail {
  records_per_second: number | null;
  bytes_in_per_second: number | null;
  bytes_out_per_second: number | null;
  snapshot_bytes_received: number | null;
  snapshot_bytes_total: number | null;
  snapshot_bytes_applied: number | null;
  spool_bytes: number | null;
  source_idle_ms: number | null;
  /** In the order they ran. */
  stages: StageTimes[];
  databases: DatabaseReport[];
  /** While retrying or holding. */
  retry: RetryReport | null;
}

export interface StageTimes {
  stage: Stage;
  started_at: string;
  /** Null while it runs. */
  ended_at: string | null;
}

export interface DatabaseReport {
  source: number;
  destination: number;
  keys_done: number;
  keys_skipped: number;
  commands_applied: number;
}

export interface RetryReport {
  attempts: number;
  /** Null where it waits for a person. */
  next_at: string | null;
  /** Null while holding, which has no end. */
  until: string | null;
}

export type EventLevel = 'info' | 'warning' | 'error';

/** Something that happened to a task once. */
export interface TaskEvent {
  at: string;
  level: EventLevel;
  /** A stable word. */
  code: string;
  /** In English. */
  message: string;
}
