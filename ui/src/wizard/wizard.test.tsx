import { fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';

import '../i18n';
import { App } from '../app/App';
import type { Backend } from '../backend/backend';
import { mockBackend, type MockOptions } from '../backend/mock/mock';
import { refusal } from '../backend/mock/words';
import type { LimitNote, TaskInput } from '../bindings';
import { testIds } from '../shared/testIds';

// The page loads it when it is asked for; here that is not what is waited for.
import './Wizard';
import { blankValues, inputOf } from './values';

// The test's document ends no transition: what waits for the end of a motion would wait for ever.
(window as unknown as { happyDOM: { settings: { device: { prefersReducedMotion: string } } } }).happyDOM.settings.device.prefersReducedMotion = 'reduce';

const WAIT = { timeout: 20_000 };

function open(options: MockOptions = {}, hash = '#/create', change: Partial<Backend> = {}) {
  window.location.hash = hash;
  const backend = { ...mockBackend({ pace_ms: 0, scenario: 'empty', ...options }), ...change };
  const saved: TaskInput[] = [];
  const save = backend.saveDraft;
  backend.saveDraft = (id, task) => {
    saved.push(task);
    return save(id, task);
  };
  const view = render(<App backend={backend} />);
  return { backend, saved, view, user: userEvent.setup({ pointerEventsCheck: 0 }) };
}
const find = (id: string) => screen.findByTestId(id, undefined, WAIT);
const get = (id: string) => screen.getByTestId(id);
const text = (id: string) => get(id).textContent;
const box = (id: string) => within(get(id)).getByRole<HTMLInputElement>('checkbox');

const enter = (id: string, value: string) => fireEvent.change(get(id), { target: { value } });

async function fillIn() {
  await find(testIds.host('source'));
  enter(testIds.host('source'), 'a.internal');
  enter(testIds.host('destination'), 'b.internal');
  enter(testIds.password('destination'), 'secret');
}

/** Opens a draft that got as far as `step`, as a user finds it who comes back. */
async function openAt(step: 'objects' | 'precheck' | 'class', options: MockOptions = {}, change: Partial<Backend> = {}) {
  const backend = { ...mockBackend({ pace_ms: 0, scenario: 'empty', ...options }), ...change };
  const endpoint = (host: string, environment = 'unspecified') => ({ access: 'tcp', host, port: '6379', path: '', account: '', environment, place: 'ecs' });
  const { source, destination } = { source: endpoint('a.internal'), destination: endpoint('b.internal', 'production') };
  const id = await backend.saveDraft(null, inputOf({ ...blankValues('orders'), source: { endpoint: source, password: { from: 'none' } }, destination: { endpoint: destination, password: { from: 'none' } } }, 2));
  for (const side of ['source', 'destination'] as const) {
    await backend.testConnectivity({ task_id: id, template_id: null, side, endpoint: side === 'source' ? source : destination, password: { from: 'keep' }, run_id: side }, () => undefined);
  }
  await backend.configureTask(id);
  if (step !== 'objects') await backend.runPrecheck(id, 'before', () => undefined);
  return open({}, `#/create/${id}/${step}`, backend);
}

it('walks from nothing to a started task with the keyboard alone', { timeout: 90_000 }, async () => {
  const { user, backend } = open();
  const start = vi.spyOn(backend, 'startTask');
  (await find(testIds.host('source'))).focus();
  await user.keyboard('a.internal');
  for (let i = 0; i < 60 && document.activeElement !== get(testIds.host('destination')); i += 1) await user.tab();
  await user.keyboard('b.internal{Enter}');
  await find(testIds.objects('selected'));
  await waitFor(() => expect(document.activeElement).toBe(get(testIds.stepHeading)));
  expect(document.activeElement?.textContent).toContain('Configure Objects and Advanced Settings');

  await user.keyboard('{Enter}');
  await find(testIds.precheckAgain);
  await waitFor(() => expect(get(testIds.purchase)).toHaveProperty('disabled', false), WAIT);
  await user.keyboard('{Alt>}{ArrowLeft}{/Alt}');
  await find(testIds.objects('selected'));
  await user.keyboard('{Alt>}{ArrowRight}{/Alt}');
  await find(testIds.precheckAgain);
  await waitFor(() => expect(document.activeElement).toBe(get(testIds.stepHeading)));
  await user.keyboard('{Enter}');
  const terms = await find(testIds.terms);
  expect(get(testIds.startTask)).toHaveProperty('disabled', true);
  (terms.matches('input') ? terms : within(terms.closest('label') ?? terms).getByRole('checkbox')).focus();
  await user.keyboard(' ');
  await waitFor(() => expect(get(testIds.startTask)).toHaveProperty('disabled', false));
  get(testIds.startTask).focus();
  await user.keyboard('{Enter}');
  expect(await find(testIds.taskState)).toBeTruthy();
  expect(start).toHaveBeenCalledWith(expect.any(String), { terms_accepted: true, typed_name: null });
});

it('keeps what is typed, and nothing before the first keystroke', async () => {
  const { saved, backend, view } = open();
  await find(testIds.taskName);
  expect(saved).toHaveLength(0);
  await fillIn();
  await waitFor(() => expect(text(testIds.draftSaved)).toContain('Draft saved'), WAIT);
  await waitFor(() => expect(window.location.hash).toMatch(/^#\/create\/.+\/source$/));
  await waitFor(() => expect(saved.at(-1)?.draft.destination.host).toBe('b.internal'), WAIT);
  expect(saved.filter(({ destination_password }) => destination_password.from === 'typed').at(-1)?.destination_password).toEqual({ from: 'typed', password: 'secret' });

  // As after a restart: the address is all that is left, and what the program has.
  view.unmount();
  render(<App backend={backend} />);
  expect(await find(testIds.host('source'))).toHaveProperty('value', 'a.internal');
  expect(get(testIds.password('destination'))).toHaveProperty('placeholder', 'Kept in the keychain');
});

it('goes back without losing anything', async () => {
  const { user } = open();
  await fillIn();
  await user.click(get(testIds.proceed));
  await find(testIds.objects('selected'));
  await user.click(get(testIds.conflict('keep')));
  enter(testIds.retryMinutes, '45');
  await user.click(get(testIds.back));
  expect(await find(testIds.host('source'))).toHaveProperty('value', 'a.internal');
  expect(get(testIds.password('destination'))).toHaveProperty('value', 'secret');
  await user.click(get(testIds.proceed));
  await find(testIds.objects('selected'));
  expect(get(testIds.retryMinutes)).toHaveProperty('value', '45');
});

it('says what is missing at its field and goes to the first', async () => {
  const { user } = open();
  await find(testIds.taskName);
  await user.click(get(testIds.proceed));
  expect((await find(testIds.fieldError('source.host'))).textContent).toBe('Enter the host name or address.');
  expect(get(testIds.fieldError('destination.host'))).toBeTruthy();
  await waitFor(() => expect(document.activeElement?.id).toBe('source.host'));
});

it('fills in a pasted line, says what, and takes it back', async () => {
  const { user } = open();
  const host = await find(testIds.host('source'));
  host.focus();
  await user.paste('redis-cli -h r.example.com -p 6390 --user bob -a pw --tls');
  expect(host).toHaveProperty('value', 'r.example.com');
  expect(get(testIds.port('source'))).toHaveProperty('value', '6390');
  expect(get(testIds.account('source'))).toHaveProperty('value', 'bob');
  expect(text(testIds.filledNote('source'))).toContain('host, port, account, password');
  expect(text(testIds.filledNote('source'))).toContain('TLS');
  await user.click(get(testIds.filledUndo('source')));
  expect(get(testIds.account('source'))).toHaveProperty('value', '');
  expect(get(testIds.password('source'))).toHaveProperty('value', '');
});

/** A draft with both passwords stored, as a user finds it who comes back. */
async function openStored() {
  const backend = mockBackend({ pace_ms: 0, scenario: 'empty' });
  const endpoint = (host: string) => ({ access: 'tcp', host, port: '6379', path: '', account: '', environment: 'unspecified', place: 'ecs' });
  const typed = (password: string) => ({ from: 'typed' as const, password });
  const values = { ...blankValues('orders'), source: { endpoint: endpoint('a.internal'), password: typed('a-pw') }, destination: { endpoint: endpoint('b.internal'), password: typed('b-pw') } };
  const id = await backend.saveDraft(null, inputOf(values, 1));
  return { id, ...open({}, `#/create/${id}/source`, backend) };
}

it('swaps the sides with their stored passwords, and back', async () => {
  const { id, user, saved } = await openStored();
  await find(testIds.swap);
  await user.click(get(testIds.swap));
  await waitFor(() => expect(get(testIds.host('source'))).toHaveProperty('value', 'b.internal'));
  expect(get(testIds.password('source'))).toHaveProperty('placeholder', 'Kept in the keychain');
  await waitFor(() => expect(saved.at(-1)).toMatchObject({
    source_password: { from: 'aside', token: `${id}-destination` }, destination_password: { from: 'aside', token: `${id}-source` },
  }), WAIT);
  await user.click(get(testIds.swap));
  await waitFor(() => expect(saved.at(-1)).toMatchObject({
    source_password: { from: 'aside', token: `${id}-source` }, destination_password: { from: 'aside', token: `${id}-destination` },
  }), WAIT);
});

it('takes a paste back together with the stored password', async () => {
  const { id, user, saved } = await openStored();
  (await find(testIds.host('source'))).focus();
  await user.paste('redis://bob:pw@r.example.com:6390');
  await waitFor(() => expect(saved.at(-1)?.source_password).toEqual({ from: 'typed', password: 'pw' }), WAIT);
  await user.click(get(testIds.filledUndo('source')));
  expect(get(testIds.host('source'))).toHaveProperty('value', 'a.internal');
  expect(get(testIds.password('source'))).toHaveProperty('placeholder', 'Kept in the keychain');
  await waitFor(() => expect(saved.at(-1)?.source_password).toEqual({ from: 'aside', token: `${id}-source` }), WAIT);
});

it('saves a template with the stored password', async () => {
  const { id, user, backend } = await openStored();
  const create = vi.spyOn(backend, 'createTemplate');
  await user.click(await find(testIds.saveTemplate('destination')));
  await user.click(await find(testIds.templateOk));
  await waitFor(() => expect(create).toHaveBeenCalledWith(expect.objectContaining({ password: { from: 'aside', token: `${id}-destination` } })), WAIT);
});

it('splits <account>:<password> in front of the user, once', async () => {
  const { user } = open();
  const password = await find(testIds.password('destination'));
  await user.type(password, 'testaccount:Test1234');
  await user.tab();
  expect(get(testIds.account('destination'))).toHaveProperty('value', 'testaccount');
  expect(password).toHaveProperty('value', 'Test1234');
  await user.click(get(testIds.filledUndo('destination')));
  password.focus();
  await user.tab();
  expect(password).toHaveProperty('value', 'testaccount:Test1234');
});

it('stays where a side fails, and keeps the result of the other', async () => {
  const { user, backend } = open({ scenario: 'unreachable' });
  const tested = vi.spyOn(backend, 'testConnectivity');
  await fillIn();
  await user.click(get(testIds.proceed));
  await waitFor(() => expect(get(testIds.result('destination')).dataset.verdict).toBe('bad'), WAIT);
  await waitFor(() => expect(get(testIds.result('source')).dataset.verdict).toBe('good'), WAIT);
  expect(text(testIds.result('destination'))).toContain('The account may not write');
  expect(text(testIds.result('destination'))).toContain('ACL SETUSER migrator');
  expect(screen.queryByTestId(testIds.objects('selected'))).toBeNull();
  await waitFor(() => expect(get(testIds.proceed)).toHaveProperty('disabled', false));
  await user.click(get(testIds.proceed));
  await waitFor(() => expect(tested).toHaveBeenCalledTimes(3), WAIT);
  expect(tested.mock.calls.map(([{ side }]) => side)).toEqual(['source', 'destination', 'destination']);
});

it('cancels a test at once', async () => {
  const cancelRun = vi.fn(() => Promise.resolve());
  const { user } = open({}, '#/create', { testConnectivity: () => new Promise(() => undefined), cancelRun });
  await fillIn();
  await user.click(get(testIds.test('source')));
  await user.click(await find(testIds.testCancel('source')));
  expect(screen.queryByTestId(testIds.result('source'))).toBeNull();
  expect(cancelRun).toHaveBeenCalledOnce();
});

it('does not go on with an instance of the cloud, and says so', async () => {
  const { user } = open();
  await find(testIds.taskName);
  fireEvent.mouseDown(within(get(testIds.place('source'))).getByRole('combobox'));
  await user.click(await screen.findByText('Alibaba Cloud Instance', { selector: '.ant-select-item-option-content' }));
  expect(await find(testIds.cloudFields('source'))).toBeTruthy();
  expect(get(testIds.proceed)).toHaveProperty('disabled', true);
  expect(text(testIds.blocked)).toContain('comes later');
});

it('moves databases between the lists by mouse and by keys', async () => {
  const { user, saved } = await openAt('objects');
  await find(testIds.objects('selected'));
  await user.click(get(testIds.moveAllLeft));
  expect(within(get(testIds.objects('selected'))).queryByText('db0')).toBeNull();
  expect(within(get(testIds.objects('source'))).getByText('1,204,331 keys')).toBeTruthy();
  box(testIds.database(0)).focus();
  await user.keyboard(' {ArrowDown} {ArrowRight}');
  expect(within(get(testIds.objects('selected'))).getByText('db0')).toBeTruthy();
  expect(within(get(testIds.objects('selected'))).getByText('db1')).toBeTruthy();
  await waitFor(() => expect(saved.at(-1)?.draft.databases).toEqual([0, 1]), WAIT);
  enter(testIds.objectsSearch('source'), 'db15');
  expect(within(get(testIds.objects('source'))).queryByText('db2')).toBeNull();
  await user.click(get(testIds.moveAllLeft));
  await user.click(get(testIds.savePrecheck));
  expect((await find(testIds.fieldError('databases'))).textContent).toContain('at least one database');
});

it('chooses commands by right-click and by the Menu key, group by group', async () => {
  const { user } = await openAt('objects');
  fireEvent.contextMenu(await find(testIds.database(0)));
  await find(testIds.commandsDialog);
  await user.click(get(testIds.commandsPreset('no_flush')));
  const server = get(testIds.commandGroup('server'));
  expect(server).toHaveProperty('checked', false);
  await user.click(get(testIds.command('FLUSHDB')));
  await waitFor(() => expect(get(testIds.commandGroup('server'))).toHaveProperty('indeterminate', true));
  expect(get(testIds.command('MULTI'))).toHaveProperty('disabled', true);
  await user.click(get(testIds.commandsOk));
  await waitFor(() => expect(screen.queryByTestId(testIds.commandsDialog)).toBeNull(), WAIT);
  expect(text(testIds.commands(0))).toMatch(/^(\d+)\/\d+ commands…$/);
  box(testIds.database(1)).focus();
  await user.keyboard('{Shift>}{F10}{/Shift}');
  await find(testIds.commandsDialog);
  await user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByTestId(testIds.commandsDialog)).toBeNull(), WAIT);
});

it('ignores a failed item only as its rule says', async () => {
  const { user, backend } = await openAt('precheck', { scenario: 'precheck_fails' });
  const ignored = vi.spyOn(backend, 'ignoreChecks');
  await find(testIds.precheckAgain);
  expect(text(testIds.precheckRate)).toBe('80 %');
  expect(get(testIds.purchase)).toHaveProperty('disabled', true);
  expect(text(testIds.blocked)).toContain('2 failed items');
  expect(screen.queryByTestId(testIds.ignore('write_permission'))).toBeNull();
  const open = () => user.click(screen.getByRole('button', { name: 'Ignore…' }));
  await open();
  await waitFor(() => expect(document.activeElement).toBe(get(testIds.confirmCancel)));
  await user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByTestId(testIds.confirmOk)).toBeNull(), WAIT);
  expect(ignored).not.toHaveBeenCalled();
  await open();
  const typed = screen.queryByTestId(testIds.typedName);
  if (typed) {
    expect(get(testIds.confirmOk)).toHaveProperty('disabled', true);
    enter(testIds.typedName, 'b.internal:6379');
  }
  await user.click(get(testIds.confirmOk));
  await waitFor(() => expect(ignored).toHaveBeenCalledOnce(), WAIT);
  await waitFor(() => expect(text(testIds.precheckCounts)).toContain('1 ignored'), WAIT);
  expect(await find(testIds.ignoredList)).toBeTruthy();
});

