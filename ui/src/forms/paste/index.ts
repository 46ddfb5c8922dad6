import { readAnotherDesktopManager, readRedisInsight } from './exports';
import { readHostList } from './hostList';
import type { Pasted } from './pasted';
import { readRedisCli } from './redisCli';
import { readUri } from './uri';

export type { Pasted, Remark } from './pasted';

/** The connections that a pasted text describes; none where it is to be pasted as it is. */
export function readPaste(text: string): Pasted[] {
  const one = readUri(text) ?? readRedisCli(text) ?? readHostList(text);
  if (one) return [one];
  const many = readRedisInsight(text);
  return many.length > 0 ? many : readAnotherDesktopManager(text);
}
