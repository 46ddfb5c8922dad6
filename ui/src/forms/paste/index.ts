import { readExport } from './exports';
import type { Pasted } from './pasted';
import { readLine } from './many';

export { readMany } from './many';
export type { Pasted, Remark } from './pasted';

/** The connections that a pasted text describes; none where it is to be pasted as it is. */
export function readPaste(text: string): Pasted[] {
  const one = readLine(text);
  return one ? [one] : (readExport(text) ?? []).filter((read) => read !== null);
}
