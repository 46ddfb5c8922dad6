import { useState } from 'react';

import type { EndpointDraft, PasswordInput } from '../bindings';

import { type Connection, FILLED, splitAccount } from './connection';
import { type Pasted, readPaste, type Remark } from './paste';

export type FilledField = (typeof FILLED)[number] | 'password' | 'environment';

/** What was filled in for the user, and how it was before. */
export interface Filling {
  by: 'paste' | 'split' | 'template';
  /** The template, or what an export calls the connection. */
  name: string | null;
  fields: FilledField[];
  remarks: Remark[];
  /** The connections that were pasted, of which one is in the fields. */
  candidates: Pasted[];
  chosen: number;
  before: Connection;
}

export interface FillingControl {
  filling: Filling | null;
  /** Fills in what `text` says; false where it is to be taken as it is. */
  paste: (text: string) => boolean;
  choose: (candidate: number) => void;
  /** Moves the account out of a password field that holds both. */
  split: () => void;
  template: (name: string, next: Connection) => void;
  undo: () => void;
  dismiss: () => void;
}

/**
 * Fields that are filled in from something else than typing; each can be seen and undone. Where a stored
 * password is replaced as soon as the form changes, `putAside` keeps it at hand.
 */
export function useFilling(value: Connection, onChange: (next: Connection) => void, putAside?: () => Promise<PasswordInput>): FillingControl {
  const [filling, setFilling] = useState<Filling | null>(null);
  // A password that looks like both and is one.
  const [whole, setWhole] = useState<string | null>(null);

  const fill = (next: Connection, before: Connection, note: Omit<Filling, 'before'>) => {
    const fillIn = (password: PasswordInput) => {
      onChange(next);
      setFilling({ ...note, before: { ...before, password } });
    };
    if (!putAside || before.password.from !== 'keep' || next.password.from === 'keep') fillIn(before.password);
    // What cannot be kept at hand is gone: the field says so by being empty.
    else putAside().then(fillIn, () => fillIn({ from: 'none' }));
  };

  const take = (before: Connection, candidates: Pasted[], chosen: number): boolean => {
    const read = candidates[chosen];
    if (!read) return false;
    const same = (Object.keys(read.endpoint) as (keyof EndpointDraft)[]).every((field) => read.endpoint[field] === before.endpoint[field]);
    if (same && read.password === null) return false;
    const fields: FilledField[] = [...FILLED.filter((field) => read.endpoint[field]), ...(read.password === null ? [] : (['password'] as const))];
    const next: Connection = {
      endpoint: { ...before.endpoint, ...read.endpoint },
      password: read.password === null ? before.password : { from: 'typed', password: read.password },
    };
    fill(next, before, { by: 'paste', name: read.name, fields, remarks: read.remarks, candidates, chosen });
    return true;
  };

  return {
    filling,
    paste: (text) => take(value, readPaste(text), 0),
    choose: (candidate) => {
      if (filling) take(filling.before, filling.candidates, candidate);
    },
    split: () => {
      if (value.password.from !== 'typed' || value.endpoint.account.trim() !== '' || value.password.password === whole) return;
      const parts = splitAccount(value.password.password);
      if (!parts) return;
      onChange({ endpoint: { ...value.endpoint, account: parts.account }, password: { from: 'typed', password: parts.password } });
      setFilling({ by: 'split', name: null, fields: ['account', 'password'], remarks: [], candidates: [], chosen: 0, before: value });
    },
    template: (name, next) => {
      const fields: FilledField[] = [...FILLED.filter((field) => shown(next.endpoint, field)), ...(next.password.from === 'none' ? [] : (['password'] as const)), 'environment'];
      fill(next, value, { by: 'template', name, fields, remarks: [], candidates: [], chosen: 0 });
    },
    undo: () => {
      if (!filling) return;
      if (filling.by === 'split' && filling.before.password.from === 'typed') setWhole(filling.before.password.password);
      onChange(filling.before);
      setFilling(null);
    },
    dismiss: () => setFilling(null),
  };
}

function shown(endpoint: EndpointDraft, field: (typeof FILLED)[number]): boolean {
  if (field === 'path') return endpoint.access === 'unix' && endpoint.path !== '';
  if (field === 'host' || field === 'port') return endpoint.access !== 'unix' && endpoint[field] !== '';
  return endpoint[field] !== '';
}
