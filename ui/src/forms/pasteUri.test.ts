import { expect, it } from 'vitest';

import { pasteUri } from './pasteUri';

it.each([
  ['redis://h', { access: 'tcp', host: 'h', port: '6379', account: '' }, null],
  ['redis://:p%40ss@h:7000/0', { access: 'tcp', host: 'h', port: '7000', account: '' }, 'p@ss'],
  ['redis://me:p@ss@[::1]:6380', { access: 'tcp', host: '::1', port: '6380', account: 'me' }, 'p@ss'],
  ['unix:///run/redis.sock', { access: 'unix', path: '/run/redis.sock', account: '' }, null],
  [' 10.0.0.1:6390 ', { access: 'tcp', host: '10.0.0.1', port: '6390' }, null],
])('%s fills in what it says', (text, endpoint, password) => {
  expect(pasteUri(text)).toEqual({ endpoint, password });
});

it.each(['localhost', 'rediss://h', 'redis://h:70000000', 'redis://h/3', 'redis://%zz@h', 'a b:1', ''])('%s is pasted as it is', (text) => {
  expect(pasteUri(text)).toBeNull();
});
