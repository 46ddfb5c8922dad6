import type { Template, TemplateInput } from '../../bindings';
import type { Backend } from '../backend';

import { connectivity, endpoint } from './fixtures';
import { failure, fieldError, phrase, refusal, refused, stagesOf, storeGone } from './words';
import type { World } from './world';

const hours = (n: number) => new Date(Date.now() - n * 3_600_000).toISOString();

function examples(): Template[] {
  const server = connectivity('source', false).server;
  return [
    {
      id: 'a1f0000000000001', name: 'orders, production', endpoint: endpoint('orders.internal', 'production', 'migrator'), has_password: true,
      created_at: hours(400), updated_at: hours(30), last_test: { at: hours(29), ok: true, server, error: null }, uses: [],
    },
    {
      id: 'a1f0000000000002', name: 'sessions, staging', endpoint: endpoint('10.2.0.14', 'staging'), has_password: false,
      created_at: hours(90), updated_at: hours(90), uses: [],
      last_test: {
        at: hours(3), ok: false, server: null,
        error: failure('connect_failed', 'source', refused('10.2.0.14', '10.2.0.14:6379')),
      },
    },
    {
      id: 'a1f0000000000003', name: 'local', endpoint: endpoint('127.0.0.1', 'dev'), has_password: false,
      created_at: hours(5), updated_at: hours(5), last_test: null, uses: [],
    },
  ];
}

type Calls = Pick<Backend, 'listTemplates' | 'createTemplate' | 'updateTemplate' | 'duplicateTemplate' | 'deleteTemplate' | 'testTemplate'>;

/** The templates page. */
export function templateCalls(world: World): Calls {
  const templates = new Map<string, Template>((world.scenario === 'empty' ? [] : examples()).map((one) => [one.id, one]));
  const find = (id: string): Template => {
    const template = templates.get(id);
    if (!template) throw refusal('no_such_template', phrase('refusal.no_such_template', { name: id }));
    return template;
  };
  const uses = (id: string): Template['uses'] =>
    [...world.tasks.values()].flatMap(({ input, summary }) =>
      (['source', 'destination'] as const)
        .filter((side) => (side === 'source' ? input.source_template : input.destination_template) === id)
        .map((side) => ({ task_id: summary.id, task_name: summary.name, side, state: summary.report.state })));
  const check = ({ name }: TemplateInput) => {
    if (name.trim() === '') {
      throw refusal('invalid', phrase('refusal.field', { field: 'name', what: phrase('field.template_name_required') }), { fields: [fieldError('name', 'required', 'field.template_name_required')] });
    }
  };
  const has = (before: boolean, { password }: TemplateInput) => (password.from === 'keep' ? before : password.from !== 'none');
  return {
    listTemplates: async () => {
      await world.pace();
      if (world.scenario === 'loading') await new Promise(() => undefined);
      if (world.scenario === 'error') {
        throw storeGone();
      }
      return [...templates.values()]
        .sort((a, b) => a.name.localeCompare(b.name, 'en'))
        .map((one) => ({ ...structuredClone(one), uses: uses(one.id) }));
    },
    createTemplate: async (input) => {
      await world.pace();
      check(input);
      const id = world.newId('template');
      const now = new Date().toISOString();
      templates.set(id, {
        id, name: input.name.trim(), endpoint: structuredClone(input.endpoint), has_password: has(false, input), created_at: now, updated_at: now,
        last_test: null, uses: [],
      });
      return id;
    },
    updateTemplate: async (id, input) => {
      await world.pace();
      check(input);
      const before = find(id);
      const same = JSON.stringify(before.endpoint) === JSON.stringify(input.endpoint) && input.password.from === 'keep';
      templates.set(id, {
        ...before, name: input.name.trim(), endpoint: structuredClone(input.endpoint), has_password: has(before.has_password, input),
        updated_at: new Date().toISOString(), last_test: same ? before.last_test : null,
      });
    },
    duplicateTemplate: async (id) => {
      await world.pace();
      const original = find(id);
      const now = new Date().toISOString();
      const copy = { ...structuredClone(original), id: world.newId('template'), name: `${original.name}_2`, created_at: now, updated_at: now, last_test: null };
      templates.set(copy.id, copy);
      return copy.id;
    },
    deleteTemplate: async (id) => { await world.pace(); find(id); templates.delete(id); },
    testTemplate: async (id, run_id, onStage) => {
      const report = connectivity('source', world.scenario === 'unreachable');
      await world.run(run_id, stagesOf(report).map((stage) => () => onStage(stage)));
      find(id).last_test = { at: new Date().toISOString(), ok: report.failed === null, server: report.server, error: report.failed?.error ?? null };
      return report;
    },
  };
}