it.each([
  ['what is ignored already, for the same servers', 'b.internal', ['clock_skew', 'conflicting_keys']],
  ['nothing that was ignored for another server', 'c.internal', ['conflicting_keys']],
])('ignores one more item beside %s', { timeout: 60_000 }, async (_, host, sent) => {
  const servers = mockBackend({ pace_ms: 0, scenario: 'precheck_fails' });
  let visited = false;
  const { user, backend } = await openAt('objects', {}, {
    ...servers,
    configureTask: async (id) => {
      // By an earlier visit.
      if (!visited) await servers.ignoreChecks(id, ['clock_skew'], null);
      visited = true;
      await servers.configureTask(id);
    },
  });
  const ignored = vi.spyOn(backend, 'ignoreChecks');
  await user.click(await find(testIds.back));
  await find(testIds.host('destination'));
  enter(testIds.host('destination'), host);
  await user.click(get(testIds.proceed));
  await user.click(await find(testIds.savePrecheck));
  await find(testIds.precheckAgain);
  await user.click(await find(testIds.ignore('conflicting_keys')));
  await find(testIds.typedName);
  enter(testIds.typedName, `${host}:6379`);
  await user.click(get(testIds.confirmOk));
  await waitFor(() => expect(ignored).toHaveBeenCalledOnce(), WAIT);
  expect(ignored).toHaveBeenCalledWith(expect.any(String), sent, `${host}:6379`);
  await waitFor(() => expect(text(testIds.precheckCounts)).toContain('1 ignored'), WAIT);
});

