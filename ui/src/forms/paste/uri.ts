import { decodePercent, type Pasted, readHostPort, type Remark, tcp } from './pasted';

const SCHEMES: Record<string, Remark[]> = {
  redis: [],
  valkey: [],
  rediss: ['tls'],
  valkeys: ['tls'],
  'redis+tls': ['tls'],
  'redis+ssl': ['tls'],
  sentinel: ['sentinel'],
  'redis+sentinel': ['sentinel'],
  'redis-sentinel': ['sentinel'],
  'rediss+sentinel': ['sentinel', 'tls'],
  'rediss-sentinel': ['sentinel', 'tls'],
};
const SOCKET_SCHEMES = ['unix', 'redis+unix', 'valkey+unix', 'redis-socket', 'redis+socket'];

/** A connection string as clients and tools write it; null for anything else. */
export function readUri(text: string): Pasted | null {
  const parts = /^([a-z][a-z+-]*):\/\/(.*)$/is.exec(text.trim());
  const scheme = parts?.[1]?.toLowerCase() ?? '';
  let rest = parts?.[2] ?? '';
  if (/\s/.test(rest)) return null;
  rest = rest.replace(/#.*$/, '');
  const [, before = '', query = ''] = /^([^?]*)\??(.*)$/.exec(rest) ?? [];
  const user = readUser(before, query);
  if (!user) return null;

  if (SOCKET_SCHEMES.includes(scheme)) {
    const path = decodePercent(user.place);
    if (!path?.startsWith('/')) return null;
    return { endpoint: { access: 'unix', path, account: user.account ?? '' }, password: user.password, name: null, remarks: database(null, query) };
  }
  const remarks = SCHEMES[scheme];
  if (!remarks) return null;
  const [, hosts = '', path = ''] = /^([^/]*)\/?(.*)$/.exec(user.place) ?? [];
  const addresses = hosts.split(',').map(readHostPort);
  const first = addresses[0];
  if (!first || addresses.includes(null)) return null;
  const sentinel = remarks.includes('sentinel');
  // Sentinel URIs have the name of the primary there.
  if (!sentinel && !/^\d*$/.test(path)) return null;
  return {
    endpoint: tcp(sentinel && first.port === null ? { ...first, port: '26379' } : first, user.account ?? ''),
    password: user.password,
    name: null,
    remarks: [...remarks, ...(addresses.length > 1 ? (['more_hosts'] as const) : []), ...(sentinel ? [] : database(path, query))],
  };
}

function database(path: string | null, query: string): Remark[] {
  const chosen = path !== null && path !== '' ? path : new URLSearchParams(query).get('db');
  return chosen && chosen !== '0' ? ['database'] : [];
}

/** The part before the last `@`, since passwords that were not encoded may hold one. */
function readUser(before: string, query: string) {
  const at = before.lastIndexOf('@');
  const user = before.slice(0, Math.max(at, 0));
  const colon = user.indexOf(':');
  const account = decodePercent(colon < 0 ? user : user.slice(0, colon));
  const password = colon < 0 ? new URLSearchParams(query).get('password') : decodePercent(user.slice(colon + 1));
  if (account === null || (colon >= 0 && password === null)) return null;
  return { place: before.slice(at + 1), account: account === '' ? new URLSearchParams(query).get('username') : account, password };
}
