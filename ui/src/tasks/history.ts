import type { TaskReport } from '../bindings';

interface Point {
  at_ms: number;
  records_per_second: number;
  keys_done: number | null;
}

/** The last figures of a task, oldest first. */
export type History = readonly Point[];

const POINTS_MAX = 40;
/** Over how long a rate is smoothed. */
const WINDOW_MS = 30_000;
/** Before that, an estimate would be a guess. */
const WINDOW_MIN_MS = 4_000;

/** `history` with `report` behind it; unchanged where the report is not newer. */
export function remember(history: History | undefined, report: TaskReport): History {
  const before = history ?? [];
  const at_ms = Date.parse(report.at);
  const last = before.at(-1);
  if (last && last.at_ms >= at_ms) return before;
  const point = { at_ms, records_per_second: report.detail.records_per_second ?? 0, keys_done: report.keys_done };
  return [...before.slice(-(POINTS_MAX - 1)), point];
}

/** How long the snapshot still takes at the pace of the last half minute; null while that cannot be said. */
export function timeLeftMs(history: History, report: TaskReport): number | null {
  const last = history.at(-1);
  if (last?.keys_done == null || report.keys_total === null) return null;
  const first = history.find((point) => point.at_ms >= last.at_ms - WINDOW_MS && point.keys_done !== null);
  if (!first || last.at_ms - first.at_ms < WINDOW_MIN_MS) return null;
  const done = last.keys_done - (first.keys_done ?? 0);
  return done > 0 ? ((report.keys_total - last.keys_done) * (last.at_ms - first.at_ms)) / done : null;
}
