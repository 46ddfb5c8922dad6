import type { EndpointDraft, PasswordInput } from '../bindings';

export type FormSide = 'source' | 'destination';

/** How a server is reached, and with what. */
export interface Connection {
  endpoint: EndpointDraft;
  password: PasswordInput;
}

export const blankConnection: Connection = {
  endpoint: { access: 'tcp', host: '', port: '6379', path: '', account: '', environment: 'unspecified', place: 'ecs' },
  password: { from: 'none' },
};

/** The fields that pasting and templates fill in. */
export const FILLED = ['host', 'port', 'path', 'account'] as const;

/** Where a server stands, in the reference's words and order. */
export const PLACES = ['cloud', 'ecs', 'gateway', 'cen'] as const;
export type Place = (typeof PLACES)[number];

export function placeOf(endpoint: EndpointDraft): Place {
  return PLACES.find((place) => place === endpoint.place) ?? 'ecs';
}

/** Ways to reach a server, and whether they are there yet. */
export const ACCESS = [
  { id: 'tcp', ready: true },
  { id: 'unix', ready: true },
  { id: 'tls', ready: false },
  { id: 'ssh', ready: false },
  { id: 'socks5', ready: false },
] as const;

/** As lists name a server, and as it is typed to be confirmed: the same as the program's, however it was entered. */
export function labelOf(endpoint: EndpointDraft): string {
  if (endpoint.access === 'unix') return `unix:${endpoint.path.trim()}`;
  const host = endpoint.host.trim().replace(/^\[+/, '').replace(/\]+$/, '');
  const port = endpoint.port.trim();
  return `${host.includes(':') ? `[${host}]` : host}:${/^\+?\d+$/.test(port) ? Number(port) : port || '6379'}`;
}

/** Whether anything was entered that could be connected to. */
export function isEntered(endpoint: EndpointDraft): boolean {
  return (endpoint.access === 'unix' ? endpoint.path : endpoint.host).trim() !== '';
}

/** What a test's result depends on; labels do not count. */
export function identity({ endpoint, password }: Connection): string {
  const { access, host, port, path, account } = endpoint;
  return JSON.stringify([access, ...(access === 'unix' ? [path] : [host, port]), account, password.from === 'typed' ? password.password : password.from === 'none' ? '' : null]);
}

/** `redis://account@host:port`, without the password. */
export function uriOf(endpoint: EndpointDraft): string {
  const account = endpoint.account.trim() === '' ? '' : `${encodeURIComponent(endpoint.account.trim())}@`;
  return endpoint.access === 'unix' ? `unix://${account}${encodeURI(endpoint.path.trim())}` : `redis://${account}${labelOf(endpoint)}`;
}

/** `<account>:<password>`, as the console takes it in one field; null for a password alone. */
export function splitAccount(text: string): { account: string; password: string } | null {
  const parts = /^([^\s:]{1,128}):(.+)$/s.exec(text);
  return parts?.[1] && parts[2] ? { account: parts[1], password: parts[2] } : null;
}
