import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, it, vi } from 'vitest';

import { phrase, refusal } from '../backend/mock/words';
import { testIds } from '../shared/testIds';

import { find, get, opened, WAIT } from './opened';

const PLACE = '#/templates/import';
const EXPORT = JSON.stringify([
  { name: 'local', host: 'a.internal', port: 6379, username: 'ro', password: 's3cret', connectionType: 'STANDALONE' },
  { name: 'secure', host: 'b.internal', port: 6380, tls: true },
  { name: 'local', host: 'c.internal', port: 6381, db: 2 },
  { name: 'nothing', host: '', port: 1 },
]);

const fill = async (text: string) => fireEvent.change(await find(testIds.importText), { target: { value: text } });
const row = (n: number) => within(get(testIds.importRow(n)));
const ok = () => get(testIds.confirmOk);

it('is reached from the first screen, the templates and the palette', async () => {
  const { user } = opened({ scenario: 'empty' });
  await user.click(await find(testIds.importOpen));
  await find(testIds.importDialog);
  await user.click(get(testIds.confirmCancel));
  await waitFor(() => expect(window.location.hash).toBe('#/templates'), WAIT);
  await user.click(get(testIds.importOpen));
  await find(testIds.importDialog);
  await user.keyboard('{Escape}');
  await waitFor(() => expect(window.location.hash).toBe('#/templates'), WAIT);
  await user.keyboard('{Control>}k{/Control}');
  await user.type(await find(testIds.paletteInput), 'import');
  await user.keyboard('{Enter}');
  await waitFor(() => expect(window.location.hash).toBe(PLACE), WAIT);
});

it('lists what was found and what cannot be used, and saves those that are selected under free names', async () => {
  const { user, backend } = opened({}, PLACE);
  const create = vi.spyOn(backend, 'createTemplate');
  await screen.findByText('orders.internal:6379', undefined, WAIT);
  await fill(EXPORT);
  // A template is called “local” already.
  expect(row(0).getByText('local_2')).toBeTruthy();
  expect(row(2).getByText('local_3')).toBeTruthy();
  expect(row(0).getByText('“local” is taken')).toBeTruthy();
  expect(row(0).getByText('Included')).toBeTruthy();
  expect(row(1).getByText('Needs TLS: not supported yet')).toBeTruthy();
  expect(get(testIds.importPick(1))).toHaveProperty('disabled', true);
  expect(row(2).getByText(/Without its database number/)).toBeTruthy();
  expect(get(testIds.importUnread).textContent).toBe('1 entry has no host or no valid port, and is left out (entry 4).');
  expect(ok().textContent).toBe('Import 2 connections');
  // Free names are those of what is selected.
  await user.click(get(testIds.importPick(0)));
  expect(row(2).getByText('local_2')).toBeTruthy();
  await user.click(get(testIds.importPick(0)));
  await user.click(ok());
  expect((await find(testIds.importDone)).textContent).toBe('2 connections are saved as templates.');
  expect(create.mock.calls.map(([{ name, endpoint, password }]) => [name, endpoint.host, endpoint.account, endpoint.environment, password])).toEqual([
    ['local_2', 'a.internal', 'ro', 'unspecified', { from: 'typed', password: 's3cret' }],
    ['local_3', 'c.internal', '', 'unspecified', { from: 'none' }],
  ]);
  await user.click(get(testIds.confirmCancel));
  expect(await screen.findByText('local_3', undefined, WAIT)).toBeTruthy();
});

it('takes lines, sets one environment for all, and says which were not saved', async () => {
  const createTemplate = vi.fn()
    .mockResolvedValueOnce('1')
    .mockRejectedValueOnce(refusal('keychain_refused', phrase('plain', { words: 'the keychain is shut' })));
  const { user } = opened({ scenario: 'empty' }, PLACE, { createTemplate });
  await fill('# ours\nredis://:pw@one:6379\n\nredis-cli -h two -p 7000\nno connection at all\n');
  expect(get(testIds.importUnread).textContent).toBe('1 line is no connection and is left out (line 5).');
  expect(document.body.textContent).not.toContain('no connection at all is');
  fireEvent.mouseDown(within(get(testIds.importEnvironment('all'))).getByRole('combobox'));
  await user.click(await screen.findByTitle('Production', undefined, WAIT));
  await user.click(ok());
  const done = await find(testIds.importDone);
  expect(done.textContent).toContain('1 connection is saved as a template.1 is not:two:7000: the keychain is shut');
  for (const [input] of createTemplate.mock.calls as [{ endpoint: { environment: string } }][]) expect(input.endpoint.environment).toBe('production');
  expect(document.body.innerHTML).not.toContain('pw@one');
});

it('reads a file, refuses one that is too large, and says what is no list', async () => {
  opened({}, PLACE);
  const chooser = await find(testIds.importFile);
  const large = new File(['x'], 'dump.rdb', { type: 'text/plain' });
  Object.defineProperty(large, 'size', { value: 6 * 1024 * 1024 });
  fireEvent.change(chooser, { target: { files: [large] } });
  expect((await find(testIds.importError)).textContent).toContain('“dump.rdb” has 6 MiB');
  fireEvent.change(chooser, { target: { files: [new File([EXPORT], 'connections.json', { type: 'application/json' })] } });
  expect(await screen.findByText('connections.json', undefined, WAIT)).toBeTruthy();
  expect(row(0).getByText('local_2')).toBeTruthy();
  expect(screen.queryByTestId(testIds.importError)).toBeNull();
  await fill('[{"host": "a", "po');
  expect(get(testIds.importError).textContent).toContain('it is not whole');
  await fill('# nothing');
  expect(get(testIds.importError).textContent).toBe('There is no connection in this.');
  expect(ok()).toHaveProperty('disabled', true);
});
