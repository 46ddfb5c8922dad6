import type { TaskSummary, TaskUpdate } from '../../bindings';
import type { Backend, Subscription } from '../backend';

import { draft as draftOf, endpoint } from './fixtures';
import { logLine, logOf, logPage } from './log';
import { skippedPage } from './skipped';
import { phrase, refusal, storeGone, taskDamaged } from './words';
import type { World } from './world';

const DEMO = 'demo0001-demo';

const summaries = (world: World): TaskSummary[] => [...world.tasks.values()].map((task) => structuredClone(task.summary));
const subscription = (ready: Promise<void>, end: () => void): Subscription => ({ ready, end });

type Calls = Pick<
  Backend,
  | 'listTasks' | 'unreadableTasks' | 'showTask' | 'listSkipped' | 'readLog' | 'subscribeLog' | 'startTask' | 'pauseTask' | 'pauseAll' | 'resumeTask' | 'stopTask' | 'releaseTask' | 'retryNow' | 'agree' | 'setLimits' | 'setClass'
  | 'renameTask' | 'duplicateTask' | 'provideCredentials' | 'deleteTask' | 'startDemo' | 'endDemo' | 'subscribeTasks' | 'subscribeTask'
>;

/** The list, a task's page, and what is done to tasks there. */
export function taskCalls(world: World): Calls {
  const pause = async (id: string) => {
    world.move(id, 'pausing');
    await world.pace(4);
    world.move(id, 'paused');
  };
  return {
    listTasks: async () => { await world.pace(); return summaries(world); },
    unreadableTasks: async () => { await world.pace(); return world.scenario === 'task_damaged' ? [taskDamaged()] : []; },
    showTask: async (id) => { await world.pace(); return structuredClone(world.find(id)); },
    listSkipped: async (id, query) => { await world.pace(); return skippedPage(world.find(id).summary.report, query); },
    readLog: async (id, filter, before) => { await world.pace(); return logPage(logOf(world.find(id)), filter, before); },
    subscribeLog: (id, filter, onUpdate) => {
      const all = logOf(world.find(id));
      const watchers = world.watchers.get(id) ?? new Set();
      world.watchers.set(id, watchers);
      const watcher = (update: TaskUpdate) => {
        if (update.kind !== 'event') return;
        const line = logLine(update.event, (all.at(-1)?.position ?? 0) + 100);
        all.push(line);
        const { lines } = logPage([line], filter);
        if (lines.length > 0) onUpdate({ lines, before: null });
      };
      watchers.add(watcher);
      return subscription(world.pace().then(() => onUpdate(logPage(all, filter))), () => { watchers.delete(watcher); });
    },
    startTask: async (id, { terms_accepted, typed_name }) => {
      await world.pace();
      const { summary } = world.find(id);
      if (!terms_accepted) throw refusal('terms_not_accepted', phrase('refusal.terms_not_accepted'));
      if (summary.destination.environment === 'production' && typed_name !== summary.destination.label) {
        throw refusal('confirmation_needed', phrase('refusal.confirmation_needed', { label: summary.destination.label }), { side: 'destination' });
      }
      world.find(id).terms_accepted_at = new Date().toISOString();
      world.begin(id);
    },
    pauseTask: pause,
    pauseAll: async () => {
      const running = [...world.tasks.values()].filter(({ summary }) => ['running', 'retrying', 'holding'].includes(summary.report.state));
      await Promise.all(running.map(({ summary }) => pause(summary.id)));
    },
    resumeTask: async (id) => { await world.pace(2); world.move(id, 'running'); },
    stopTask: async (id) => {
      world.move(id, 'stopping');
      await world.pace(4);
      world.move(id, 'stopped');
    },
    releaseTask: async (id) => { await world.pace(2); world.move(id, 'released'); },
    retryNow: async (id) => { await world.pace(4); world.find(id); },
    agree: async (id, code) => {
      await world.pace(2);
      if (world.find(id).summary.report.error?.code === code) world.move(id, 'running');
    },
    setLimits: async (id, limits) => {
      await world.pace();
      const task = world.find(id);
      Object.assign(task.draft, { limits, class: null });
      world.shown(task);
    },
    setClass: async (id, cls) => {
      await world.pace();
      const task = world.find(id);
      Object.assign(task.draft, { limits: { records_per_second: null, bytes_per_second: null }, class: cls });
      world.shown(task);
    },
    renameTask: async (id, name) => {
      await world.pace();
      const task = world.find(id);
      task.summary.name = name;
      task.input.name = name;
      world.shown(task);
    },
    duplicateTask: async (id) => {
      await world.pace();
      const original = world.find(id);
      const copy = world.add(world.newId('copy'), `${original.summary.name}_2`);
      Object.assign(copy, { draft: structuredClone(original.draft), input: { ...structuredClone(original.input), name: copy.summary.name, step: 1 } });
      Object.assign(copy.summary, { source: original.summary.source, destination: original.summary.destination });
      world.changed();
      return copy.summary.id;
    },
    provideCredentials: async (id) => { await world.pace(2); world.move(id, 'running'); },
    deleteTask: async (id) => { await world.pace(); world.lose(id); },
    startDemo: async () => {
      await world.pace(3);
      const task = world.add(DEMO, 'demo');
      const local = endpoint('127.0.0.1', 'dev');
      task.draft = draftOf(local, { ...local, port: '6391' });
      task.summary.demo = true;
      task.summary.source = { label: '127.0.0.1:6379', environment: 'dev' };
      task.summary.destination = { label: '127.0.0.1:6391', environment: 'dev' };
      world.begin(DEMO);
      return DEMO;
    },
    endDemo: async () => { await world.pace(); world.lose(DEMO); },
    subscribeTasks: (onUpdate) => {
      if (world.scenario === 'loading') return subscription(new Promise(() => undefined), () => undefined);
      if (world.scenario === 'error') {
        return subscription(
          Promise.reject(storeGone()),
          () => undefined,
        );
      }
      let ended = false;
      const send = () => onUpdate(summaries(world));
      return subscription(
        world.pace().then(() => {
          if (ended) return;
          world.listeners.add(send);
          send();
        }),
        () => {
          ended = true;
          world.listeners.delete(send);
        },
      );
    },
    subscribeTask: (id, onUpdate) => {
      const all = world.watchers.get(id) ?? new Set();
      world.watchers.set(id, all);
      let ended = false;
      const ready = world.pace().then(() => {
        if (ended) return;
        const details = structuredClone(world.find(id));
        all.add(onUpdate);
        onUpdate({ kind: 'snapshot', details });
        const charts = world.charts.get(id);
        if (charts) onUpdate({ kind: 'charts', charts: structuredClone(charts) });
      });
      return subscription(ready, () => {
        ended = true;
        all.delete(onUpdate);
      });
    },
  };
}
