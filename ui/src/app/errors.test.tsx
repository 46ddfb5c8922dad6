import { screen, waitFor, within } from '@testing-library/react';
import { expect, it, vi } from 'vitest';

import { happened, phrase, refusal, taskDamaged } from '../backend/mock/words';
import { i18n } from '../i18n';
import { whatHappened } from '../shared/failure';
import { sayPhrase } from '../shared/phrases';
import { testIds } from '../shared/testIds';

import { find, get, opened, WAIT } from './opened';

const ORDERS = '7f2c1e9a-orders';
const CARTS = '5be09c22-carts';

/** Waits until an element says that. */
const says = (element: () => HTMLElement, text: string) => waitFor(() => expect(element().textContent).toContain(text), WAIT);

it('says why a task waits in the other language at once', async () => {
  const { user } = opened({}, `#/tasks/${ORDERS}`);
  const panel = await find(testIds.errorPanel);
  await says(() => panel, 'cannot connect to orders.internal (10.2.0.7:6379): Connection refused (os error 111)');
  await user.click(get(testIds.language('zh')));
  await says(() => get(testIds.errorPanel), '无法连接 orders.internal（10.2.0.7:6379）：连接被拒绝（Connection refused (os error 111)）');
  expect(get(testIds.errorPanel).textContent).not.toMatch(/cannot|Check|waiting/i);
  await user.click(get(testIds.tab('events')));
  expect((await find(testIds.event('connection_lost'))).textContent).toContain('连接已断开：源库关闭了连接');
  await user.click(get(testIds.language('en')));
  await says(() => get(testIds.errorPanel), 'cannot connect to orders.internal');
});

it('asks in the other language before keys are removed', async () => {
  const { user } = opened({ scenario: 'removal_asked' }, `#/tasks/${CARTS}`);
  await find(testIds.errorPanel);
  await user.click(get(testIds.language('zh')));
  await user.click(get(testIds.taskAgree));
  const dialog = await screen.findByRole('dialog', undefined, WAIT);
  await within(dialog).findByText(/^目标库中有 1204 个 Key 在源库中不存在：db0 "cart:118"/, undefined, WAIT);
});

it('says in the other language why a list cannot be read', async () => {
  const { user } = opened({ scenario: 'error' });
  await says(() => get(testIds.tasksError), 'Permission denied (os error 13)');
  await user.click(get(testIds.language('zh')));
  await says(() => get(testIds.tasksError), '~/.local/share/keyferry：权限不足（Permission denied (os error 13)）');
});

it('says where the tasks are kept that cannot be read, and opens the folder or says why not', async () => {
  const { user, backend } = opened({ scenario: 'error' });
  const open = vi.spyOn(backend, 'openStateFolder');
  await user.click(await find(testIds.stateFolderOpen));
  expect(open).toHaveBeenCalled();
  expect(screen.getByText('~/.local/share/keyferry')).toBeTruthy();
  await says(() => get(testIds.stateFolderError), 'the folder ~/.local/share/keyferry cannot be shown by this desktop');
  open.mockResolvedValue(undefined);
  await user.click(get(testIds.stateFolderOpen));
  await waitFor(() => expect(screen.queryByTestId(testIds.stateFolderError)).toBeNull(), WAIT);
});

it('says that a task is not in the list since it cannot be read, and looks at all again', async () => {
  const { user, backend } = opened({ scenario: 'task_damaged' });
  await says(() => get(testIds.tasksUnreadable), '1 task cannot be read, and is not in the list');
  await says(() => get(testIds.tasksUnreadable), 'tasks/9f31c0aa cannot be read: expected value');
  expect(get(testIds.taskRow(ORDERS))).toBeTruthy();
  await user.click(get(testIds.language('zh')));
  await says(() => get(testIds.tasksUnreadable), '有 1 个任务无法读取，未列出');
  const look = vi.spyOn(backend, 'unreadableTasks').mockResolvedValue([]);
  const list = vi.spyOn(backend, 'subscribeTasks');
  await user.click(get(testIds.tasksRetry));
  await waitFor(() => expect(screen.queryByTestId(testIds.tasksUnreadable)).toBeNull(), WAIT);
  expect(look).toHaveBeenCalledOnce();
  expect(list).toHaveBeenCalledOnce();
});

it('says it also where there is no other task', async () => {
  opened({ scenario: 'empty' }, '', { unreadableTasks: () => Promise.resolve([taskDamaged()]) });
  await find(testIds.hero);
  await says(() => get(testIds.tasksUnreadable), '1 task cannot be read, and is not in the list');
});

it('says in the other language what was refused, and what a row’s error is', async () => {
  const pauseTask = vi.fn().mockRejectedValue(refusal('task_running', phrase('refusal.task_running', { name: 'orders-eu' }), {
    phrases: { message: phrase('refusal.task_running', { name: 'orders-eu' }), remedy: phrase('advice.task_running') },
  }));
  const { user } = opened({}, '', { pauseTask });
  await user.click(await find(testIds.rowPause(ORDERS)));
  await says(() => get(testIds.taskRow(ORDERS)), 'is run by another process');
  await user.click(get(testIds.language('zh')));
  await says(() => get(testIds.taskRow(ORDERS)), '任务“orders-eu”正由另一个进程运行');
});

it('keeps the program’s English where a phrase, or one in it, is of a newer version', () => {
  const t = i18n.getFixedT('zh');
  const newer = { key: 'of.tomorrow', values: {} };
  expect(sayPhrase(t, newer, 'something new')).toBe('something new');
  expect(sayPhrase(t, phrase('event.recopy', { why: newer }), 'all of it is new')).toBe('all of it is new');
  expect(sayPhrase(t, phrase('event.recopy', { why: phrase('failure.no_backlog') }), '')).toBe('将重新复制全部数据：源库已不再保留复制积压缓冲区');
  // What servers say may look like a template.
  expect(sayPhrase(t, phrase('failure.reply', { command: 'SET', words: 'ERR {{command}} $t(x)' }), '')).toBe('SET：ERR {{command}} $t(x)');
});

it('says what an event of an earlier version was, before its words', () => {
  const t = i18n.getFixedT('zh');
  expect(whatHappened(t, { at: '', level: 'warning', code: 'connection_lost', message: 'it broke', phrase: null })).toBe('连接已断开：it broke');
  const event = happened('', 'connection_lost', phrase('failure.hung_up', { side: phrase('side.source') }));
  expect(whatHappened(t, event)).toBe('连接已断开：源库关闭了连接');
});
