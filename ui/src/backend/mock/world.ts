import type { Charts, ErrorReport, KeptAwake, Settings, TaskDetails, TaskState, TaskUpdate } from '../../bindings';

import { goOn, pastOf, wave } from './charts';
import { blankReport, details, endpoint, mixedTasks } from './fixtures';
import { failure, happened, phrase, refusal } from './words';

/** What the mock shows; chosen by the query's `scenario` in a browser. */
export type Scenario =
  | 'mixed'
  | 'empty'
  | 'loading'
  | 'error'
  | 'task_damaged'
  | 'unreachable'
  | 'precheck_fails'
  | 'no_keychain'
  | 'keychain_locked'
  | 'history_lost'
  | 'removal_asked'
  | 'closing';

export interface MockOptions {
  scenario?: Scenario;
  /** How long each step takes, milliseconds. */
  pace_ms?: number;
}

/** The task that holds. */
const HOLDING = '5be09c22-carts';

/** What it holds at, where it proposes a way on. */
const held = (code: 'history_lost' | 'removal_asked'): ErrorReport =>
  code === 'history_lost'
    ? failure(code, 'source', phrase('failure.stream_gone', { offset: '4831120' }))
    : failure(code, 'destination', phrase('failure.removal', { keys: '1204', samples: 'db0 "cart:118", db0 "cart:2041", db3 "session:9", …' }));

/** The tasks that the mock has, and how they live. */
export class World {
  readonly scenario: Scenario;
  readonly tasks = new Map<string, TaskDetails>();
  readonly charts = new Map<string, Charts>();
  readonly listeners = new Set<() => void>();
  readonly watchers = new Map<string, Set<(update: TaskUpdate) => void>>();
  settings: Settings = {
    theme: 'system', language: 'system', resume_on_start: true, close: 'ask', notifications: true, autostart: false,
  };
  private readonly pace_ms: number;
  private readonly runs = new Map<string, () => void>();
  private step = 0;
  private made = 0;

  constructor({ scenario = 'mixed', pace_ms = 250 }: MockOptions) {
    this.scenario = scenario;
    this.pace_ms = pace_ms;
    if (scenario !== 'empty') for (const task of mixedTasks()) this.put(task);
    if (scenario === 'history_lost' || scenario === 'removal_asked') this.find(HOLDING).summary.report.error = held(scenario);
    const timer = setInterval(() => {
      this.step += 1;
      this.tasks.forEach((task) => this.tick(task));
    }, 1000);
    // In tests nothing may keep the process; browsers give a number here.
    if (typeof timer === 'object') (timer as { unref?: () => void }).unref?.();
  }

  pace(times = 1) {
    return new Promise<void>((resolve) => setTimeout(resolve, this.pace_ms * times));
  }

  /** Steps of `work`, each after a pause, unless the run is cancelled meanwhile. */
  async run(run_id: string, steps: (() => void)[], times = 1) {
    const run = { cancelled: false };
    this.runs.set(run_id, () => { run.cancelled = true; });
    try {
      for (const step of steps) {
        await this.pace(times);
        if (run.cancelled) throw refusal('cancelled', phrase('refusal.cancelled'));
        step();
      }
    } finally {
      this.runs.delete(run_id);
    }
  }

  cancel(run_id: string) {
    this.runs.get(run_id)?.();
  }

  newId(word: string) {
    this.made += 1;
    return `${(0x10000000 + this.made * 7919).toString(16)}-${word}`;
  }

  changed() {
    this.listeners.forEach((listener) => listener());
  }

  find(id: string): TaskDetails {
    const task = this.tasks.get(id);
    if (!task) throw refusal('no_such_task', phrase('refusal.no_such_task', { name: id }));
    return task;
  }

  private put(task: TaskDetails) {
    const { id, name, report, created_at } = task.summary;
    this.tasks.set(id, task);
    task.awake = this.awake(report.state);
    const began = report.detail.stages.length > 0;
    this.charts.set(id, pastOf(report, began ? Math.min(86_400, (Date.now() - Date.parse(created_at)) / 1000) : 0, name.length));
  }

  /** How the computer's sleep stands with a task that wants it awake; a bare desktop has no such service. */
  awake(state: TaskState): KeptAwake {
    const runs = ['running', 'retrying', 'holding'].includes(state);
    const bare = this.scenario === 'no_keychain';
    return { wanted: true, held: runs && !bare, problem: runs && bare ? 'org.freedesktop.DBus.Error.ServiceUnknown: The name is not activatable' : null };
  }

  /** Adds a task that is still being set up. */
  add(id: string, name: string): TaskDetails {
    const blank = endpoint('', 'unspecified');
    const task = details({ id, name, state: 'not_configured', source: blank, destination: blank });
    task.summary.owner = 'none';
    task.summary.report = blankReport(name, 'not_configured');
    task.summary.created_at = new Date().toISOString();
    task.precheck = null;
    this.put(task);
    return task;
  }

  tell(id: string, update: TaskUpdate) {
    this.watchers.get(id)?.forEach((watcher) => watcher(structuredClone(update)));
  }

  /** Shows a page anew. */
  shown(task: TaskDetails) {
    this.tell(task.summary.id, { kind: 'snapshot', details: task });
    this.changed();
  }

  /** Takes a task away, and says so to whoever follows it. */
  lose(id: string) {
    this.tasks.delete(id);
    this.tell(id, { kind: 'gone', error: refusal('no_such_task', phrase('refusal.no_such_task', { name: id })) });
    this.changed();
  }

  told(task: TaskDetails) {
    this.tell(task.summary.id, { kind: 'report', report: task.summary.report });
    this.changed();
  }

  happen(task: TaskDetails, code: string, message: string) {
    const event = happened(new Date().toISOString(), code, phrase('plain', { words: message }));
    task.events.push(event);
    this.tell(task.summary.id, { kind: 'event', event });
  }

  move(id: string, state: TaskState) {
    const task = this.find(id);
    task.summary.report = { ...task.summary.report, state, at: new Date().toISOString() };
    if (state !== 'failed') {
      task.summary.resumes_until = null;
      task.summary.resumes_next = null;
    }
    if (state === 'running') {
      task.summary.report.error = null;
      task.summary.report.detail.retry = null;
    }
    this.told(task);
    return task;
  }

  private tick(task: TaskDetails) {
    const report = task.summary.report;
    if (report.state !== 'running') {
      if (report.state === 'retrying' || report.state === 'holding') {
        report.at = new Date().toISOString();
        this.told(task);
      }
      return;
    }
    report.at = new Date().toISOString();
    const value = wave(this.step, task.summary.name.length);
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
        this.happen(task, 'full_done', 'the snapshot is applied whole');
      }
    } else {
      report.commands_applied = (report.commands_applied ?? 0) + Math.round(rate);
      report.lag_ms = 60 + 120 * value;
      report.lag_bytes = Math.round(report.lag_ms * 4.1);
    }
    report.detail.latency = { p50_us: Math.round(220 + 180 * value), p99_us: Math.round(600 + 700 * value) };
    this.told(task);
    const charts = this.charts.get(task.summary.id);
    if (charts) this.tell(task.summary.id, { kind: 'charts', charts: goOn(charts, report) });
  }

  begin(id: string) {
    const task = this.find(id);
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
    this.happen(task, 'snapshot_started', 'the snapshot arrives');
    this.told(task);
  }
}