it('opens an item’s details, and looks again with F5', async () => {
  const { user, backend } = await openAt('precheck', { scenario: 'precheck_fails' });
  await find(testIds.precheckAgain);
  await user.click(get(testIds.precheckInfo('write_permission')));
  expect(text(testIds.precheckDetails('write_permission'))).toContain('ACL SETUSER migrator');
  const run = vi.spyOn(backend, 'runPrecheck');
  get(testIds.precheckAgain).focus();
  await user.keyboard('{F5}');
  await waitFor(() => expect(run).toHaveBeenCalledOnce(), WAIT);
});

it('looks anew where the settings were changed since', async () => {
  const { user, backend } = await openAt('precheck');
  await find(testIds.precheckAgain);
  await user.click(get(testIds.back));
  await user.click(await find(testIds.stageIncremental));
  const run = vi.spyOn(backend, 'runPrecheck');
  await user.click(get(testIds.savePrecheck));
  await find(testIds.precheckRate);
  await waitFor(() => expect(run).toHaveBeenCalledOnce(), WAIT);
});

it('limits by a class or by figures of the user', async () => {
  const { user, saved } = await openAt('class');
  await user.click(await find(testIds.classCard('medium')));
  await waitFor(() => expect(saved.at(-1)?.draft.class).toBe('medium'), WAIT);
  await user.click(get(testIds.classCard('custom')));
  enter(testIds.limitRecords, '4000');
  await waitFor(() => expect(saved.at(-1)?.draft).toMatchObject({ class: null, limits: { records_per_second: 4000 } }), WAIT);
});

