import { describe, expect, it } from 'vitest';

import type { ChartPoint, Charts } from '../bindings';

import { addPoints, finest, lineOf, mostOf, NO_CHARTS } from './charts';

const point = (second: number, lag: number | null): ChartPoint => ({
  at_ms: second * 1000, lag_ms: lag === null ? null : [lag, lag, lag], records_per_second: null, bytes_per_second: null, latency_us: null,
});
const fine = (...five_minutes: ChartPoint[]): Charts => ({ ...NO_CHARTS, five_minutes });

describe('the points of the charts', () => {
  it('replace what is there from the first new one on', () => {
    const before = fine(point(1, 1), point(2, 2), point(3, 3));
    expect(addPoints(before, fine(point(3, 9), point(4, 4))).five_minutes).toEqual([point(1, 1), point(2, 2), point(3, 9), point(4, 4)]);
    expect(addPoints(before, NO_CHARTS).five_minutes).toBe(before.five_minutes);
  });

  it('go when they are older than their range', () => {
    expect(addPoints(fine(point(1, 1), point(200, 2)), fine(point(400, 3))).five_minutes).toEqual([point(200, 2), point(400, 3)]);
  });

  it('make no line over a time of which nothing is known', () => {
    const { times, mean } = lineOf([point(1, 1), point(2, 2), point(4, 4), point(60, 6)], 'lag_ms', 1);
    expect(times).toEqual([1, 2, 4, 5, 60]);
    expect(mean).toEqual([1, 2, 4, null, 6]);
  });

  it('are seconds for every range while a task is young', () => {
    const young: Charts = { five_minutes: [point(150, 1), point(151, 1)], hour: [point(150, 1)], day: [point(120, 1)] };
    expect([finest(young, 'hour'), finest(young, 'day')]).toEqual(['five_minutes', 'five_minutes']);
    const older: Charts = { five_minutes: [point(900, 1)], hour: [point(150, 1)], day: [point(120, 1)] };
    expect([finest(older, 'hour'), finest(older, 'day')]).toEqual(['hour', 'hour']);
    expect(finest({ ...older, hour: [point(4000, 1)] }, 'day')).toBe('day');
    expect(finest(NO_CHARTS, 'day')).toBe('day');
  });

  it('keep a peak beside the mean', () => {
    const peak: ChartPoint = { ...point(1, 0), lag_ms: [100, 200, 9000] };
    const line = lineOf([peak, point(121, null)], 'lag_ms', 120, 1000);
    expect([line.low[0], line.mean[0], line.high[0]]).toEqual([0.1, 0.2, 9]);
    expect(mostOf(line.high)).toBe(9);
    expect(mostOf([null])).toBeNull();
  });
});
