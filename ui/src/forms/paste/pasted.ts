import type { EndpointDraft } from '../../bindings';

/** What a pasted text says that no field of the form holds. */
export type Remark = 'tls' | 'sentinel' | 'cluster' | 'ssh' | 'more_hosts' | 'database';

/** One connection that a pasted text describes. */
export interface Pasted {
  endpoint: Partial<EndpointDraft>;
  /** Null where it says nothing of a password. */
  password: string | null;
  /** As the program that exported it calls it. */
  name: string | null;
  remarks: Remark[];
}

export interface HostPort {
  host: string;
  port: string | null;
}

/** `host`, `host:port`, `[v6]`, `[v6]:port` or a bare IPv6 address; null for anything else. */
export function readHostPort(text: string): HostPort | null {
  const bracketed = /^\[([0-9a-f:.]+(?:%[\w.-]+)?)\](?::(\d{1,5}))?$/i.exec(text);
  if (bracketed?.[1]) return checked(bracketed[1], bracketed[2]);
  if (/^[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*$/i.test(text)) return { host: text, port: null };
  const plain = /^([^\s/@:,;?#[\]]+)(?::(\d{1,5}))?$/.exec(text);
  return plain?.[1] ? checked(plain[1], plain[2]) : null;
}

function checked(host: string, port: string | undefined): HostPort | null {
  if (port === undefined) return { host, port: null };
  const number = Number(port);
  return number >= 1 && number <= 65535 ? { host, port } : null;
}

/** `text` without its percent signs; null where they stand for no text. */
export function decodePercent(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

export function tcp({ host, port }: HostPort, account: string | null): Partial<EndpointDraft> {
  return { access: 'tcp', host, port: port ?? '6379', ...(account === null ? {} : { account }) };
}
