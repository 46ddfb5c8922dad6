import { cleanup, screen, waitFor, within } from '@testing-library/react';
import type { UserEvent } from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';

import { mockBackend } from '../backend/mock/mock';
import { testIds } from '../shared/testIds';

import { find, get, opened, WAIT } from './opened';

const CATALOG = 'c03d77b1-catalog';
const LEDGER = 'a4410b7e-ledger';

async function choose(user: UserEvent, id: string, entry: string) {
  await user.click(await find(testIds.rowMore(id)));
  await user.click(await find(testIds.menu(entry)));
}

it('counts down until a failed task is resumed by itself', async () => {
  opened();
  expect((await find(testIds.autoResume(LEDGER))).textContent).toMatch(/^resumed by itself in (14 m \d|13 m \d+) s$/);
});

it('offers what the state of a task allows, and nothing else', async () => {
  const { user } = opened();
  await user.click(await find(testIds.rowMore(CATALOG)));
  await find(testIds.menu('stop'));
  for (const entry of ['rename', 'duplicate', 'alerts', 'class', 'report', 'diagnostics']) expect(get(testIds.menu(entry))).toBeTruthy();
  for (const entry of ['retry', 'release', 'delete']) expect(screen.queryByTestId(testIds.menu(entry))).toBeNull();
});

it('shows the figures of each task in its row', async () => {
  const backend = mockBackend({ pace_ms: 0 });
  const [copying, following] = await Promise.all(['19aa44d0-sessions', CATALOG].map(async (id) => (await backend.showTask(id)).summary));
  if (!copying || !following) throw new Error('the mock lacks a task');
  Object.assign(copying.report, { keys_done: 6_412_090, keys_total: 10_120_000, lag_ms: null, lag_bytes: null });
  Object.assign(following.report, { lag_ms: 1_240, lag_bytes: 3_072 });
  following.report.detail.records_per_second = 12_304;
  opened({}, '', {
    subscribeTasks: (onUpdate) => {
      onUpdate([copying, following]);
      return { ready: Promise.resolve(), end: () => undefined };
    },
  });
  const cells = async (id: string) => within(await find(testIds.taskRow(id))).getAllByRole('cell').map((cell) => cell.textContent);
  const [, , full, lag, rate] = await cells(copying.id);
  expect([full, lag]).toEqual([expect.stringMatching(/63\s?%6\.4M of 10\.1M/), '—']);
  expect(rate).toMatch(/k\/s$/);
  const [, , done, behind, records] = await cells(CATALOG);
  expect(done).toMatch(/100\s?%/);
  expect([behind, records]).toEqual(['1.2 s3 KiB', expect.stringMatching(/12\.3k\/s$/)]);
});

it('says how long the source has been idle', async () => {
  const backend = mockBackend({ pace_ms: 0 });
  const details = await backend.showTask(CATALOG);
  details.summary.report.detail.source_idle_ms = 75_000;
  opened({}, `#/tasks/${CATALOG}`, {
    subscribeTask: (_, onUpdate) => {
      onUpdate({ kind: 'snapshot', details });
      return { ready: Promise.resolve(), end: () => undefined };
    },
  });
  expect((await find(testIds.sourceIdle)).textContent).toContain('1 m 15 s');
});

it('tells equal names apart by id and by when they were made', async () => {
  const { backend, user } = opened();
  await choose(user, CATALOG, 'rename');
  const field = await find(testIds.renameInput);
  await user.clear(field);
  expect(get(testIds.confirmOk)).toHaveProperty('disabled', true);
  await user.type(field, 'sessions');
  const rename = vi.spyOn(backend, 'renameTask');
  await user.keyboard('{Enter}');
  expect(rename).toHaveBeenCalledWith(CATALOG, 'sessions');
  await waitFor(() => expect(get(testIds.taskRow(CATALOG)).textContent).toMatch(/sessionsc03d · \w+ \d+/), WAIT);
});

