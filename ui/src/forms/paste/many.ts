import { readExport } from './exports';
import { readHostList } from './hostList';
import type { Pasted } from './pasted';
import { readRedisCli } from './redisCli';
import { readUri } from './uri';

/** What a text holds that lists connections. */
export interface Many {
  found: Pasted[];
  /** Numbers, from 1, of the lines or entries that are no connection. They may hold passwords: they are not repeated. */
  unread: number[];
  /** `broken` is an export of which nothing can be read. */
  form: 'lines' | 'export' | 'broken';
}

/** One connection, as a URI, a line for redis-cli or an address. */
export function readLine(text: string): Pasted | null {
  return readUri(text) ?? readRedisCli(text) ?? readHostList(text);
}

/** An export of another program, or connections line by line; empty lines and those that begin with # say nothing. */
export function readMany(text: string): Many {
  const exported = readExport(text);
  const read = exported?.map((found, at) => ({ number: at + 1, found })) ?? readLines(text);
  const found = read.flatMap((one) => one.found ?? []);
  const form = exported ? 'export' : found.length === 0 && /^\s*[[{]/.test(text) ? 'broken' : 'lines';
  return { found, unread: read.filter((one) => one.found === null).map(({ number }) => number), form };
}

function readLines(text: string) {
  return text.split(/\r?\n/).map((line, at) => ({ number: at + 1, line: line.trim() }))
    .filter(({ line }) => line !== '' && !line.startsWith('#'))
    .map(({ number, line }) => ({ number, found: readLine(line) }));
}
