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
  stateFolder: () => invoke('state_folder'),
  openStateFolder: () => invoke('open_state_folder'),
  listTasks: () => invoke('list_tasks'),
  unreadableTasks: () => invoke('unreadable_tasks'),
  showTask: (id) => invoke('show_task', { id }),
  listSkipped: (id, query) => invoke('list_skipped', { id, query }),
  readLog: (id, filter, before) => invoke('read_log', { id, filter, before }),
  validateDraft: (draft) => invoke('validate_draft', { draft }),
  suggestTaskName: (offset_minutes) => invoke('suggest_task_name', { offsetMinutes: offset_minutes }),
  putPasswordAside: (id, side) => invoke('put_password_aside', { id, side }),
  accountRules: (side, version) => invoke('account_rules', { side, version }),
  saveDraft: (id, task) => invoke('save_draft', { id, task }),
  configureTask: (id) => invoke('configure_task', { id }),
  testConnectivity: (request, onStage) =>
    invoke('test_connectivity', { request, onStage: channel(onStage) }),
  cancelRun: (run_id) => invoke('cancel_run', { runId: run_id }),
  runPrecheck: (id, run_id, onItem) => invoke('run_precheck', { id, runId: run_id, onItem: channel(onItem) }),
  ignoreChecks: (id, checks, typed_name) => invoke('ignore_checks', { id, checks, typedName: typed_name }),
  commandCatalogue: (version) => invoke('command_catalogue', { version }),
  limits: (draft, source, destination) => invoke('limits', { draft, source, destination }),
  effectiveRetry: (draft, task_id) => invoke('effective_retry', { draft, taskId: task_id }),
  startTask: (id, start) => invoke('start_task', { id, start }),
  pauseTask: (id) => invoke('pause_task', { id }),
  pauseAll: () => invoke('pause_all'),
  resumeTask: (id) => invoke('resume_task', { id }),
  stopTask: (id) => invoke('stop_task', { id }),
  releaseTask: (id) => invoke('release_task', { id }),
  retryNow: (id) => invoke('retry_now', { id }),
  agree: (id, code) => invoke('agree', { id, code }),
  setLimits: (id, limits) => invoke('set_limits', { id, limits }),
  setClass: (id, cls) => invoke('set_class', { id, class: cls }),
  renameTask: (id, name) => invoke('rename_task', { id, name }),
  duplicateTask: (id) => invoke('duplicate_task', { id }),
  provideCredentials: (id, source, destination) =>
    invoke('provide_credentials', { id, source, destination }),
  deleteTask: (id) => invoke('delete_task', { id }),
  startDemo: () => invoke('start_demo'),
  endDemo: () => invoke('end_demo'),
  listContacts: () => invoke('list_contacts'),
  setAlerts: (id, rules) => invoke('set_alerts', { id, rules }),
  setKeepAwake: (id, keep) => invoke('set_keep_awake', { id, keep }),
  listTemplates: () => invoke('list_templates'),
  createTemplate: (template) => invoke('create_template', { template }),
  updateTemplate: (id, template) => invoke('update_template', { id, template }),
  duplicateTemplate: (id) => invoke('duplicate_template', { id }),
  deleteTemplate: (id) => invoke('delete_template', { id }),
  testTemplate: (id, run_id, onStage) => invoke('test_template', { id, runId: run_id, onStage: channel(onStage) }),
  exportReport: (id, format) => invoke('export_report', { id, format }),
  diagnosticsPreview: (id) => invoke('diagnostics_preview', { id }),
  exportDiagnostics: (id) => invoke('export_diagnostics', { id }),
  revokeCommand: (id) => invoke('revoke_command', { id }),
  probeKeychain: () => invoke('probe_keychain'),
  getSettings: () => invoke('get_settings'),
  setSettings: (part) => invoke('set_settings', { part }),
  subscribeTasks: (onUpdate) => subscribe('subscribe_tasks', {}, channel(onUpdate)),
  subscribeTask: (id, onUpdate) => subscribe('subscribe_task', { id }, channel(onUpdate)),
  subscribeLog: (id, filter, onUpdate) => subscribe('subscribe_log', { id, filter }, channel(onUpdate)),
  subscribeShell: (onEvent) => subscribe('subscribe_shell', {}, channel(onEvent)),
  answerClose: (choice, remember) => invoke('answer_close', { choice, remember }),
  setTitle: (text) => invoke('set_title', { text }),
};