it('warns before a task is stopped, and gives the line that takes the permission to write', async () => {
  const { user } = opened();
  await choose(user, CATALOG, 'stop');
  const dialog = within(await screen.findByRole('dialog', undefined, WAIT));
  expect(await dialog.findByText('ACL SETUSER migrator -@write', undefined, WAIT)).toBeTruthy();
  expect(dialog.getByText(/overwrites what they wrote there/)).toBeTruthy();
});

it('wants production’s name typed before a task is stopped', async () => {
  const { user, backend } = opened({}, `#/tasks/${CATALOG}`);
  const stop = vi.spyOn(backend, 'stopTask');
  await user.click(await find(testIds.taskStop));
  expect(await find(testIds.confirmOk)).toHaveProperty('disabled', true);
  expect(document.activeElement).toBe(get(testIds.confirmCancel));
  await user.type(get(testIds.typedName), 'catalog-v8.internal:6379');
  await user.click(get(testIds.confirmOk));
  expect(stop).toHaveBeenCalledWith(CATALOG);
});

it('shows the lag while a switch is prepared', async () => {
  const { user } = opened({}, `#/tasks/${CATALOG}`);
  await user.click(await find(testIds.taskSwitchOver));
  expect((await find(testIds.switchLag)).textContent).toMatch(/behind$/);
});

it('says how long the source’s link may be away, and when that is too short', async () => {
  opened({}, `#/tasks/${CATALOG}`);
  expect((await find(testIds.backlogValue)).textContent).toMatch(/^2 h 25 m$/);
  expect(screen.queryByTestId(testIds.backlogNote)).toBeNull();
  cleanup();
  // Away, with less left than it would be tried for.
  opened({}, '#/tasks/7f2c1e9a-orders');
  expect((await find(testIds.backlogValue)).textContent).toBe('31 m 0 s');
  expect(get(testIds.backlogNote).textContent).toMatch(/shorter than the retry window/);
  cleanup();
  // Nothing is written, so nothing runs out.
  opened({}, '#/tasks/5be09c22-carts');
  expect((await find(testIds.backlogValue)).parentElement?.textContent).toMatch(/—source idle$/);
});

it('shows minutes, an hour and a day, in which a peak is not lost', async () => {
  const { user } = opened({}, `#/tasks/${CATALOG}`);
  const said = async (id: string) => (await find(id)).getAttribute('aria-label') ?? '';
  expect(await said(testIds.lagChart)).toMatch(/^Lag: now 0\.\d s, at most 0\.2 s in the time shown$/);
  expect(await said(testIds.latencyChart)).toMatch(/^Destination latency: now [01]\.\d ms, at most 1\.3 ms/);
  expect(get(testIds.latencyValue).textContent).toMatch(/^p50 0\.\d ms · p99 \d\.\d ms$/);
  await user.click(get(testIds.chartRange('day')));
  expect(await said(testIds.lagChart)).toMatch(/at most 0\.7 s/);
  expect(screen.getByText('Line: mean. Shaded: lowest to highest.')).toBeTruthy();
});

it('changes class and alerts of a running task', async () => {
  const { user, backend } = opened();
  const cls = vi.spyOn(backend, 'setClass');
  const alerts = vi.spyOn(backend, 'setAlerts');
  await choose(user, CATALOG, 'class');
  await waitFor(() => expect(get(testIds.confirmOk)).toHaveProperty('disabled', false), WAIT);
  await user.click(get(testIds.classChoice('medium')));
  await user.click(get(testIds.confirmOk));
  expect(cls).toHaveBeenCalledWith(CATALOG, 'medium');
  await waitFor(() => expect(screen.queryByTestId(testIds.confirmOk)).toBeNull(), WAIT);
  await choose(user, CATALOG, 'alerts');
  await waitFor(() => expect(get(testIds.confirmOk)).toHaveProperty('disabled', false), WAIT);
  await user.click(get(testIds.alertsNo));
  await user.click(get(testIds.confirmOk));
  expect(alerts).toHaveBeenCalledWith(CATALOG, null);
});

/** Those that the open dialog shows as chosen. */
const classes = () => within(screen.getByRole('dialog')).getAllByRole<HTMLInputElement>('radio').filter(({ checked }) => checked).map(({ value }) => value);

