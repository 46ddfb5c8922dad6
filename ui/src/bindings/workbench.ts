// What the commands take and give beyond the engine's own types.

import type { Side } from './error';
import type { PrecheckReport } from './precheck';
import type { TaskEvent, TaskReport } from './report';
import type { EndpointDraft, FieldError, TaskDraft } from './spec';

export interface AppInfo {
  version: string;
  state_dir: string;
  keychain: { available: boolean; reason: string | null };
  /** Whether *Try with sample data* can run here. */
  demo_available: boolean;
  /** Why not. */
  demo_problem: string | null;
}

/** A side's name for lists. */
export interface EndpointLabel {
  label: string;
  environment: string;
}

export interface TaskSummary {
  id: string;
  name: string;
  /** RFC 3339. */
  created_at: string;
  source: EndpointLabel;
  destination: EndpointLabel;
  /** Made by *Try with sample data*. */
  demo: boolean;
  report: TaskReport;
  /** The process that runs it. */
  owner: 'this' | 'other' | 'none';
}

/** A point of the charts. */
export interface Sample {
  at_ms: number;
  lag_ms: number | null;
  lag_bytes: number | null;
  records_per_second: number | null;
  bytes_per_second: number | null;
}

export interface TaskDetails {
  summary: TaskSummary;
  draft: TaskDraft;
  precheck: PrecheckReport | null;
  events: TaskEvent[];
  samples: Sample[];
}

export type TaskUpdate =
  | { kind: 'snapshot'; details: TaskDetails }
  | { kind: 'report'; report: TaskReport; sample: Sample | null }
  | { kind: 'event'; event: TaskEvent };

/** For creating and for changing; a password that is null stays as it is. */
export interface NewTask {
  name: string;
  draft: TaskDraft;
  source_password: string | null;
  destination_password: string | null;
}

export interface TestRequest {
  side: 'source' | 'destination';
  endpoint: EndpointDraft;
  /** Null takes the stored one of `task_id`, where there is one. */
  password: string | null;
  task_id: string | null;
}

export type ThemeChoice = 'system' | 'light' | 'dark';
export type LanguageChoice = 'system' | 'en' | 'zh';

export interface Settings {
  theme: ThemeChoice;
  language: LanguageChoice;
  /** Tasks that ran when the program ended go on when it starts. */
  resume_on_start: boolean;
}

/** What a command rejects with. */
export interface CommandError {
  code: string;
  message: string;
  side: Side | null;
  field: string | null;
  remedy: string | null;
  fields: FieldError[];
}
