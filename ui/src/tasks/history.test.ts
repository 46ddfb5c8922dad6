import { describe, expect, it } from 'vitest';

import { blankReport } from '../backend/mock/fixtures';
import type { TaskReport } from '../bindings';

import { type History, remember, timeLeftMs } from './history';

function report(second: number, done: number, total: number | null = 1000): TaskReport {
  const made = blankReport('t', 'running');
  return { ...made, at: new Date(second * 1000).toISOString(), keys_done: done, keys_total: total };
}

function after(...reports: TaskReport[]): History {
  return reports.reduce<History>((history, each) => remember(history, each), []);
}

describe('what is remembered of a task', () => {
  it('a report that is not newer changes nothing', () => {
    const history = after(report(1, 10));
    expect(remember(history, report(1, 99))).toBe(history);
  });

  it('is the last forty figures', () => {
    const history = after(...Array.from({ length: 50 }, (_, i) => report(i, i)));
    expect(history).toHaveLength(40);
    expect(history.at(-1)?.keys_done).toBe(49);
  });
});

describe('the time left', () => {
  it('is not told before there is enough to tell it from', () => {
    expect(timeLeftMs(after(report(0, 0), report(2, 20)), report(2, 20))).toBeNull();
  });

  it('is what remains at the pace of the last half minute', () => {
    const history = after(report(0, 0), report(60, 500), report(80, 700));
    expect(timeLeftMs(history, report(80, 700))).toBe(30_000);
  });

  it('is unknown while nothing moves, and where the source did not say how much there is', () => {
    expect(timeLeftMs(after(report(0, 5), report(10, 5)), report(10, 5))).toBeNull();
    expect(timeLeftMs(after(report(0, 0), report(10, 5)), report(10, 5, null))).toBeNull();
  });
});