it('shows the class that a task has, also from the list, which does not know it', async () => {
  const backend = mockBackend({ pace_ms: 0 });
  await backend.setClass(CATALOG, 'large');
  const { user } = opened({}, '', backend);
  const cls = vi.spyOn(backend, 'setClass');
  await choose(user, CATALOG, 'class');
  await waitFor(() => expect(classes()).toEqual(['large']), WAIT);
  expect(screen.queryByTestId(testIds.classCustom)).toBeNull();
  await user.click(get(testIds.confirmCancel));
  expect(cls).not.toHaveBeenCalled();
});

it.each([['the list', ''], ['its page', `#/tasks/${CATALOG}`]])('replaces limits of the user’s own by a class only where one is chosen, from %s', async (_, hash) => {
  const backend = mockBackend({ pace_ms: 0 });
  await backend.setLimits(CATALOG, { records_per_second: 4_000, bytes_per_second: 12 * 1024 * 1024 });
  const cls = vi.spyOn(backend, 'setClass');
  const { user } = opened({}, hash, backend);
  await user.click(await find(hash === '' ? testIds.rowMore(CATALOG) : testIds.taskMore));
  await user.click(await find(testIds.menu('class')));
  expect((await find(testIds.classCustom)).textContent).toContain('4,000 records/s · 12 MiB/s');
  expect(classes()).toEqual([]);
  expect(get(testIds.confirmOk)).toHaveProperty('disabled', true);
  await user.click(get(testIds.classChoice('small')));
  await user.click(get(testIds.confirmOk));
  expect(cls).toHaveBeenCalledWith(CATALOG, 'small');
});

it('says why a class cannot be read, and changes none then', async () => {
  const showTask = () => Promise.reject(Object.assign(new Error('the disk is gone'), { code: 'local_io' }));
  const { user } = opened({}, '', { showTask });
  await choose(user, CATALOG, 'class');
  expect(await screen.findByText('the disk is gone', undefined, WAIT)).toBeTruthy();
  expect(get(testIds.confirmOk)).toHaveProperty('disabled', true);
});

it('says that a task is gone, whether it was when its page was opened or is since', async () => {
  const name = 'This task cannot be shown';
  opened({}, '#/tasks/none');
  expect(await screen.findByRole('heading', { name }, WAIT)).toBeTruthy();
  cleanup();
  const { backend } = opened({}, `#/tasks/${CATALOG}`);
  await find(testIds.taskTitle);
  await backend.deleteTask(CATALOG);
  expect(await screen.findByRole('heading', { name }, WAIT)).toBeTruthy();
  expect(screen.queryByTestId(testIds.taskTitle)).toBeNull();
  expect(get(testIds.taskGone).textContent).toContain(CATALOG);
});

it('does not say to who deletes a task on its page that it is gone', async () => {
  const backend = mockBackend({ pace_ms: 0 });
  let answer: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => { answer = resolve; });
  const deleteTask = (id: string) => backend.deleteTask(id).then(() => answered);
  const { user } = opened({}, '#/tasks/61c0e2f4-flags', { ...backend, deleteTask });
  await waitFor(() => expect(get(testIds.navTasks).textContent).toMatch(/8$/), WAIT);
  await user.click(await find(testIds.taskMore));
  await user.click(await find(testIds.menu('delete')));
  await user.click(await find(testIds.confirmOk));
  // The list is told in the same moment as the page.
  await waitFor(() => expect(get(testIds.navTasks).textContent).toMatch(/7$/), WAIT);
  expect(get(testIds.taskTitle)).toBeTruthy();
  answer();
  expect(await find(testIds.attention)).toBeTruthy();
});

