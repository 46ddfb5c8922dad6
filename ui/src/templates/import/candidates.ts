import type { EndpointDraft } from '../../bindings';
import { blankConnection, labelOf } from '../../forms/connection';
import { type Pasted, readMany, type Remark } from '../../forms/paste';

/** Larger files are no lists of connections. */
export const FILE_BYTES_MAX = 5 * 1024 * 1024;
/** More are not looked through one by one. */
export const FOUND_MAX = 500;

/** What cannot be connected to yet, and what is left out of it. */
const BARRED = ['tls', 'sentinel', 'cluster', 'ssh'] as const;
const NOTED = ['more_hosts', 'database'] as const;
export type Barred = (typeof BARRED)[number];
export type Noted = (typeof NOTED)[number];

/** A connection that was found, before it is a template. */
export interface Candidate {
  endpoint: EndpointDraft;
  password: string | null;
  /** As its list calls it, else its address. */
  name: string;
  /** Why it cannot be imported; empty where it can. */
  barred: Barred[];
  notes: Noted[];
}

export interface Found {
  candidates: Candidate[];
  /** How many there are beyond those. */
  beyond: number;
  /** Numbers of the lines or entries that are no connection. */
  unread: number[];
  form: ReturnType<typeof readMany>['form'];
}

export function findConnections(text: string): Found {
  const { found, unread, form } = readMany(text);
  return { candidates: found.slice(0, FOUND_MAX).map(candidate), beyond: Math.max(0, found.length - FOUND_MAX), unread, form };
}

function candidate({ endpoint, password, name, remarks }: Pasted): Candidate {
  const whole = { ...blankConnection.endpoint, ...endpoint };
  const has = (remark: Remark) => remarks.includes(remark);
  return { endpoint: whole, password, name: name ?? labelOf(whole), barred: BARRED.filter(has), notes: NOTED.filter(has) };
}

/** Names of which none is taken: one that is gets the first number that makes it free. */
export function freeNames(names: string[], taken: readonly string[]): string[] {
  const used = new Set(taken);
  return names.map((name) => {
    let free = name;
    for (let number = 2; used.has(free); number += 1) free = `${name}_${number}`;
    used.add(free);
    return free;
  });
}
