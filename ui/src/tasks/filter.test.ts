import { expect, it } from 'vitest';

import { mockBackend } from '../backend/mock/mock';

import { groupOf, matches, NO_FILTER, sharedNames } from './filter';

const tasks = await mockBackend({ pace_ms: 0 }).listTasks();
const names = (filter: Partial<typeof NO_FILTER>) => tasks.filter((task) => matches(task, { ...NO_FILTER, ...filter })).map((task) => task.name);

it('finds by every word of the query, in name, id or address', () => {
  expect(names({})).toHaveLength(tasks.length);
  expect(names({ query: ' CATALOG v8 ' })).toEqual(['catalog']);
  expect(names({ query: 'c03d77' })).toEqual(['catalog']);
  expect(names({ query: 'catalog orders' })).toEqual([]);
});

it('finds by environment of either side, and by state', () => {
  expect(names({ environment: 'staging' })).toEqual(['sessions', 'carts']);
  expect(names({ group: 'attention' })).toEqual(['orders-eu', 'carts', 'profiles', 'ledger']);
  expect(names({ group: 'attention', environment: 'dev' })).toEqual(['profiles']);
});

it('puts every state in one group', () => {
  expect((['running', 'pausing', 'paused', 'stopped', 'not_configured', 'failed'] as const).map(groupOf)).toEqual(['running', 'running', 'paused', 'ended', 'not_run', 'attention']);
});

it('knows which names are not enough to tell tasks apart', () => {
  const [first, second] = tasks;
  if (!first || !second) throw new Error('the mock has tasks');
  expect([...sharedNames([first, second, { ...second, name: first.name }])]).toEqual([first.name]);
});