it('keeps the computer awake for a task, and says plainly where that cannot be', async () => {
  const { user, backend } = opened({}, `#/tasks/${CATALOG}`);
  const keep = vi.spyOn(backend, 'setKeepAwake');
  await user.click(await find(testIds.tab('settings')));
  expect((await find(testIds.keptAwake)).textContent).toBe('It is kept awake now.');
  await user.click(get(testIds.keepAwake));
  expect(keep).toHaveBeenCalledWith(CATALOG, false);
  await waitFor(() => expect(get(testIds.keepAwake)).toHaveProperty('checked', false), WAIT);
  cleanup();
  const bare = opened({ scenario: 'no_keychain' }, `#/tasks/${CATALOG}`);
  await bare.user.click(await find(testIds.tab('settings')));
  expect((await find(testIds.keptAwake)).textContent).toMatch(/does not let itself be kept awake.*ServiceUnknown/);
});

it('shows what diagnostics hold before they are written, and where they are after', async () => {
  const { user } = opened();
  await choose(user, CATALOG, 'diagnostics');
  expect((await find(testIds.diagnosticsText)).textContent).toContain('Keyferry 0.1.0');
  await user.click(get(testIds.confirmOk));
  expect((await find(testIds.writtenFile)).textContent).toContain('keyferry-diagnostics-catalog.zip');
});

it('says that figures are old', async () => {
  const backend = mockBackend({ pace_ms: 0 });
  const details = await backend.showTask(CATALOG);
  details.summary.report.at = new Date(Date.now() - 9_000).toISOString();
  opened({}, `#/tasks/${CATALOG}`, {
    subscribeTask: (_, onUpdate) => {
      onUpdate({ kind: 'snapshot', details });
      return { ready: Promise.resolve(), end: () => undefined };
    },
  });
  expect((await find(testIds.stale)).textContent).toMatch(/No figures have come for \d+ s/);
});

it('draws events and settings before they are asked for, unseen', async () => {
  const { user } = opened({}, '#/tasks/7f2c1e9a-orders');
  const unseen = (element: HTMLElement) => element.closest('[style*="display: none"]') !== null;
  expect(unseen(await find(testIds.event('snapshot_started')))).toBe(true);
  expect(unseen(await find(testIds.keepAwake))).toBe(true);
  await user.click(get(testIds.tab('settings')));
  await waitFor(() => expect(unseen(get(testIds.keepAwake))).toBe(false));
  expect(unseen(get(testIds.event('snapshot_started')))).toBe(true);
});

it('shows the events from a level on', async () => {
  const { user } = opened({}, '#/tasks/7f2c1e9a-orders');
  await user.click(await find(testIds.tab('events')));
  expect(await find(testIds.event('snapshot_started'))).toBeTruthy();
  await user.click(get(testIds.eventLevel('warning')));
  await waitFor(() => expect(screen.queryByTestId(testIds.event('snapshot_started'))).toBeNull());
  expect(get(testIds.event('connection_lost'))).toBeTruthy();
});

it('lists the conflicts that the precheck found beside what was skipped for them', async () => {
  const { user } = opened({}, '#/tasks/000176aa-geo');
  await user.click(await find(testIds.tab('skipped')));
  const found = await find(testIds.conflicts);
  expect(found.textContent).toContain('They stay as they are at the destination');
  expect(found.textContent).toContain('cart:10042');
  expect(get(testIds.skippedReason('key', 'kept_at_destination')).textContent).toMatch(/^Conflict/);
});

it('lists what was skipped by name, a part at a time, and only what was asked for', async () => {
  const { user, backend } = opened({}, `#/tasks/${CATALOG}`);
  const ask = vi.spyOn(backend, 'listSkipped');
  const rows = () => screen.queryAllByTestId(testIds.skippedRow);
  await user.click(await find(testIds.tab('skipped')));
  await waitFor(() => expect(rows()).toHaveLength(100), WAIT);
  expect(screen.getByText('241 more fell out of the list.')).toBeTruthy();
  await user.click(get(testIds.skippedMore));
  await waitFor(() => expect(rows()).toHaveLength(200), WAIT);
  expect(ask).toHaveBeenLastCalledWith(CATALOG, { after: 341, kind: null, reason: null, limit: 100 });

  await user.click(get(testIds.skippedReason('command', 'database_not_selected')));
  await waitFor(() => expect(rows()).toHaveLength(100), WAIT);
  expect(ask).toHaveBeenLastCalledWith(CATALOG, { after: 0, kind: 'command', reason: 'database_not_selected', limit: 100 });
  expect(get(testIds.skippedReason('command', 'database_not_selected')).getAttribute('aria-pressed')).toBe('true');
  const texts = rows().map((row) => row.textContent);
  expect(texts.every((text) => text.startsWith('Database not selected'))).toBe(true);
  // The key as it reads, and its bytes.
  const raw = texts.find((text) => text.includes('raw'));
  expect(raw).toContain('raw\\xff\\x00726177ff00');
});

