import { createContext, use } from 'react';

import type { CommandError, IgnoredCheck, ItemReport, PasswordInput } from '../bindings';
import type { Connection, FormSide } from '../forms/connection';
import type { Tester } from '../forms/useConnectivity';
import type { Mistakes } from '../shared/phrases';
import { WIZARD_STEPS, type WizardStep } from '../shared/route';

import type { WizardValues } from './values';

export const STEP_IDS = WIZARD_STEPS;
export type StepId = WizardStep;

/** Messages by field, in the page's language. */
export type Errors = Record<string, string>;

export interface PrecheckState {
  items: ItemReport[];
  running: boolean;
  error: CommandError | null;
  /** Whether it came to an end for what the form says now. */
  fresh: boolean;
  ignored: IgnoredCheck[];
  run: () => void;
  cancel: () => void;
  /** Records that this one does not matter, beside those that are ignored already, and looks again. */
  ignore: (check: string, typedName: string | null) => Promise<void>;
}

/** A draft and everything that its steps share. */
export interface Session {
  /** Null until the first keystroke. */
  id: string | null;
  values: WizardValues;
  edit: (change: Partial<WizardValues>, ...fields: string[]) => void;
  setSide: (side: FormSide, next: Connection, ...fields: string[]) => void;
  swap: () => void;
  /** A side's stored password, to be put elsewhere. */
  putAside: (side: FormSide) => Promise<PasswordInput>;
  errors: Errors;
  /** Shows them at their fields, and goes to the first. */
  show: (mistakes: Mistakes) => void;
  tester: Tester<FormSide>;
  /** Whether a side was tested as it is now, and is good. */
  reached: Record<FormSide, boolean>;
  precheck: PrecheckState;
  /** Saves at once; gives the draft's id. */
  flush: () => Promise<string>;
  go: (step: StepId) => void;
  /** How far the user may go. */
  furthest: number;
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error('SessionContext is missing');
  return session;
}
