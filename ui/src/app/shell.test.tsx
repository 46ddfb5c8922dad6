import { screen, waitFor } from '@testing-library/react';
import { expect, it, vi } from 'vitest';

import { mockBackend } from '../backend/mock/mock';
import type { ShellEvent } from '../bindings';
import { setSingleKeys } from '../shared/keys';
import { testIds } from '../shared/testIds';

import { find, get, opened, WAIT } from './opened';

it('speaks another language at once, and says so to the reader', async () => {
  const { user, backend } = opened();
  const kept = vi.spyOn(backend, 'setSettings');
  await find(testIds.attention);
  await user.click(get(testIds.language('zh')));
  await waitFor(() => expect(get(testIds.navTasks).textContent).toContain('数据迁移'));
  expect(document.documentElement.lang).toBe('zh-CN');
  expect(get(testIds.rowState('7f2c1e9a-orders')).textContent).toBe('重试中');
  expect(kept).toHaveBeenCalledWith({ language: 'zh' });
  await user.click(get(testIds.language('en')));
  await waitFor(() => expect(document.documentElement.lang).toBe('en'));
});

it('takes a setting back that was refused, and the next one is not refused with it', async () => {
  const setSettings = vi.fn(() => Promise.reject(Object.assign(new Error('the desktop refused'), { code: 'autostart_refused' })));
  const { user } = opened({}, '#/settings', { setSettings });
  await user.click(await find(testIds.autostart));
  expect((await find(testIds.settingsError)).textContent).toContain('the desktop refused');
  await waitFor(() => expect(get(testIds.autostart).getAttribute('aria-checked')).toBe('false'));
  await user.click(get(testIds.resumeOnStart));
  expect(setSettings).toHaveBeenLastCalledWith({ resume_on_start: false });
});

it('changes nothing else with a setting, also where the program could not yet say what is stored', async () => {
  const backend = mockBackend({ pace_ms: 0 });
  await backend.setSettings({ close: 'tray', notifications: false, resume_on_start: false, autostart: true });
  const stored = await backend.getSettings();
  let open: () => void = () => undefined;
  const unlocked = new Promise<void>((resolve) => { open = resolve; });
  const { user } = opened({}, '#/settings', {
    ...backend,
    getSettings: () => unlocked.then(() => backend.getSettings()),
    setSettings: (part) => unlocked.then(() => backend.setSettings(part)),
  });
  await user.click(await find(testIds.theme('dark')));
  await waitFor(() => expect(document.documentElement.dataset.theme).toBe('dark'));
  await user.click(get(testIds.theme('light')));
  open();
  await waitFor(() => expect(get(testIds.autostart).getAttribute('aria-checked')).toBe('true'), WAIT);
  expect(get(testIds.resumeOnStart).getAttribute('aria-checked')).toBe('false');
  expect(document.documentElement.dataset.theme).toBe('light');
  await waitFor(async () => expect(await backend.getSettings()).toEqual({ ...stored, theme: 'light' }), WAIT);
});

it('shows what closing does from now on as soon as the answer was to be remembered', async () => {
  const { user, backend } = opened({ scenario: 'closing' }, '#/settings');
  await user.click(await find(testIds.closeRemember));
  await user.click(get(testIds.closeAnswer('tray')));
  await waitFor(() => expect(get(testIds.closeSetting).textContent).toContain('Keep running in the tray'), WAIT);
  await user.click(get(testIds.theme('dark')));
  await waitFor(async () => expect(await backend.getSettings()).toMatchObject({ theme: 'dark', close: 'tray' }), WAIT);
});

it('keeps the rest of the window where a screen fails to draw itself', async () => {
  // React reports it on the console; that is not what is asked here.
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const listTemplates = vi.fn(() => Promise.resolve([null] as never));
  const { user } = opened({}, '#/templates', { listTemplates });
  expect((await find(testIds.screenBroken)).textContent).toContain('TypeError');
  listTemplates.mockImplementation(() => Promise.resolve([] as never));
  await user.click(get(testIds.screenAgain));
  await waitFor(() => expect(screen.queryByTestId(testIds.screenBroken)).toBeNull());
  await user.click(get(testIds.navTasks));
  expect(await find(testIds.attention)).toBeTruthy();
});

