import type { Pasted, Remark } from './pasted';

type Fields = Record<string, unknown>;

/** The connections of an export, in its order, null for each without an address; null for what is no export. */
export function readExport(text: string): (Pasted | null)[] | null {
  return readRedisInsight(text) ?? readAnotherDesktopManager(text);
}

/** What RedisInsight exports: JSON, an object or a list of them. */
function readRedisInsight(text: string): (Pasted | null)[] | null {
  return entries(text)?.map((entry) => one(entry, string(entry.password), string(entry.connectionType).toUpperCase())) ?? null;
}

/** What Another Redis Desktop Manager exports: the same in base64, with words of its own. */
function readAnotherDesktopManager(text: string): (Pasted | null)[] | null {
  const compact = text.replaceAll(/\s/g, '');
  if (compact.length < 8 || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return null;
  try {
    const bytes = Uint8Array.from(atob(compact), (char) => char.charCodeAt(0));
    const read = entries(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return read?.map((entry) => one(entry, string(entry.auth), entry.cluster === true ? 'CLUSTER' : '')) ?? null;
  } catch {
    return null;
  }
}

function entries(text: string): Fields[] | null {
  if (!/^\s*[[{]/.test(text)) return null;
  try {
    const read: unknown = JSON.parse(text);
    return (Array.isArray(read) ? (read as unknown[]) : [read]).map((entry) => (isFields(entry) ? entry : {}));
  } catch {
    return null;
  }
}

function one(entry: Fields, password: string, topology: string): Pasted | null {
  const host = string(entry.host);
  const port = string(entry.port) || '6379';
  if (host === '' || !/^\d{1,5}$/.test(port)) return null;
  const has = (...names: string[]) => names.some((name) => entry[name] === true || (isFields(entry[name]) && Object.keys(entry[name]).length > 0));
  const remarks: Remark[] = [
    ...(has('tls', 'ssl', 'sslOptions') ? (['tls'] as const) : []),
    ...(topology === 'SENTINEL' || has('sentinelMaster', 'sentinelOptions') ? (['sentinel'] as const) : []),
    ...(topology === 'CLUSTER' ? (['cluster'] as const) : []),
    ...(has('ssh', 'sshOptions') ? (['ssh'] as const) : []),
    ...(Number(entry.db ?? 0) > 0 ? (['database'] as const) : []),
  ];
  // A path in place of a host is a socket, in Another Redis Desktop Manager.
  const where = host.startsWith('/') ? { access: 'unix', path: host } : { access: 'tcp', host, port };
  return {
    endpoint: { ...where, account: string(entry.username) },
    password: password === '' ? null : password,
    name: string(entry.name).trim() || string(entry.connectionName).trim() || null,
    remarks,
  };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function string(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
