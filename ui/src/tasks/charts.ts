import type { ChartPoint, Charts, Spread } from '../bindings';

export type Range = keyof Charts;
export type Figure = Exclude<keyof ChartPoint, 'at_ms'>;

/** How much time each range shows, and how much one of its points stands for, seconds. */
export const RANGES: Record<Range, { span: number; step: number }> = {
  five_minutes: { span: 300, step: 1 },
  hour: { span: 3600, step: 10 },
  day: { span: 86_400, step: 120 },
};
export const RANGE_NAMES = Object.keys(RANGES) as Range[];

export const NO_CHARTS: Charts = { five_minutes: [], hour: [], day: [] };

function added(before: ChartPoint[], news: ChartPoint[], span: number): ChartPoint[] {
  const [first] = news;
  const last = news.at(-1);
  if (!first || !last) return before;
  const oldest = last.at_ms - span * 1000;
  return [...before.filter(({ at_ms }) => at_ms < first.at_ms && at_ms > oldest), ...news];
}

/** `charts` with new points: those of each range replace what is there from the first of them on. */
export function addPoints(charts: Charts, news: Charts): Charts {
  return {
    five_minutes: added(charts.five_minutes, news.five_minutes, RANGES.five_minutes.span),
    hour: added(charts.hour, news.hour, RANGES.hour.span),
    day: added(charts.day, news.day, RANGES.day.span),
  };
}

/** The finest points that tell all that those of `range` tell: of a young task, seconds also for a day. */
export function finest(charts: Charts, range: Range): Range {
  const [oldest] = charts[range];
  if (!oldest) return range;
  const tellsAll = (finer: Range) => {
    const [first] = charts[finer];
    return first !== undefined && first.at_ms < oldest.at_ms + RANGES[range].step * 1000;
  };
  return RANGE_NAMES.slice(0, RANGE_NAMES.indexOf(range)).find(tellsAll) ?? range;
}

type Values = (number | null)[];

/** One figure over time: seconds since 1970, and its lowest, mean and highest values. */
export interface Line {
  times: number[];
  low: Values;
  mean: Values;
  high: Values;
}

/** One figure of some points, in a unit that is so many times larger; null where nothing was known for longer than a point is. */
export function lineOf(points: ChartPoint[], figure: Figure, step: number, unit = 1): Line {
  const line: Line = { times: [], low: [], mean: [], high: [] };
  const add = (at_ms: number, spread: Spread | null) => {
    line.times.push(at_ms / 1000);
    line.low.push(spread && spread[0] / unit);
    line.mean.push(spread && spread[1] / unit);
    line.high.push(spread && spread[2] / unit);
  };
  let before: number | null = null;
  for (const point of points) {
    // A second that fell between two looks is no gap.
    if (before !== null && point.at_ms - before > step * 2500) add(before + step * 1000, null);
    add(point.at_ms, point[figure]);
    before = point.at_ms;
  }
  return line;
}

/** The highest of what is known; null where nothing is. */
export function mostOf(values: Values): number | null {
  return values.reduce((most, value) => (value === null ? most : Math.max(value, most ?? value)), null);
}
