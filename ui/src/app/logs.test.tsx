import { screen, waitFor } from '@testing-library/react';
import { expect, it, vi } from 'vitest';

import { asCommandError } from '../backend/backend';
import type { LogLine, LogPage } from '../bindings';
import { testIds } from '../shared/testIds';

import { find, get, opened, WAIT } from './opened';

const CATALOG = 'c03d77b1-catalog';
const HASH = `#/tasks/${CATALOG}`;

const line = (position: number, level: LogLine['level'], message: string, fields = ''): LogLine =>
  ({ position, at: '2026-11-26T10:00:00.000Z', level, target: 'keyferry_engine::source::link', message, fields });
const shown = () => screen.queryAllByTestId(testIds.logLine).map((each) => each.textContent);

it('shows the newest lines last, older ones as they are asked for, and narrows them by level and words', async () => {
  const { user, backend } = opened({}, HASH);
  const subscribe = vi.spyOn(backend, 'subscribeLog');
  await user.click(await find(testIds.tab('logs')));
  await waitFor(() => expect(shown()).toHaveLength(200), WAIT);
  const newest = shown().at(-1);
  await user.click(get(testIds.logOlder));
  await waitFor(() => expect(shown().length).toBeGreaterThan(200), WAIT);
  expect(shown().at(-1)).toBe(newest);
  expect(screen.queryByTestId(testIds.logOlder)).toBeNull();

  await user.click(get(testIds.logLevel('warn')));
  await waitFor(() => expect(shown()).toHaveLength(50), WAIT);
  expect(shown().every((text) => text.includes('WARN'))).toBe(true);
  await user.click(get(testIds.logLevel('trace')));
  await user.type(get(testIds.logSearch), 'attempt=17');
  await waitFor(() => expect(shown()).toHaveLength(1), WAIT);
  expect(subscribe).toHaveBeenLastCalledWith(CATALOG, { least: 'trace', text: 'attempt=17' }, expect.anything());
  await user.clear(get(testIds.logSearch));
  await user.type(get(testIds.logSearch), 'nowhere');
  expect(await screen.findByText('No line is like that.', undefined, WAIT)).toBeTruthy();
  expect(get(testIds.logCopy)).toHaveProperty('disabled', true);
});

it('adds what comes, begins anew where the program says so, and copies what is shown', async () => {
  let tell: (page: LogPage) => void = () => undefined;
  const end = vi.fn();
  const subscribeLog = vi.fn((_id: string, _filter: unknown, onUpdate: (page: LogPage) => void) => {
    tell = onUpdate;
    return { ready: Promise.resolve(), end };
  });
  const { user } = opened({}, HASH, { subscribeLog });
  await user.click(await find(testIds.tab('logs')));
  await waitFor(() => expect(subscribeLog).toHaveBeenCalled(), WAIT);
  tell({ lines: [line(10, 'info', 'one', 'a=1')], before: null });
  await waitFor(() => expect(shown()).toHaveLength(1), WAIT);
  expect(shown()[0]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:00\.000 INFO {2}engine::source::link one a=1$/);
  tell({ lines: [line(90, 'error', 'two')], before: null });
  await waitFor(() => expect(shown()).toHaveLength(2), WAIT);
  await user.click(get(testIds.logCopy));
  expect(await navigator.clipboard.readText()).toBe(
    '2026-11-26T10:00:00.000Z INFO keyferry_engine::source::link: one a=1\n2026-11-26T10:00:00.000Z ERROR keyferry_engine::source::link: two\n',
  );
  tell({ lines: [line(700, 'warn', 'three')], before: 700 });
  await waitFor(() => expect(shown().join()).toMatch(/^[^,]*three ?$/), WAIT);
  expect(get(testIds.logOlder)).toBeTruthy();
  await user.click(get(testIds.tab('events')));
  await user.click(get(testIds.tab('logs')));
});

it('says that nothing was logged yet, and why a log cannot be read', async () => {
  const { user } = opened({}, '#/tasks/61c0e2f4-flags');
  await user.click(await find(testIds.tab('logs')));
  expect(await screen.findByText(/The log begins when the task first runs/, undefined, WAIT)).toBeTruthy();
});

it('says why older lines cannot be read, and keeps those that are there', async () => {
  const readLog = vi.fn().mockRejectedValue(asCommandError(new Error('the disk is gone')));
  const { user } = opened({}, HASH, { readLog });
  await user.click(await find(testIds.tab('logs')));
  await user.click(await find(testIds.logOlder));
  expect(await screen.findByText('the disk is gone', undefined, WAIT)).toBeTruthy();
  expect(shown()).toHaveLength(200);
});
