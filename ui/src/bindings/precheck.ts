// The engine's `precheck` module, as it travels.

import type { ErrorReport, Side } from './error';

export type VerdictKind = 'passed' | 'warning' | 'failed' | 'ignored' | 'could_not_check';

/** One line of a precheck's result. */
export interface ItemReport {
  /** A stable word. */
  id: string;
  verdict: VerdictKind;
  found: string;
  expected: string;
  /** A command to copy, or words; empty when nothing is to be mended. */
  fix: string;
  ignorable: boolean;
}

export interface PrecheckReport {
  items: ItemReport[];
}

/** A step of the connectivity test, in the order they run. */
export type ConnectivityStage = 'dns' | 'tcp' | 'auth' | 'ping' | 'info' | 'permission';

export interface ConnectivityReport {
  side: Side;
  passed: ConnectivityStage[];
  /** The one that did not pass, and why; null is success. */
  failed: [ConnectivityStage, ErrorReport] | null;
  /** A command to copy that mends it; may be empty. */
  fix: string;
  server: ServerSummary | null;
}

/** A server in a few figures. */
export interface ServerSummary {
  product: string;
  version: string;
  /** `primary` or `replica`. */
  role: string;
  latency_ms: number;
  /** Database number and its keys, of those that are not empty. */
  keys: [number, number][];
  databases: number | null;
  memory_bytes: number;
  /** 0 is no limit. */
  memory_bytes_max: number;
  eviction_policy: string;
  clock_skew_ms: number;
}