it('says what is not in the list any more, and what cannot be read', async () => {
  const refused = vi.fn().mockRejectedValueOnce({ code: 'local_io', message: 'the disk is gone', side: 'local', remedy: null, fields: [] });
  refused.mockResolvedValue({ rows: [], next: null, lost: 1241 });
  const { user } = opened({}, `#/tasks/${CATALOG}`, { listSkipped: refused });
  await user.click(await find(testIds.tab('skipped')));
  expect(await screen.findByText('the disk is gone', undefined, WAIT)).toBeTruthy();
  await user.click(get(testIds.skippedMore));
  expect(await screen.findByText('None of them is in the list.', undefined, WAIT)).toBeTruthy();
  expect(screen.queryByText('the disk is gone')).toBeNull();
  expect(screen.queryByTestId(testIds.skippedMore)).toBeNull();
});

it('says what was configured, and what was ignored and when', async () => {
  const { user } = opened({}, `#/tasks/${CATALOG}`);
  await user.click(await find(testIds.tab('settings')));
  expect((await find(testIds.ignoredCheck('eviction_policy'))).textContent).toMatch(/\d{4}/);
  expect(get(testIds.checkpointAt).textContent).toMatch(/\d{4}.*\d:\d\d:\d\d/);
  expect(screen.getByText('Precheck and Report Errors')).toBeTruthy();
  expect(screen.getByText('on failure, and on a lag over 1 s')).toBeTruthy();
});

it('narrows the list by state, and shows everything again', async () => {
  const { user } = opened();
  await user.click(await find(testIds.attentionAll));
  await waitFor(() => expect(screen.queryByTestId(testIds.taskRow(CATALOG))).toBeNull());
  await user.type(get(testIds.search), 'nowhere');
  await user.click(await screen.findByText('Show all tasks'));
  expect(await find(testIds.taskRow(CATALOG))).toBeTruthy();
});

it('copies everything again only after it was agreed to, and says what that means', async () => {
  const { user, backend } = opened({ scenario: 'history_lost' }, '#/tasks/5be09c22-carts');
  const agree = vi.spyOn(backend, 'agree');
  await user.click(await find(testIds.taskAgree));
  expect((await screen.findByRole('dialog', undefined, WAIT)).textContent).toMatch(/starts anew.*are asked again/);
  await user.click(get(testIds.confirmCancel));
  expect(agree).not.toHaveBeenCalled();
  await user.click(get(testIds.taskAgree));
  await user.click(await find(testIds.confirmOk));
  expect(agree).toHaveBeenCalledWith('5be09c22-carts', 'history_lost');
  await waitFor(() => expect(screen.queryByTestId(testIds.errorPanel)).toBeNull(), WAIT);
});

it('removes keys only after their number and names were seen', async () => {
  const { user, backend } = opened({ scenario: 'removal_asked' }, '#/tasks/5be09c22-carts');
  const agree = vi.spyOn(backend, 'agree');
  await user.click(await find(testIds.taskAgree));
  expect(screen.queryByTestId(testIds.taskRetry)).toBeNull();
  expect((await screen.findByRole('dialog', undefined, WAIT)).textContent).toMatch(/1204 keys .*db3 "session:9"/);
  expect(document.activeElement).toBe(get(testIds.confirmCancel));
  await user.click(get(testIds.confirmOk));
  expect(agree).toHaveBeenCalledWith('5be09c22-carts', 'removal_asked');
});