it('keeps the computer awake unless that is not wanted', async () => {
  const { user, saved } = await openAt('class');
  const box = await find(testIds.keepAwake);
  expect(box).toHaveProperty('checked', true);
  await user.click(box);
  await waitFor(() => expect(saved.at(-1)?.keep_awake).toBe(false), WAIT);
});

it('starts only with the terms read, and a filled production server’s name typed', async () => {
  const startTask = vi.fn<Backend['startTask']>((_, order) =>
    order.typed_name === null ? Promise.reject({ code: 'confirmation_needed', message: 'type its name' }) : Promise.resolve());
  const { user } = await openAt('class', {}, { startTask });
  await find(testIds.terms);
  expect(get(testIds.startTask)).toHaveProperty('disabled', true);
  expect(text(testIds.blocked)).toContain('terms');
  await user.click(get(testIds.terms));
  // It was empty when it was tested: the program knows better now.
  await user.click(get(testIds.startTask));
  const name = await find(testIds.typedName);
  expect(get(testIds.startTask)).toHaveProperty('disabled', true);
  fireEvent.change(name, { target: { value: 'b.internal:6379' } });
  await user.click(get(testIds.startTask));
  await waitFor(() => expect(startTask).toHaveBeenLastCalledWith(expect.any(String), { terms_accepted: true, typed_name: 'b.internal:6379' }), WAIT);
});

