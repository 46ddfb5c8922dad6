import type { ChartPoint, Charts, Spread, TaskReport } from '../../bindings';

/** A curve that looks alive and is the same every time. */
export function wave(step: number, phase = 0): number {
  return (
    0.5 + 0.24 * Math.sin(step / 17 + phase) + 0.14 * Math.sin(step / 5.3 + phase * 2) + 0.12 * Math.sin(step * 1.7 + phase)
  );
}

const MINUTE = 60_000;
/** How long a point of each range is, and how long the range is. */
const RANGES: [keyof Charts, number, number][] = [['five_minutes', 1000, 5 * MINUTE], ['hour', 10_000, 60 * MINUTE], ['day', 120_000, 24 * 60 * MINUTE]];

interface Values {
  lag_ms: number | null;
  records: number | null;
  latency_us: number | null;
}

/** `around` a value, the more of it seen the wider; a peak now and then. */
function spread(value: number | null, wide: number, peak = 1): Spread | null {
  return value === null ? null : [value * (1 - 0.5 * wide), value, value * (1 + 0.6 * wide) * peak];
}

function point(at_ms: number, { lag_ms, records, latency_us }: Values, wide: number, peak: number): ChartPoint {
  return {
    at_ms,
    lag_ms: spread(lag_ms, wide, peak),
    records_per_second: spread(records, wide),
    bytes_per_second: spread(records === null ? null : records * 342, wide),
    latency_us: spread(latency_us, wide, peak),
  };
}

const times = (value: number | null, n: number) => (value === null ? null : value * n);

/** What the charts of a task would show that has run for `seconds` as its figures are now. */
export function pastOf(report: TaskReport, seconds: number, phase: number): Charts {
  const values: Values = {
    lag_ms: report.lag_ms,
    records: report.detail.records_per_second,
    latency_us: report.detail.latency?.p99_us ?? null,
  };
  const now = Date.now();
  const past = (step: number, span: number) => {
    const from = Math.ceil((now - Math.min(span, seconds * 1000)) / step);
    return Array.from({ length: Math.floor(now / step) - from }, (_, i) => {
      const value = 2 * wave(i / (step === 1000 ? 4 : 1), phase);
      const own = { lag_ms: times(values.lag_ms, value), records: times(values.records, value), latency_us: times(values.latency_us, 0.6 + 0.4 * value) };
      return point((from + i) * step, own, step === 1000 ? 0 : Math.min(1, step / 60_000), step > 1000 && i % 97 === 31 ? 3 : 1);
    });
  };
  return Object.fromEntries(RANGES.map(([range, step, span]) => [range, past(step, span)])) as unknown as Charts;
}

const wider = (before: Spread | null, value: Spread | null): Spread | null =>
  !before || !value ? (value ?? before) : [Math.min(before[0], value[0]), (before[1] + value[1]) / 2, Math.max(before[2], value[2])];

/** Adds what a task says now; gives what a page has to be told. */
export function goOn(charts: Charts, report: TaskReport): Charts {
  const values = { lag_ms: report.lag_ms, records: report.detail.records_per_second, latency_us: report.detail.latency?.p99_us ?? null };
  const news = RANGES.map(([range, step, span]) => {
    const at_ms = Math.floor(Date.now() / step) * step;
    const last = charts[range].at(-1);
    const now = point(at_ms, values, 0, 1);
    const next = last?.at_ms !== at_ms ? now : {
      at_ms,
      lag_ms: wider(last.lag_ms, now.lag_ms),
      records_per_second: wider(last.records_per_second, now.records_per_second),
      bytes_per_second: wider(last.bytes_per_second, now.bytes_per_second),
      latency_us: wider(last.latency_us, now.latency_us),
    };
    charts[range] = [...charts[range].filter((one) => one.at_ms < at_ms && one.at_ms > at_ms - span), next];
    return [range, [next]] as const;
  });
  return Object.fromEntries(news) as unknown as Charts;
}
