import type {
  CommandError,
  FieldError,
  NewTask,
  Settings,
  TaskDetails,
  TaskDraft,
  TaskState,
  TaskUpdate,
} from '../../bindings';
import type { Backend, Subscription } from '../backend';

import { blankReport, connectivity, draft as draftOf, endpoint, mixedTasks, precheckItems, wave } from './fixtures';

/** What the mock shows; chosen by the query's `scenario` in a browser. */
export type Scenario =
  | 'mixed'
  | 'empty'
  | 'loading'
  | 'error'
  | 'unreachable'
  | 'precheck_fails'
  | 'no_keychain';

export interface MockOptions {
  scenario?: Scenario;
  /** How long each step takes, milliseconds. */
  pace_ms?: number;
}

const error = (code: string, message: string, more: Partial<CommandError> = {}): CommandError => ({
  code, message, side: null, remedy: null, fields: [], ...more,
});

/** A program without servers, files or keychain, for tests, screenshots and work on the page. */
export function mockBackend({ scenario = 'mixed', pace_ms = 250 }: MockOptions = {}): Backend {
  const tasks = new Map<string, TaskDetails>();
  if (scenario !== 'empty') for (const task of mixedTasks()) tasks.set(task.summary.id, task);
  let settings: Settings = { theme: 'system', language: 'system', resume_on_start: true };
  const listeners = new Set<() => void>();
  const watchers = new Map<string, Set<(update: TaskUpdate) => void>>();
  let step = 0;

  const pace = (times = 1) => new Promise<void>((resolve) => setTimeout(resolve, pace_ms * times));
  const summaries = () => [...tasks.values()].map((task) => structuredClone(task.summary));
  const changed = () => listeners.forEach((listener) => listener());
  const tell = (id: string, update: TaskUpdate) =>
    watchers.get(id)?.forEach((watcher) => watcher(structuredClone(update)));
  const find = (id: string): TaskDetails => {
    const task = tasks.get(id);
    if (!task) throw error('task_unknown', `There is no task ${id}.`);
    return task;
  };
  const told = (task: TaskDetails, sample: TaskDetails['samples'][number] | null = null) => {
    tell(task.summary.id, { kind: 'report', report: task.summary.report, sample });
    changed();
  };
  const happen = (task: TaskDetails, code: string, message: string) => {
    const event = { at: new Date().toISOString(), level: 'info' as const, code, message };
    task.events.push(event);
    tell(task.summary.id, { kind: 'event', event });
  };
  const move = (id: string, state: TaskState) => {
    const task = find(id);
    task.summary.report = { ...task.summary.report, state, at: new Date().toISOString() };
    if (state === 'running') {
      task.summary.report.error = null;
      task.summary.report.detail.retry = null;
    }
    told(task);
    return task;
  };

  function tick(task: TaskDetails) {
    const report = task.summary.report;
    if (report.state !== 'running') {
      if (report.state === 'retrying' || report.state === 'holding') {
        report.at = new Date().toISOString();
        told(task);
      }
      return;
    }
    report.at = new Date().toISOString();
    const value = wave(step, task.summary.name.length);
    const full = (report.keys_done ?? 0) < (report.keys_total ?? 0);
    const rate = (full ? 80_000 : 12_300) * (0.6 + 0.8 * value);
    report.detail.records_per_second = rate;
    report.detail.bytes_in_per_second = rate * 340;
    report.detail.bytes_out_per_second = rate * 342;
    if (full) {
      report.keys_done = Math.min(report.keys_total ?? 0, (report.keys_done ?? 0) + Math.round(rate));
      if (report.keys_done === report.keys_total) {
        const now = report.at;
        report.stage = 'incremental';
        report.detail.stages = report.detail.stages.map((stage) => ({ ...stage, ended_at: stage.ended_at ?? now }));
        report.detail.stages.push({ stage: 'incremental', started_at: now, ended_at: null });
        report.caught_up = true;
        happen(task, 'full_done', 'the snapshot is applied whole');
      }
    } else {
      report.commands_applied = (report.commands_applied ?? 0) + Math.round(rate);
      report.lag_ms = 60 + 120 * value;
      report.lag_bytes = Math.round(report.lag_ms * 4.1);
    }
    const sample = {
      at_ms: Date.now(), lag_ms: report.lag_ms, lag_bytes: report.lag_bytes,
      records_per_second: rate, bytes_per_second: rate * 342,
    };
    task.samples.push(sample);
    told(task, sample);
  }

  const timer = setInterval(() => {
    step += 1;
    tasks.forEach(tick);
  }, 1000);
  // In tests nothing may keep the process; browsers give a number here.
  if (typeof timer === 'object') (timer as { unref?: () => void }).unref?.();

  function validate(draft: TaskDraft): FieldError[] {
    const errors: FieldError[] = [];
    for (const side of ['source', 'destination'] as const) {
      const one = draft[side];
      if (one.access === 'unix') {
        if (!one.path.startsWith('/')) errors.push({ field: `${side}.path`, code: 'malformed', message: 'Enter the absolute path of the socket.' });
        continue;
      }
      if (!one.host.trim()) errors.push({ field: `${side}.host`, code: 'required', message: 'Enter the host name or address.' });
      const port = Number(one.port || '6379');
      if (!Number.isInteger(port) || port < 1 || port > 65535) errors.push({ field: `${side}.port`, code: 'out_of_range', message: 'A port is a number from 1 to 65535.' });
    }
    if (!draft.stages.full && !draft.stages.incremental) errors.push({ field: 'stages', code: 'required', message: 'Choose at least one stage.' });
    if (draft.databases?.length === 0) errors.push({ field: 'databases', code: 'required', message: 'Select at least one database.' });
    if (draft.retry_minutes < 10 || draft.retry_minutes > 1440) errors.push({ field: 'retry_minutes', code: 'out_of_range', message: 'The retry time is from 10 to 1440 minutes.' });
    return errors;
  }

  function store(id: string, task: NewTask) {
    const fields = validate(task.draft);
    if (fields.length > 0) throw error('draft_invalid', 'The task is not complete.', { fields });
    const label = (side: 'source' | 'destination') => {
      const one = task.draft[side];
      return { label: one.access === 'unix' ? `unix:${one.path}` : `${one.host}:${one.port || '6379'}`, environment: one.environment };
    };
    tasks.set(id, {
      summary: {
        id, name: task.name, created_at: new Date().toISOString(), source: label('source'),
        destination: label('destination'), demo: false, report: blankReport(task.name, 'not_started'), owner: 'none',
      },
      draft: structuredClone(task.draft), precheck: null, events: [], samples: [],
    });
    changed();
  }

  function begin(id: string) {
    const task = find(id);
    const now = new Date().toISOString();
    const report = blankReport(task.summary.name, 'running');
    report.stage = 'full';
    report.keys_total = 1_297_864;
    report.keys_done = 0;
    report.detail.spool_bytes = 48 * 1024 * 1024;
    report.detail.stages = [
      { stage: 'precheck', started_at: now, ended_at: now },
      { stage: 'full', started_at: now, ended_at: null },
    ];
    report.detail.databases = [{ source: 0, destination: 0, keys_done: 0, keys_skipped: 0, commands_applied: 0 }];
    task.summary.report = report;
    task.summary.owner = 'this';
    happen(task, 'snapshot_started', 'the snapshot arrives');
    told(task);
  }

  const subscription = (ready: Promise<void>, end: () => void): Subscription => ({ ready, end });

  return {
    appInfo: async () => {
      await pace();
      return {
        version: '0.1.0',
        state_dir: '~/.local/share/keyferry',
        keychain: scenario === 'no_keychain'
          ? { available: false, reason: 'no Secret Service answers on the session bus' }
          : { available: true, reason: '' },
        demo_available: scenario !== 'no_keychain',
        demo_problem: scenario === 'no_keychain' ? 'The program redis-server is not installed.' : '',
      };
    },
    listTasks: async () => { await pace(); return summaries(); },
    showTask: async (id) => { await pace(); return structuredClone(find(id)); },
    validateDraft: async (draft) => { await pace(); return validate(draft); },
    createTask: async (task) => {
      await pace();
      const id = `${(0x10000000 + tasks.size * 7919).toString(16)}-new`;
      store(id, task);
      return id;
    },
    updateTask: async (id, task) => { await pace(); find(id); store(id, task); },
    testConnectivity: async ({ side }, onStage) => {
      const report = connectivity(side === 'destination' ? side : 'source', scenario === 'unreachable' && side === 'destination');
      for (const stage of report.passed) {
        await pace();
        onStage(stage);
      }
      await pace();
      return report;
    },
    runPrecheck: async (id, onItem) => {
      const task = move(id, 'prechecking');
      const items = precheckItems(scenario === 'precheck_fails').map((item) =>
        item.verdict !== 'passed' && task.draft.ignored_checks.includes(item.id) ? { ...item, verdict: 'ignored' as const } : item);
      for (const item of items) {
        await pace(0.4);
        onItem(item);
      }
      task.precheck = { items };
      move(id, items.some((item) => item.verdict === 'failed') ? 'precheck_failed' : 'precheck_passed');
      return { items };
    },
    ignoreChecks: async (id, checks) => { await pace(); find(id).draft.ignored_checks = checks; },
    startTask: async (id) => { await pace(); begin(id); },
    pauseTask: async (id) => {
      move(id, 'pausing');
      await pace(4);
      move(id, 'paused');
    },
    resumeTask: async (id) => { await pace(2); move(id, 'running'); },
    stopTask: async (id) => {
      move(id, 'stopping');
      await pace(4);
      move(id, 'stopped');
    },
    releaseTask: async (id) => { await pace(2); move(id, 'released'); },
    retryNow: async (id) => { await pace(4); find(id); },
    setLimits: async (id, limits) => { await pace(); Object.assign(find(id).draft, { limits, class: null }); },
    provideCredentials: async (id) => { await pace(2); move(id, 'running'); },
    deleteTask: async (id) => { await pace(); tasks.delete(id); changed(); },
    startDemo: async () => {
      await pace(3);
      store('demo0001-demo', {
        name: 'demo',
        draft: draftOf(endpoint('127.0.0.1', 'dev'), { ...endpoint('127.0.0.1', 'dev'), port: '6391' }),
        source_password: null, destination_password: null,
      });
      find('demo0001-demo').summary.demo = true;
      begin('demo0001-demo');
      return 'demo0001-demo';
    },
    endDemo: async () => { await pace(); tasks.delete('demo0001-demo'); changed(); },
    getSettings: async () => { await Promise.resolve(); return settings; },
    setSettings: async (next) => { await Promise.resolve(); settings = next; },
    subscribeTasks: (onUpdate) => {
      if (scenario === 'loading') return subscription(new Promise(() => undefined), () => undefined);
      if (scenario === 'error') {
        return subscription(
          Promise.reject(error('local_io', 'The task store ~/.local/share/keyferry cannot be opened: Permission denied (os error 13)', {
            side: 'local', remedy: 'Check that the state folder exists and can be written.',
          })),
          () => undefined,
        );
      }
      let ended = false;
      const send = () => onUpdate(summaries());
      return subscription(
        pace().then(() => {
          if (ended) return;
          listeners.add(send);
          send();
        }),
        () => {
          ended = true;
          listeners.delete(send);
        },
      );
    },
    subscribeTask: (id, onUpdate) => {
      const all = watchers.get(id) ?? new Set();
      watchers.set(id, all);
      let ended = false;
      const ready = pace().then(() => {
        if (ended) return;
        const details = structuredClone(find(id));
        all.add(onUpdate);
        onUpdate({ kind: 'snapshot', details });
      });
      return subscription(ready, () => {
        ended = true;
        all.delete(onUpdate);
      });
    },
  };
}

/** The scenario that the address asks for. */
export function scenarioOf(query: string): Scenario {
  return (new URLSearchParams(query).get('scenario') ?? 'mixed') as Scenario;
}
