import { screen, waitFor, within } from '@testing-library/react';
import { expect, it, vi } from 'vitest';

import { testIds } from '../shared/testIds';

import { find, get, opened, WAIT } from './opened';

const ORDERS = 'a1f0000000000001';
const LOCAL = 'a1f0000000000003';

it('says what a template is where there is none', async () => {
  opened({ scenario: 'empty' }, '#/templates');
  expect((await find(testIds.templatesEmpty)).textContent).toContain('No templates yet');
});

it('shows each with its environment, its password’s being there, its last test and its uses', async () => {
  const { user } = opened({}, '#/templates');
  const row = within(await find(testIds.templateRow(ORDERS)));
  expect(row.getByText('PROD')).toBeTruthy();
  expect(row.getByText('Set')).toBeTruthy();
  expect(row.getByText('Reachable')).toBeTruthy();
  await user.click(row.getByTestId(testIds.templateUses(ORDERS)));
  expect((await screen.findByRole('link', { name: 'catalog' })).getAttribute('href')).toBe('#/tasks/c03d77b1-catalog');
});

it('creates one from a pasted address, and keeps the password from the page', async () => {
  const { user, backend } = opened({}, '#/templates');
  const create = vi.spyOn(backend, 'createTemplate');
  await user.click(await find(testIds.templateCreate));
  await user.click(await find(testIds.templateSave));
  expect(create).not.toHaveBeenCalled();
  await user.type(get(testIds.templateName), 'caches');
  await user.click(get(testIds.host('template')));
  await user.paste('redis://me:secret@cache.internal:7000');
  await user.click(get(testIds.templateSave));
  await waitFor(() => expect(create).toHaveBeenCalledWith(expect.objectContaining({
    name: 'caches', endpoint: expect.objectContaining({ host: 'cache.internal', port: '7000', account: 'me' }) as object, password: { from: 'typed', password: 'secret' },
  })), WAIT);
  expect(await screen.findByText('cache.internal:7000', undefined, WAIT)).toBeTruthy();
});

it('edits one and leaves its stored password as it is', async () => {
  const { user, backend } = opened({}, '#/templates');
  const update = vi.spyOn(backend, 'updateTemplate');
  await user.click(await find(testIds.templateEdit(ORDERS)));
  const port = await find(testIds.port('template'));
  await user.clear(port);
  await user.type(port, '6390');
  await user.click(get(testIds.templateSave));
  await waitFor(() => expect(update).toHaveBeenCalledWith(ORDERS, expect.objectContaining({ password: { from: 'keep' } })), WAIT);
  expect(await screen.findByText('orders.internal:6390', undefined, WAIT)).toBeTruthy();
});

it('tests one in stages and keeps the result', async () => {
  const { user } = opened({}, '#/templates');
  expect(within(await find(testIds.templateRow(LOCAL))).getByText('Never tested')).toBeTruthy();
  await user.click(get(testIds.templateTest(LOCAL)));
  await waitFor(() => expect(get(testIds.result(`template-${LOCAL}`)).dataset.verdict).toBe('good'), WAIT);
  await waitFor(() => expect(within(get(testIds.templateRow(LOCAL))).getByText('Reachable')).toBeTruthy(), WAIT);
});

it('copies the address without the password', async () => {
  const { user } = opened({}, '#/templates');
  await user.click(await find(testIds.templateMore(ORDERS)));
  await user.click(await find(testIds.templateMenu('copy_uri')));
  expect(await screen.findByText(/copied, without the password/)).toBeTruthy();
  expect(await navigator.clipboard.readText()).toBe('redis://migrator@orders.internal:6379');
});

it('names the tasks that use one before it is deleted', async () => {
  const { user, backend } = opened({}, '#/templates');
  const remove = vi.spyOn(backend, 'deleteTemplate');
  await user.click(await find(testIds.templateMore(ORDERS)));
  await user.click(await find(testIds.templateMenu('delete')));
  const dialog = within(await screen.findByRole('dialog', undefined, WAIT));
  expect(dialog.getByText('catalog')).toBeTruthy();
  expect(dialog.getByText(/keep their own copy/)).toBeTruthy();
  await user.click(dialog.getByTestId(testIds.confirmOk));
  await waitFor(() => expect(screen.queryByTestId(testIds.templateRow(ORDERS))).toBeNull(), WAIT);
  expect(remove).toHaveBeenCalledWith(ORDERS);
});
