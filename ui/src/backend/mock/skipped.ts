import type { SkippedPage, SkippedQuery, SkippedRow, TaskReport } from '../../bindings';

/** So many rows are kept. */
const KEPT = 1000;

const NAMES = ['session:8f21', 'cart:{17}:items', '用户:1024', 'raw\\xff\\x00'];

/** What a report's counts would look like one by one. */
export function skippedPage(report: TaskReport, query: SkippedQuery): SkippedPage {
  const counts = [
    ...Object.entries(report.keys_skipped).map(([reason, count]) => ({ kind: 'key' as const, reason, count })),
    ...Object.entries(report.commands_skipped).map(([reason, count]) => ({ kind: 'command' as const, reason, count })),
  ];
  const all = counts.flatMap(({ kind, reason, count }) => Array.from({ length: count }, () => ({ kind, reason })))
    .map(({ kind, reason }, at): SkippedRow => {
      const key_text = NAMES[at % NAMES.length] ?? '';
      return {
        number: at + 1,
        kind,
        reason,
        offset: kind === 'key' ? null : String(88_120_000_000 + at * 61),
        command: kind === 'key' ? null : ['SET', 'HSET', 'EXPIRE'][at % 3] ?? null,
        database: reason === 'database_not_selected' ? 5 : 0,
        key_text,
        key_hex: hex(key_text),
      };
    });
  const lost = Math.max(0, all.length - KEPT);
  const wanted = all.slice(lost).filter((row) =>
    row.number > query.after && (query.kind ?? row.kind) === row.kind && (query.reason ?? row.reason) === row.reason);
  const rows = wanted.slice(0, query.limit);
  return { rows, next: wanted.length > rows.length ? (rows.at(-1)?.number ?? null) : null, lost };
}

/** Of what an escaped key stands for. */
function hex(text: string): string {
  const parts = text.split(/\\x([0-9a-f]{2})/);
  const digits = (part: string) => [...new TextEncoder().encode(part)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return parts.map((part, at) => (at % 2 === 1 ? part : digits(part))).join('');
}
