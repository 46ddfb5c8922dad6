import type { KeychainStatus, ShellEvent } from '../../bindings';
import type { Backend } from '../backend';

import { logOf, logText } from './log';
import { inEnglish, phrase, refusal } from './words';
import type { World } from './world';

type Calls = Pick<
  Backend,
  | 'appInfo' | 'stateFolder' | 'openStateFolder' | 'probeKeychain' | 'getSettings' | 'setSettings' | 'listContacts' | 'setAlerts' | 'setKeepAwake' | 'exportReport' | 'diagnosticsPreview' | 'exportDiagnostics'
  | 'revokeCommand' | 'subscribeShell' | 'answerClose' | 'setTitle'
>;

const because = (words: string) => ({ reason: words, phrase: phrase('plain', { words }) });
const FOLDER = '~/.local/share/keyferry';
const lacking = phrase('refusal.with_advice', { what: phrase('refusal.no_redis_server'), advice: phrase('advice.no_redis_server') });

/** The program around the tasks. */
export function applicationCalls(world: World): Calls {
  const none = world.scenario === 'no_keychain';
  const keychain: KeychainStatus = none
    ? { state: 'missing', available: false, ...because('no Secret Service answers on the session bus') }
    : world.scenario === 'keychain_locked'
      ? { state: 'locked', available: false, ...because('the collection “login” is locked') }
      : { state: 'available', available: true, reason: '', phrase: null };
  const shell = new Set<(event: ShellEvent) => void>();
  return {
    appInfo: async () => {
      await world.pace();
      return {
        version: '0.1.0',
        state_dir: FOLDER,
        keychain,
        demo_available: !none,
        demo_problem: none ? inEnglish(lacking) : '',
        demo_phrase: none ? lacking : null,
      };
    },
    stateFolder: async () => { await world.pace(); return FOLDER; },
    openStateFolder: async () => {
      await world.pace();
      if (world.scenario === 'error') {
        const cause = phrase('os.permission_denied', { words: 'xdg-open: Permission denied (os error 13)' });
        throw refusal('folder_not_opened', phrase('refusal.open_folder', { path: FOLDER, cause }));
      }
    },
    probeKeychain: async () => {
      await world.pace(2);
      shell.forEach((listener) => listener({ kind: 'keychain', status: keychain }));
      return keychain;
    },
    getSettings: async () => { await Promise.resolve(); return world.settings; },
    setSettings: async (part) => {
      await Promise.resolve();
      world.settings = { ...world.settings, ...part };
      return world.settings;
    },
    listContacts: async () => { await world.pace(); return [{ id: 'desktop', name: 'This desktop', channel: 'desktop' }]; },
    setAlerts: async (id, rules) => {
      await world.pace();
      const task = world.find(id);
      task.input.alerts = rules;
      world.shown(task);
    },
    setKeepAwake: async (id, keep) => {
      await world.pace();
      const task = world.find(id);
      task.input.keep_awake = keep;
      task.awake = { ...world.awake(task.summary.report.state), wanted: keep, ...(keep ? {} : { held: false, problem: null }) };
      world.shown(task);
    },
    exportReport: async (id, format) => { await world.pace(2); return `~/Downloads/keyferry-${world.find(id).summary.name}.${format}`; },
    diagnosticsPreview: async (id) => {
      await world.pace();
      const task = world.find(id);
      return [
        { name: 'about.txt', text: `Keyferry 0.1.0\ntask ${id}\nkeychain ${keychain.state}\n` },
        { name: 'task.json', text: JSON.stringify({ name: task.summary.name, draft: task.draft }, null, 2) },
        { name: 'events.jsonl', text: task.events.map((event) => JSON.stringify(event)).join('\n') },
        { name: 'log.txt', text: logText(logOf(task)) },
      ];
    },
    exportDiagnostics: async (id) => { await world.pace(2); return `~/Downloads/keyferry-diagnostics-${world.find(id).summary.name}.zip`; },
    revokeCommand: async (id) => {
      await world.pace();
      return `ACL SETUSER ${world.find(id).draft.destination.account || 'default'} -@write`;
    },
    subscribeShell: (onEvent) => {
      shell.add(onEvent);
      if (world.scenario === 'closing') void world.pace().then(() => shell.forEach((listener) => listener({ kind: 'close_asked', running: 3, tray: true })));
      return { ready: Promise.resolve(), end: () => { shell.delete(onEvent); } };
    },
    answerClose: async (choice, remember) => {
      await world.pace();
      if (!remember || choice === 'cancel') return;
      world.settings = { ...world.settings, close: choice };
      shell.forEach((listener) => listener({ kind: 'settings' }));
    },
    setTitle: async (text) => { await Promise.resolve(); document.title = text; },
  };
}
