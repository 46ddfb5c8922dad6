import { Channel, invoke } from '@tauri-apps/api/core';

import type { Backend, Subscription } from './backend';

function channel<T>(onMessage: (message: T) => void): Channel<T> {
  const made = new Channel<T>();
  made.onmessage = onMessage;
  return made;
}

function subscribe(command: string, args: Record<string, unknown>, updates: Channel<never>): Subscription {
  const ready = invoke<undefined>(command, { ...args, onUpdate: updates });
  return {
    ready,
    end: () => {
      updates.onmessage = () => undefined;
      // The program follows the task until it is told: also where the page left before it began.
      void ready.then(() => invoke('unsubscribe', { channel: updates.id }), () => undefined);
    },
  };
}

/** The program itself, over Tauri's calls and channels. */
export const tauriBackend: Backend = {
  appInfo: () => invoke('app_info'),
  listTasks: () => invoke('list_tasks'),
  showTask: (id) => invoke('show_task', { id }),
  validateDraft: (draft) => invoke('validate_draft', { draft }),
  createTask: (task) => invoke('create_task', { task }),
  updateTask: (id, task) => invoke('update_task', { id, task }),
  testConnectivity: (request, onStage) =>
    invoke('test_connectivity', { request, onStage: channel(onStage) }),
  runPrecheck: (id, onItem) => invoke('run_precheck', { id, onItem: channel(onItem) }),
  ignoreChecks: (id, checks) => invoke('ignore_checks', { id, checks }),
  startTask: (id) => invoke('start_task', { id }),
  pauseTask: (id) => invoke('pause_task', { id }),
  resumeTask: (id) => invoke('resume_task', { id }),
  stopTask: (id) => invoke('stop_task', { id }),
  releaseTask: (id) => invoke('release_task', { id }),
  retryNow: (id) => invoke('retry_now', { id }),
  setLimits: (id, limits) => invoke('set_limits', { id, limits }),
  provideCredentials: (id, source, destination) =>
    invoke('provide_credentials', { id, source, destination }),
  deleteTask: (id) => invoke('delete_task', { id }),
  startDemo: () => invoke('start_demo'),
  endDemo: () => invoke('end_demo'),
  getSettings: () => invoke('get_settings'),
  setSettings: (settings) => invoke('set_settings', { settings }),
  subscribeTasks: (onUpdate) => subscribe('subscribe_tasks', {}, channel(onUpdate)),
  subscribeTask: (id, onUpdate) => subscribe('subscribe_task', { id }, channel(onUpdate)),
};
