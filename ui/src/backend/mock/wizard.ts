import type { AccountRules, EndpointDraft, FieldError, Side, TaskDraft, TaskInput } from '../../bindings';
import type { Backend, Version } from '../backend';

import { catalogue, limitNotes } from './catalogue';
import { connectivity, precheckItems } from './fixtures';
import { fieldError, phrase, refusal, stagesOf } from './words';
import type { World } from './world';

/** The mistakes that the program finds. */
export function validate(draft: TaskDraft): FieldError[] {
  const errors: FieldError[] = [];
  for (const side of ['source', 'destination'] as const) {
    const one = draft[side];
    if (one.access === 'unix') {
      if (!one.path.startsWith('/')) errors.push(fieldError(`${side}.path`, 'malformed', 'field.path_malformed'));
      continue;
    }
    if (!one.host.trim()) errors.push(fieldError(`${side}.host`, 'required', 'field.host_required'));
    const port = Number(one.port || '6379');
    if (!Number.isInteger(port) || port < 1 || port > 65535) errors.push(fieldError(`${side}.port`, 'out_of_range', 'field.port_out_of_range'));
  }
  if (!draft.stages.full && !draft.stages.incremental) errors.push(fieldError('stages', 'required', 'field.stages_required'));
  if (draft.databases?.length === 0) errors.push(fieldError('databases', 'required', 'field.databases_required'));
  if (draft.retry_minutes < 10 || draft.retry_minutes > 1440) errors.push(fieldError('retry_minutes', 'out_of_range', 'field.retry_out_of_range'));
  return errors;
}


const label = (one: EndpointDraft) => (one.access === 'unix' ? `unix:${one.path}` : one.host === '' ? '—' : `${one.host}:${one.port || '6379'}`);

/** Its label is none of a server. */
const isElsewhere = (held: EndpointDraft, next: EndpointDraft) => JSON.stringify({ ...held, environment: '' }) !== JSON.stringify({ ...next, environment: '' });

function save(world: World, id: string, { source_password, destination_password, ...input }: TaskInput) {
  const task = world.find(id);
  const has = (before: boolean, { from }: TaskInput['source_password']) => (from === 'keep' ? before : from !== 'none');
  const moved = isElsewhere(task.draft.source, input.draft.source) || isElsewhere(task.draft.destination, input.draft.destination);
  // Confirmed for these two servers: no form sets or keeps them.
  const draft = { ...structuredClone(input.draft), ignored_checks: moved ? [] : task.draft.ignored_checks };
  const { class: cls, limits } = task.draft;
  const changed = JSON.stringify({ ...draft, class: cls, limits }) !== JSON.stringify(task.draft);
  if (moved) task.ignored = [];
  task.input = {
    ...structuredClone(input),
    draft,
    has_source_password: has(task.input.has_source_password, source_password),
    has_destination_password: has(task.input.has_destination_password, destination_password),
  };
  task.draft = structuredClone(draft);
  task.summary.name = input.name;
  task.summary.report.task = input.name;
  for (const side of ['source', 'destination'] as const) {
    task.summary[side] = { label: label(input.draft[side]), environment: input.draft[side].environment };
  }
  if (changed) {
    task.precheck = null;
    task.terms_accepted_at = null;
    task.summary.report.state = 'not_configured';
  }
  world.shown(task);
}

type Calls = Pick<
  Backend,
  | 'validateDraft' | 'suggestTaskName' | 'putPasswordAside' | 'accountRules' | 'saveDraft' | 'configureTask' | 'testConnectivity' | 'cancelRun' | 'runPrecheck' | 'ignoreChecks'
  | 'effectiveRetry'
>;

const isOlder = ([major, minor]: Version, [other, part]: AccountRules['since']) => major < other || (major === other && minor < part);

const accountRules = (side: Side): AccountRules[] => {
  const reading = '+@read +@connection +@transaction +psync +replconf +info +time +config|get +module|list';
  const writing = '+@read +@write +@connection +@transaction +@pubsub +@scripting +info +time +flushall +flushdb +restore +client|kill +client|list +config|get +module|list';
  return side === 'source'
    ? [{ since: [6, 0], before: null, rules: `~* ${reading}` }]
    : [{ since: [6, 2], before: null, rules: `~* &* ${writing}` }, { since: [6, 0], before: [6, 2], rules: `~* ${writing}` }];
};

/** Setting a task up. */
export function wizardCalls(world: World) {
  return {
    ...catalogueCalls(world),
    ...(setupCalls(world) satisfies Calls),
  };
}