it('does not let an address skip what was not done', async () => {
  const { backend } = open({}, '#/settings');
  const id = await backend.saveDraft(null, inputOf(blankValues('x'), 1));
  window.location.hash = `#/create/${id}/class`;
  expect(await find(testIds.host('source'))).toBeTruthy();
  expect(screen.queryByTestId(testIds.terms)).toBeNull();
});

it('shows the lowest retry time of the tasks that share a server', async () => {
  await openAt('objects', {}, { effectiveRetry: () => Promise.resolve({ minutes: 30, set_by: { task_id: 'x', task_name: 'orders-eu' } }) });
  await find(testIds.retryEffective);
  await waitFor(() => expect(text(testIds.retryEffective)).toContain('30 min'), WAIT);
  expect(within(get(testIds.retryEffective)).getByRole('link').textContent).toBe('orders-eu');
});

it('lists the risks of this pair in the terms, and takes no acceptance before they are known', async () => {
  let tell: ((notes: LimitNote[]) => void) | undefined;
  const limits = vi.fn<Backend['limits']>(() => new Promise((resolve) => { tell = resolve; }));
  const { user } = await openAt('class', {}, { limits });
  await find(testIds.classCard('medium'));
  expect(screen.queryByTestId(testIds.terms)).toBeNull();
  await waitFor(() => expect(limits).toHaveBeenCalled(), WAIT);
  const note = (id: string, applies: boolean): LimitNote => ({ id, applies, text: { key: 'plain', values: { words: `the risk ${id}` } } });
  tell?.([note('one', true), note('other', false)]);
  const risks = within(await find(testIds.risks));
  expect(risks.getByText('the risk one')).toBeTruthy();
  expect(risks.queryByText('the risk other')).toBeNull();
  await user.click(get(testIds.terms));
  await waitFor(() => expect(get(testIds.startTask)).toHaveProperty('disabled', false), WAIT);

  // Another class asks anew, and another risk was not read.
  await user.click(get(testIds.classCard('small')));
  await waitFor(() => expect(limits.mock.calls.length).toBeGreaterThan(1), WAIT);
  tell?.([note('one', true), note('two', true)]);
  await risks.findByText('the risk two', undefined, WAIT);
  expect(get(testIds.startTask)).toHaveProperty('disabled', true);
});

