import { expect, it } from 'vitest';

import { readMany, readPaste } from '.';

const base64 = (value: unknown) => btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(value))));
const tcp = (host: string, port = '6379', account = '') => ({ access: 'tcp', host, port, account });

it.each([
  // URIs
  ['redis://h', tcp('h'), null, []],
  ['redis://:p%40ss@h:7000/0', tcp('h', '7000'), 'p@ss', []],
  ['redis://me:p@ss@[::1]:6380', tcp('::1', '6380', 'me'), 'p@ss', []],
  ['REDIS://me@h', tcp('h', '6379', 'me'), null, []],
  ['valkey://me:x@h', tcp('h', '6379', 'me'), 'x', []],
  ['redis://h:1/4', tcp('h', '1'), null, ['database']],
  ['redis://h?db=2', tcp('h'), null, ['database']],
  ['rediss://default:s%3Acret@cache.example.com:6380', tcp('cache.example.com', '6380', 'default'), 's:cret', ['tls']],
  ['redis://h1:7001,h2:7002', tcp('h1', '7001'), null, ['more_hosts']],
  ['redis+sentinel://u:p@s1:26379,s2:26379/mymaster/0', tcp('s1', '26379', 'u'), 'p', ['sentinel', 'more_hosts']],
  ['redis-sentinel://s1,s2/0#mymaster', tcp('s1', '26379'), null, ['sentinel', 'more_hosts']],
  ['sentinel://[fd00::7]:26380/mymaster', tcp('fd00::7', '26380'), null, ['sentinel']],
  ['unix:///run/redis.sock', { access: 'unix', path: '/run/redis.sock', account: '' }, null, []],
  ['unix://me:pw@/run/a%20b.sock?db=3', { access: 'unix', path: '/run/a b.sock', account: 'me' }, 'pw', ['database']],
  ['redis+unix:///tmp/r.sock?password=pw', { access: 'unix', path: '/tmp/r.sock', account: '' }, 'pw', []],
  // Addresses
  [' 10.0.0.1:6390 ', { access: 'tcp', host: '10.0.0.1', port: '6390' }, null, []],
  ['a:7000,b:7001 , c:7002', { access: 'tcp', host: 'a', port: '7000' }, null, ['more_hosts']],
  ['a:7000\nb:7001', { access: 'tcp', host: 'a', port: '7000' }, null, ['more_hosts']],
  ['[2001:db8::1]:6380', { access: 'tcp', host: '2001:db8::1', port: '6380' }, null, []],
  ['2001:db8::1', { access: 'tcp', host: '2001:db8::1' }, null, []],
  ['[fe80::1%eth0]:6379', { access: 'tcp', host: 'fe80::1%eth0', port: '6379' }, null, []],
  // redis-cli
  ['redis-cli -h r1.example.com -p 6380 -a s3cret', tcp('r1.example.com', '6380'), 's3cret', []],
  ["$ /usr/bin/redis-cli -h h --user bob --pass 'it''s \"x\"' --tls --cacert ca.pem -n 2 GET a", tcp('h', '6379', 'bob'), 'its "x"', ['tls', 'database']],
  ['redis-cli -u redis://me:pw@h:7000/1', tcp('h', '7000', 'me'), 'pw', ['database']],
  ['redis-cli -p 6390 -h ::1', tcp('::1', '6390'), null, []],
  ['redis-cli', tcp('127.0.0.1'), null, []],
  ['redis-cli -c -h node1 \\\n  -p 7001', tcp('node1', '7001'), null, ['cluster']],
  ['valkey-cli -s /run/valkey.sock -a pw', { access: 'unix', path: '/run/valkey.sock', host: '', port: '6379', account: '' }, 'pw', []],
  ['REDISCLI_AUTH=env docker exec -it cache redis-cli -h h', tcp('h'), 'env', []],
  // Exports
  [JSON.stringify([{ id: 'x', host: 'ri.example.com', port: 12000, name: 'orders', username: 'ro', password: 'pw', tls: false, connectionType: 'STANDALONE' }]), tcp('ri.example.com', '12000', 'ro'), 'pw', []],
  [JSON.stringify({ host: 'h', port: 1, username: null, password: null, tls: true, connectionType: 'CLUSTER', sentinelMaster: null }), tcp('h', '1'), null, ['tls', 'cluster']],
  [base64([{ host: '10.1.1.1', port: '6379', auth: 'pässwort', username: '', name: '缓存', cluster: false, sshOptions: { host: 'jump' } }]), tcp('10.1.1.1'), 'pässwort', ['ssh']],
  [base64([{ host: '/run/r.sock', auth: '', sentinelOptions: { masterName: 'm' } }]), { access: 'unix', path: '/run/r.sock', account: '' }, null, ['sentinel']],
])('%s fills in what it says', (text, endpoint, password, remarks) => {
  expect(readPaste(text)).toMatchObject([{ endpoint, password, remarks }]);
});

it('knows each of several exported connections by its name', () => {
  const text = JSON.stringify([{ host: 'a', port: 1, name: 'orders' }, { host: '', port: 2 }, { host: 'c', port: 3, name: 'carts' }]);
  expect(readPaste(text).map(({ name, endpoint }) => [name, endpoint.host])).toEqual([['orders', 'a'], ['carts', 'c']]);
});

it.each([
  'localhost', '', 'a b:1', 'redis://h:70000', 'redis://h/three', 'redis://%zz@h', 'redis://u:%zz@h', 'http://h:80', 'unix://relative.sock', 'host:0', 'host:99999',
  "redis-cli -a 'unclosed", 'redis-cli -u http://h', 'two words', '{"no": "host"}', '[1,2]', 'bm90IGpzb24gYXQgYWxs', 'c2hvcnQ=',
])('%s is pasted as it is', (text) => {
  expect(readPaste(text)).toEqual([]);
});

it('reads a list line by line, and knows the lines that are no connection', () => {
  const { found, unread, form } = readMany('# ours\r\nredis://a\n\n[::1]:7000\nhello there\nredis-cli -h b\n');
  expect(found.map(({ endpoint }) => endpoint.host)).toEqual(['a', '::1', 'b']);
  expect([unread, form]).toEqual([[5], 'lines']);
});

it('reads exports whole, and knows the entries without an address', () => {
  const list = [{ host: 'a', port: 1, name: 'orders' }, { host: '', port: 2 }, 7, { host: 'c', port: 'x' }, { host: 'd', port: 3, name: ' ' }];
  for (const text of [JSON.stringify(list), base64(list)]) {
    const { found, unread, form } = readMany(text);
    expect([found.map(({ name }) => name), unread, form]).toEqual([['orders', null], [2, 3, 4], 'export']);
  }
  expect(readMany('[{"host": "a"')).toEqual({ found: [], unread: [1], form: 'broken' });
  expect(readMany('')).toEqual({ found: [], unread: [], form: 'lines' });
});