function catalogueCalls(world: World) {
  return {
    commandCatalogue: async () => { await world.pace(); return catalogue(); },
    limits: async (draft: TaskDraft) => { await world.pace(); return limitNotes(draft); },
  };
}

function setupCalls(world: World): Calls {
  return {
    validateDraft: async (draft) => { await world.pace(); return validate(draft); },
    putPasswordAside: async (id, side) => { await world.pace(); world.find(id); return `${id}-${side}`; },
    accountRules: async (side, version) => {
      await world.pace();
      return accountRules(side).filter(({ since, before }) => version === null || (!isOlder(version, since) && (before === null || isOlder(version, before))));
    },
    suggestTaskName: async (offset_minutes) => {
      await world.pace();
      return `redis_to_redis_${new Date(Date.now() + offset_minutes * 60_000).toISOString().replaceAll(/\D/g, '').slice(0, 12).replace(/^.{8}/, '$&_')}`;
    },
    saveDraft: async (id, task) => {
      await world.pace();
      const known = id ?? world.newId('new');
      if (id === null) world.add(known, task.name);
      save(world, known, task);
      return known;
    },
    configureTask: async (id) => {
      await world.pace();
      const task = world.find(id);
      const fields = validate(task.draft);
      if (task.input.name.trim() === '') fields.push(fieldError('name', 'required', 'field.name_required'));
      if (fields.length > 0) throw refusal('invalid', phrase('plain', { words: '' }), { fields });
      if (task.summary.report.state === 'not_configured') world.move(id, 'not_started');
    },
    testConnectivity: async ({ side, task_id, run_id }, onStage) => {
      const report = connectivity(side === 'destination' ? side : 'source', world.scenario === 'unreachable' && side === 'destination');
      await world.run(run_id, [...stagesOf(report).map((stage) => () => onStage(stage)), () => undefined]);
      if (task_id !== null) {
        world.find(task_id).connectivity[side === 'destination' ? side : 'source'] = { at: new Date().toISOString(), ...report };
      }
      return report;
    },
    cancelRun: async (run_id) => { await Promise.resolve(); world.cancel(run_id); },
    runPrecheck: async (id, run_id, onItem) => {
      const task = world.move(id, 'prechecking');
      const items = precheckItems(world.scenario === 'precheck_fails').map((item) =>
        item.verdict !== 'passed' && task.draft.ignored_checks.includes(item.id) ? { ...item, verdict: 'ignored' as const } : item);
      try {
        await world.run(run_id, items.map((item) => () => onItem(item)), 0.4);
      } catch (reason) {
        world.move(id, 'not_started');
        throw reason;
      }
      task.precheck = { items };
      world.move(id, items.some((item) => item.verdict === 'failed') ? 'precheck_failed' : 'precheck_passed');
      return { items };
    },
    ignoreChecks: async (id, checks, typed_name) => {
      await world.pace();
      const task = world.find(id);
      const { label } = task.summary.destination;
      const newly = checks.filter((check) => !task.draft.ignored_checks.includes(check));
      const mustType = precheckItems(true).some((item) => item.ignore === 'type_name' && newly.includes(item.id));
      if (mustType && typed_name !== label) {
        throw refusal('confirmation_needed', phrase('refusal.confirmation_needed', { label }), { side: 'destination' });
      }
      task.draft.ignored_checks = checks;
      task.input.draft.ignored_checks = checks;
      const at = new Date().toISOString();
      task.ignored = checks.map((check) => task.ignored.find((one) => one.id === check) ?? { id: check, at });
      world.shown(task);
    },
    effectiveRetry: async (draft, task_id) => {
      await world.pace();
      const running = [...world.tasks.values()].filter(
        ({ summary, draft: other }) =>
          summary.id !== task_id
          && ['running', 'retrying', 'holding'].includes(summary.report.state)
          && [other.source, other.destination].some((a) => [draft.source, draft.destination].some((b) => a.host === b.host && a.port === b.port)),
      );
      const lowest = running.sort((a, b) => a.draft.retry_minutes - b.draft.retry_minutes)[0];
      return lowest && lowest.draft.retry_minutes < draft.retry_minutes
        ? { minutes: lowest.draft.retry_minutes, set_by: { task_id: lowest.summary.id, task_name: lowest.summary.name } }
        : { minutes: draft.retry_minutes, set_by: null };
    },
  };
}
