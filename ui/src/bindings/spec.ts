// The engine's `spec` module, as it travels.

export interface Stages {
  full: boolean;
  incremental: boolean;
}

/** What happens to keys that are at the destination before the task begins. */
export type ConflictPolicy = 'report' | 'keep' | 'overwrite';
/** What happens when the source cannot continue the stream. */
export type OnHistoryLost = 'hold' | 'recopy';
/** When an incremental task ends by itself. */
export type Until = 'told' | 'caught_up';
/** A budget with a name. */
export type InstanceClass = 'small' | 'medium' | 'large' | 'xlarge' | '2xlarge' | 'unlimited';

/** This machine's budget for a task; null is unlimited. */
export interface Limits {
  records_per_second: number | null;
  bytes_per_second: number | null;
}

/** One side of a task as it was typed. */
export interface EndpointDraft {
  /** The id of the access method: `tcp` or `unix`. */
  access: string;
  host: string;
  /** As text, since it may be half typed. */
  port: string;
  /** Of the socket. */
  path: string;
  /** The ACL user; blank authenticates with the password alone. */
  account: string;
  /** `unspecified`, `dev`, `staging` or `production`. */
  environment: string;
}

/** A task as its user filled it in: may be incomplete or wrong. */
export interface TaskDraft {
  source: EndpointDraft;
  destination: EndpointDraft;
  stages: Stages;
  /** Source databases; null is all. */
  databases: number[] | null;
  /** Source number → destination number, for those that change it. */
  map_databases: Record<string, number>;
  include_keys: string[];
  exclude_keys: string[];
  skip_commands: string[];
  conflict: ConflictPolicy;
  /** Excludes `limits`. */
  class: InstanceClass | null;
  limits: Limits;
  /** 10–1440. */
  retry_minutes: number;
  on_history_lost: OnHistoryLost;
  spool_bytes_max: number | null;
  from_position: string | null;
  until: Until;
  ignored_checks: string[];
}

/** One mistake, tied to the field it is in. */
export interface FieldError {
  /** Its path, as `source.host` or `retry_minutes`. */
  field: string;
  code: string;
  /** In English. */
  message: string;
}
