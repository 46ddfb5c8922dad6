import type { ServerSummary } from '../../../bindings';

/** A database of the source. */
export interface Database {
  number: number;
  /** Null where it is not known. */
  keys: number | null;
}

/** How many a server has where it does not tell. */
const DEFAULT_COUNT = 16;

/** Every database that the source has or that was selected, in order. */
export function databasesOf(server: ServerSummary | null, selected: number[] | null): Database[] {
  const known = new Map(server?.keys ?? []);
  const most = Math.max(-1, ...known.keys(), ...(selected ?? []));
  const count = Math.max(server?.databases ?? DEFAULT_COUNT, most + 1);
  return Array.from({ length: count }, (_, number) => ({ number, keys: server ? (known.get(number) ?? 0) : null }));
}

/** Selecting every one is selecting all: those that get their first key later are meant too. */
export function select(all: Database[], selected: number[]): number[] | null {
  const chosen = [...new Set(selected)].sort((a, b) => a - b);
  return all.every(({ number }) => chosen.includes(number)) ? null : chosen;
}
