import { useMemo, useState } from 'react';

import { asCommandError } from '../../backend/backend';
import { useBackend } from '../../backend/context';
import type { CommandError } from '../../bindings';

import { type Candidate, FILE_BYTES_MAX, findConnections, type Found, freeNames } from './candidates';

/** A candidate as the list shows it. */
export interface Row extends Candidate {
  picked: boolean;
  environment: string;
  /** The name that it gets, which may have a number behind it. */
  template: string;
}

export interface Done {
  saved: number;
  failed: { name: string; error: CommandError }[];
}

interface Text {
  /** Null where it was typed or pasted. */
  file: string | null;
  found: Found | null;
}

const NOTHING: Text = { file: null, found: null };

/** From a pasted text or a file to templates. Once they are saved, no password is left here. */
export function useImport(taken: readonly string[]) {
  const backend = useBackend();
  const [typed, setTyped] = useState('');
  const [text, setText] = useState<Text>(NOTHING);
  const [left, setLeft] = useState<ReadonlySet<number>>(new Set());
  const [environments, setEnvironments] = useState<Readonly<Record<number, string>>>({});
  const [tooLarge, setTooLarge] = useState<{ file: string; bytes: number } | null>(null);
  const [unreadable, setUnreadable] = useState<CommandError | null>(null);
  const [saving, setSaving] = useState<number | null>(null);
  const [done, setDone] = useState<Done | null>(null);

  const take = (next: Text) => {
    setText(next);
    setLeft(new Set());
    setEnvironments({});
    setTooLarge(null);
    setUnreadable(null);
  };
  const rows = useMemo(() => {
    const all = (text.found?.candidates ?? []).map((one, at) => ({ ...one, picked: one.barred.length === 0 && !left.has(at), environment: environments[at] ?? 'unspecified' }));
    const names = freeNames(all.filter(({ picked }) => picked).map(({ name }) => name), taken);
    // In the order of those that are picked.
    return all.map((one): Row => ({ ...one, template: one.picked ? (names.shift() ?? one.name) : one.name }));
  }, [text, left, environments, taken]);
  const picked = rows.filter((row) => row.picked);

  const read = async (file: File) => {
    setTyped('');
    take(NOTHING);
    if (file.size > FILE_BYTES_MAX) {
      setTooLarge({ file: file.name, bytes: file.size });
      return;
    }
    try {
      take({ file: file.name, found: findConnections(await file.text()) });
    } catch (reason) {
      setUnreadable(asCommandError(reason));
    }
  };
  const save = async () => {
    const failed: Done['failed'] = [];
    for (const [at, row] of picked.entries()) {
      setSaving(at);
      const password = row.password === null ? ({ from: 'none' } as const) : ({ from: 'typed', password: row.password } as const);
      try {
        await backend.createTemplate({ name: row.template, endpoint: { ...row.endpoint, environment: row.environment }, password });
      } catch (reason) {
        failed.push({ name: row.template, error: asCommandError(reason) });
      }
    }
    setTyped('');
    take(NOTHING);
    setSaving(null);
    setDone({ saved: picked.length - failed.length, failed });
  };

  return {
    typed, file: text.file, found: text.found, rows, picked, tooLarge, unreadable, saving, done, read, save,
    type: (next: string) => {
      setTyped(next);
      take({ file: null, found: next.trim() === '' ? null : findConnections(next) });
    },
    pick: (at: number, picks: boolean) => {
      const next = new Set(left);
      if (picks) next.delete(at);
      else next.add(at);
      setLeft(next);
    },
    pickAll: (picks: boolean) => setLeft(new Set(picks ? [] : rows.keys())),
    setEnvironment: (at: number | 'all', environment: string) =>
      setEnvironments(at === 'all' ? Object.fromEntries(rows.map((_, n) => [n, environment])) : { ...environments, [at]: environment }),
  };
}
