import type { EndpointDraft } from '../bindings';

export interface Pasted {
  endpoint: Partial<EndpointDraft>;
  password: string | null;
}

/** What `redis://[account[:password]@]host[:port]`, `unix://[…@]/path` or `host:port` says; null for anything else. */
export function pasteUri(text: string): Pasted | null {
  const trimmed = text.trim();
  const plain = /^([^\s/@:]+):(\d{1,5})$/.exec(trimmed);
  if (plain?.[1] && plain[2]) return { endpoint: { access: 'tcp', host: plain[1], port: plain[2] }, password: null };

  const uri = /^(redis|unix):\/\/(?:(.*)@)?(.*)$/i.exec(trimmed);
  if (!uri) return null;
  const [, scheme = '', user = '', place = ''] = uri;
  const colon = user.indexOf(':');
  const account = decode(colon < 0 ? user : user.slice(0, colon));
  const password = colon < 0 ? null : decode(user.slice(colon + 1));
  if (account === null || (colon >= 0 && password === null)) return null;

  if (scheme.toLowerCase() === 'unix') {
    return place.startsWith('/') ? { endpoint: { access: 'unix', path: place, account }, password } : null;
  }
  const address = /^(\[[0-9a-f:.]+\]|[^\s/:]+)(?::(\d{1,5}))?(?:\/0?)?$/i.exec(place);
  const host = address?.[1]?.replace(/^\[|\]$/g, '');
  return host ? { endpoint: { access: 'tcp', host, port: address?.[2] ?? '6379', account }, password } : null;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