it('edits the name of the template that is chosen', async () => {
  const { user, backend } = open({ scenario: 'mixed' });
  const renamed = vi.spyOn(backend, 'updateTemplate');
  const [first] = await backend.listTemplates();
  if (!first) throw new Error('the mock has no template');
  expect(await find(testIds.renameTemplate('source'))).toHaveProperty('disabled', true);
  await user.click(within(get(testIds.template('source'))).getByRole('combobox'));
  await user.click(await screen.findByText((_, element) => element?.className === 'template-option' && element.textContent.startsWith(first.name), undefined, WAIT));
  await user.click(get(testIds.renameTemplate('source')));
  expect(await find(testIds.templateName)).toHaveProperty('value', first.name);
  enter(testIds.templateName, 'orders, the old one');
  await user.click(get(testIds.templateOk));
  await waitFor(() => expect(renamed).toHaveBeenCalledWith(first.id, expect.objectContaining({ name: 'orders, the old one', password: { from: 'keep' } })), WAIT);
});

it('says what each choice of stages means, and wants at least one', async () => {
  const { user } = await openAt('objects');
  await user.click(await find(testIds.stageIncremental));
  expect(text(testIds.stagesNote)).toContain('Do not write to the source');
  await user.click(get(testIds.stageFull));
  await user.click(get(testIds.savePrecheck));
  expect(await find(testIds.fieldError('stages'))).toBeTruthy();
  await user.click(get(testIds.stageIncremental));
  expect(text(testIds.stagesNote)).not.toBe('');
});

