import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';

import '../i18n';
import type { Backend } from '../backend/backend';
import { mockBackend, type MockOptions } from '../backend/mock/mock';
import { testIds } from '../shared/testIds';

import { App } from './App';

const WAIT = { timeout: 10_000 };

function open(options: MockOptions = {}, hash = '', change: Partial<Backend> = {}) {
  window.location.hash = hash;
  const backend = { ...mockBackend({ pace_ms: 0, ...options }), ...change };
  render(<App backend={backend} />);
  return { backend, user: userEvent.setup() };
}
const find = (id: string) => screen.findByTestId(id, undefined, WAIT);

it('says what it is and how to begin when there is no task', async () => {
  open({ scenario: 'empty' });
  expect(await find(testIds.hero)).toBeTruthy();
  expect(screen.getByTestId(testIds.tryDemo)).toBeTruthy();
  expect(screen.getByTestId(testIds.createTask)).toBeTruthy();
});

it('starts the demonstration and shows its task', async () => {
  const { user } = open({ scenario: 'empty' });
  await user.click(await find(testIds.tryDemo));
  expect((await find(testIds.taskTitle)).textContent).toBe('demo');
  expect(await find(testIds.endDemo)).toBeTruthy();
});

it('says why the list cannot be read, and reads it again when asked', async () => {
  const { user, backend } = open({ scenario: 'error' });
  expect((await find(testIds.tasksError)).textContent).toContain('Permission denied');
  const again = vi.spyOn(backend, 'subscribeTasks');
  await user.click(screen.getByTestId(testIds.tasksRetry));
  expect(again).toHaveBeenCalledOnce();
});

it('lists every task with its state in words', async () => {
  const { user } = open();
  const words = async (id: string) => (await find(testIds.rowState(id))).textContent;
  expect(await words('7f2c1e9a-orders')).toBe('Retrying');
  expect(await words('c03d77b1-catalog')).toBe('Incremental · caught up');
  expect(await words('5be09c22-carts')).toBe('Needs you');
  expect(screen.getByTestId(testIds.attention).textContent).toContain('4 tasks need you');
  await user.type(screen.getByTestId(testIds.search), 'ledger');
  await waitFor(() => expect(screen.queryByTestId(testIds.taskRow('c03d77b1-catalog'))).toBeNull());
  expect(screen.getByTestId(testIds.taskRow('a4410b7e-ledger'))).toBeTruthy();
});

it('acknowledges a pause before it is done', async () => {
  let done: () => void = () => undefined;
  const { user } = open({}, '#/tasks/c03d77b1-catalog', { pauseTask: () => new Promise<void>((resolve) => (done = resolve)) });
  await user.click(await find(testIds.taskPause));
  expect(screen.getByTestId(testIds.taskState).textContent).toBe('Pausing…');
  done();
  await waitFor(() => expect(screen.getByTestId(testIds.taskState).textContent).toBe('Incremental · caught up'));
});

it('asks before it stops a task, and says what was refused', async () => {
  const stopTask = vi.fn(() => Promise.reject({ code: 'lock_held', message: 'another process holds the task' }));
  const { user } = open({}, '#/tasks/c03d77b1-catalog', { stopTask });
  await user.click(await find(testIds.taskStop));
  await user.click(await find(testIds.confirmCancel));
  expect(stopTask).not.toHaveBeenCalled();
  await user.click(screen.getByTestId(testIds.taskStop));
  await user.type(await find(testIds.typedName), 'catalog-v8.internal:6379');
  await user.click(await find(testIds.confirmOk));
  expect((await find(testIds.actionError)).textContent).toContain('another process holds the task');
});

it('says what is wrong, where, and what to do about it', async () => {
  open({}, '#/tasks/5be09c22-carts');
  const panel = within(await find(testIds.errorPanel));
  expect(panel.getByText(/OOM command not allowed/)).toBeTruthy();
  expect(panel.getByText(/Destination · carts-new.stg:6379/)).toBeTruthy();
  expect(panel.getByTestId(testIds.errorRemedy).textContent).toContain('Raise maxmemory');
  expect(panel.getByTestId(testIds.errorCode).textContent).toBe('out_of_memory');
});

it('takes the password that a task waits for, and leaves the other as it is', async () => {
  const provideCredentials = vi.fn(() => Promise.resolve());
  const { user } = open({}, '#/tasks/88f1d3c5-profiles', { provideCredentials });
  await user.type(await find(testIds.destinationPasswordAgain), 'again');
  await user.click(screen.getByTestId(testIds.credentialsSubmit));
  expect(provideCredentials).toHaveBeenCalledWith('88f1d3c5-profiles', { from: 'keep' }, { from: 'typed', password: 'again' });
});

it('changes its appearance at once, and keeps it', async () => {
  const { user, backend } = open();
  const kept = vi.spyOn(backend, 'setSettings');
  await user.click(await find(testIds.theme('dark')));
  await waitFor(() => expect(document.documentElement.dataset.theme).toBe('dark'));
  expect(kept).toHaveBeenCalledWith({ theme: 'dark' });
});

it('says plainly when there is no keychain', async () => {
  open({ scenario: 'no_keychain' }, '#/settings');
  expect((await find(testIds.keychain)).textContent).toContain('never written to disk');
});