it('goes anywhere by the palette, and gives the focus back', async () => {
  const { user } = opened();
  (await find(testIds.createTask)).focus();
  await user.keyboard('{Control>}k{/Control}');
  await user.type(await find(testIds.paletteInput), 'catalog-v8');
  expect(get(testIds.paletteOption('task-c03d77b1-catalog')).getAttribute('aria-selected')).toBe('true');
  await user.keyboard('{Enter}');
  expect((await find(testIds.taskTitle)).textContent).toBe('catalog');
  expect(screen.queryByTestId(testIds.paletteInput)).toBeNull();
});

it('has keys for what is done often, outside of fields', async () => {
  const { user } = opened();
  const search = await find(testIds.search);
  await user.keyboard('f');
  expect(document.activeElement).toBe(search);
  await user.keyboard(',/');
  expect(search).toHaveProperty('value', ',/');
  search.blur();
  await user.keyboard('/');
  expect(await find(testIds.cheatSheet)).toBeTruthy();
  await user.keyboard('{Escape}');
  await user.keyboard('{Control>},{/Control}');
  expect(await find(testIds.stateFolder)).toBeTruthy();
});

it('leaves single keys alone where they were switched off', async () => {
  const { user } = opened({}, '#/settings');
  await user.click(await find(testIds.singleKeys));
  get(testIds.singleKeys).blur();
  await user.keyboard('/');
  expect(screen.queryByTestId(testIds.cheatSheet)).toBeNull();
  setSingleKeys(true);
});

function shellEvents() {
  let tell: (event: ShellEvent) => void = () => undefined;
  return {
    tell: (event: ShellEvent) => tell(event),
    subscribeShell: (onEvent: (event: ShellEvent) => void) => {
      tell = onEvent;
      return { ready: Promise.resolve(), end: () => undefined };
    },
  };
}

it('asks what closing means while tasks run, and answers once', async () => {
  const shell = shellEvents();
  const answerClose = vi.fn(() => Promise.resolve());
  const { user } = opened({}, '', { subscribeShell: shell.subscribeShell, answerClose });
  await find(testIds.attention);
  shell.tell({ kind: 'close_asked', running: 2, tray: true });
  await user.click(await find(testIds.closeRemember));
  await user.click(get(testIds.closeAnswer('tray')));
  expect(answerClose).toHaveBeenCalledWith('tray', true);
  await waitFor(() => expect(screen.queryByTestId(testIds.closeRemember)).toBeNull());
});

it('does not offer a tray where there is none, and never remembers to cancel', async () => {
  const shell = shellEvents();
  const answerClose = vi.fn(() => Promise.resolve());
  const { user } = opened({}, '', { subscribeShell: shell.subscribeShell, answerClose });
  await find(testIds.attention);
  shell.tell({ kind: 'close_asked', running: 1, tray: false });
  await user.click(await find(testIds.closeRemember));
  expect(screen.queryByTestId(testIds.closeAnswer('tray'))).toBeNull();
  await user.click(get(testIds.closeAnswer('cancel')));
  expect(answerClose).toHaveBeenCalledWith('cancel', false);
});

it('opens the task whose notification was clicked', async () => {
  const shell = shellEvents();
  opened({}, '', { subscribeShell: shell.subscribeShell });
  await find(testIds.attention);
  shell.tell({ kind: 'open_task', id: 'c03d77b1-catalog' });
  expect((await find(testIds.taskTitle)).textContent).toBe('catalog');
});

it('says plainly how the keychain stands on every screen, until it works', async () => {
  const probeKeychain = vi.fn(() => Promise.resolve({ state: 'available' as const, available: true, reason: '', phrase: null }));
  const { user } = opened({ scenario: 'keychain_locked' }, '', { probeKeychain });
  expect((await find(testIds.keychainBanner)).textContent).toContain('The keychain is locked.');
  expect(get(testIds.keychainBanner).textContent).toContain('never written to disk');
  await user.click(get(testIds.keychainAgain));
  await waitFor(() => expect(screen.queryByTestId(testIds.keychainBanner)).toBeNull());
});

it('names the environments of what runs in the window’s title', async () => {
  const { backend } = opened();
  const title = vi.spyOn(backend, 'setTitle');
  await find(testIds.attention);
  await waitFor(() => expect(title.mock.lastCall?.[0]).toBe('PROD · STAGING · 4 running · Keyferry'), WAIT);
});