it('says what is wrong with a field in the other language at once', { timeout: 60_000 }, async () => {
  const { user } = open();
  await find(testIds.host('source'));
  await user.click(get(testIds.proceed));
  await waitFor(() => expect(text(testIds.fieldError('source.host'))).toBe('Enter the host name or address.'), WAIT);
  await user.click(get(testIds.language('zh')));
  await waitFor(() => expect(text(testIds.fieldError('source.host'))).toBe('请输入主机名或地址。'), WAIT);
});

it('says what the program found wrong in the other language at once', { timeout: 60_000 }, async () => {
  const databases_collide = { key: 'field.databases_collide', values: { one: '0', other: '1', destination: '1' } };
  const fields = [{ field: 'map_databases', code: 'collision', message: 'both become 1', phrase: databases_collide }];
  const { user, backend } = await openAt('objects');
  await find(testIds.objects('selected'));
  backend.configureTask = () => Promise.reject(refusal('invalid', databases_collide, { fields }));
  await user.click(get(testIds.savePrecheck));
  await waitFor(() => expect(text(testIds.fieldError('map_databases'))).toBe('Databases 0 and 1 would both become database 1.'), WAIT);
  await user.click(get(testIds.language('zh')));
  await waitFor(() => expect(text(testIds.fieldError('map_databases'))).toMatch(/^数据库 0 和 1 /), WAIT);
});

it('shows the account’s line as the server’s version takes it', { timeout: 60_000 }, async () => {
  const { user, backend } = open();
  const accountRules = vi.spyOn(backend, 'accountRules');
  await find(testIds.host('destination'));
  const [, destination] = screen.getAllByRole('button', { name: 'Permissions' });
  if (destination) await user.click(destination);
  const dialog = await screen.findByRole('dialog', undefined, WAIT);
  await within(dialog).findByText('From Redis 6.0 on, before 6.2:', undefined, WAIT);
  const lines = () => within(dialog).getAllByText(/^ACL SETUSER migrator on/).map((line) => line.textContent);
  expect(lines().map((line) => line.includes('&*'))).toEqual([true, false]);
  expect(accountRules).toHaveBeenCalledWith('destination', null);
});

it('connects by a Unix socket where that is chosen', async () => {
  const { user, saved } = open();
  await fillIn();
  fireEvent.mouseDown(within(get(testIds.access('source'))).getByRole('combobox'));
  await user.click(await screen.findByTitle('Unix socket', undefined, WAIT));
  expect(screen.queryByTestId(testIds.host('source'))).toBeNull();
  enter(testIds.path('source'), '/run/redis/a.sock');
  await waitFor(() => expect(saved.at(-1)?.draft.source).toMatchObject({ access: 'unix', path: '/run/redis/a.sock' }), WAIT);
});

it('shows a password while its eye is pressed', async () => {
  const { user } = open();
  await fillIn();
  const type = () => get(testIds.password('destination')).getAttribute('type');
  expect(type()).toBe('password');
  await user.click(get(testIds.reveal('destination')));
  expect(type()).toBe('text');
  await user.click(get(testIds.reveal('destination')));
  expect(type()).toBe('password');
});

it('asks about an empty source and a destination full of keys, and swaps them', async () => {
  const servers = mockBackend({ pace_ms: 0, scenario: 'empty' });
  const { user } = open({}, '#/create', {
    testConnectivity: async (test, onStage) => {
      const report = await servers.testConnectivity({ ...test, task_id: null }, onStage);
      if (report.server) report.server.keys = test.side === 'source' ? [] : [[0, 1_204_331]];
      return report;
    },
  });
  await fillIn();
  await user.click(get(testIds.test('source')));
  await user.click(get(testIds.test('destination')));
  const note = await find(testIds.swappedSides);
  expect(note.textContent).toContain('1,204,331');
  await user.click(within(note).getByRole('button'));
  await waitFor(() => expect(get(testIds.host('source'))).toHaveProperty('value', 'b.internal'), WAIT);
});

it('says in a table what each class is able to do', async () => {
  const { user } = await openAt('class');
  await user.click(await find(testIds.classTable));
  const rows = within(await screen.findByRole('dialog', undefined, WAIT)).getAllByRole('row').map((row) => row.textContent);
  expect(rows).toHaveLength(7);
  expect(rows[1]).toMatch(/small.*2,000/);
  expect(rows[6]).toMatch(/unlimited/i);
});
