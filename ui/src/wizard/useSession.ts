import { useCallback, useMemo, useState } from 'react';

import { asCommandError } from '../backend/backend';
import { useBackend } from '../backend/context';
import type { PasswordInput, TaskDetails } from '../bindings';
import { type Connection, type FormSide, identity } from '../forms/connection';
import { type ConnectivityTest, useConnectivity } from '../forms/useConnectivity';
import { type Mistakes, useMistakes } from '../shared/phrases';
import { go } from '../shared/route';

import { type Session, STEP_IDS, type StepId } from './session';
import { usePrecheck } from './usePrecheck';
import { type Saving, useSaving } from './useSaving';
import { blankValues, checkedPart, valuesOf, type WizardValues } from './values';

const SIDES: FormSide[] = ['source', 'destination'];

/** A draft from the moment it is opened; `details` is null for a new one, whose name is suggested. */
export function useOpenSession(details: TaskDetails | null, name: string, step: StepId, onMade: (id: string) => void): { session: Session; saving: Saving } {
  const backend = useBackend();
  const [id, setId] = useState(details?.summary.id ?? null);
  const [values, setValues] = useState<WizardValues>(() => (details ? valuesOf(details.input) : blankValues(name)));
  const [wrong, setWrong] = useState<Mistakes>({});
  const errors = useMistakes(wrong);
  const show = useCallback((found: Mistakes) => {
    setWrong(found);
    focusFirst(Object.keys(found));
  }, []);
  const tester = useConnectivity<FormSide>(testsOf(details, values), show);

  const made = useCallback((next: string) => {
    setId(next);
    onMade(next);
  }, [onMade]);
  const saving = useSaving(id, values, STEP_IDS.indexOf(step) + 1, made);
  const { flush } = saving;

  const checked = useMemo(() => checkedPart(values), [values]);
  const configured = useCallback(async () => {
    const saved = await flush();
    await backend.configureTask(saved);
    return saved;
  }, [backend, flush]);
  const precheck = usePrecheck(details?.precheck ?? null, checked, details?.ignored ?? [], configured);

  const reached = Object.fromEntries(
    SIDES.map((side) => {
      const test = tester.tests[side];
      return [side, test !== undefined && !test.running && test.report?.failed === null && test.of === identity(values[side])];
    }),
  ) as Record<FormSide, boolean>;
  const passed = precheck.fresh && precheck.items.length > 0 && !precheck.items.some(({ verdict }) => verdict === 'failed');
  const furthest = !reached.source || !reached.destination ? 0 : passed ? 3 : precheck.fresh || precheck.running ? 2 : 1;

  const edit = (change: Partial<WizardValues>, ...fields: string[]) => {
    setValues((before) => ({ ...before, ...change }));
    if (fields.some((field) => field in wrong)) setWrong(Object.fromEntries(Object.entries(wrong).filter(([field]) => !fields.includes(field))));
  };

  const putAside = async (side: FormSide): Promise<PasswordInput> =>
    id === null ? { from: 'none' } : { from: 'aside', token: await backend.putPasswordAside(id, side) };

  const session: Session = {
    id,
    values,
    edit,
    setSide: (side, next, ...fields) => edit({ [side]: next }, ...fields),
    swap: () => {
      const swapped = (source: Connection, destination: Connection) => {
        setWrong({});
        tester.forget(...SIDES);
        setValues((before) => ({ ...before, source: destination, destination: source, templates: { source: before.templates.destination, destination: before.templates.source } }));
      };
      const kept = SIDES.filter((side) => values[side].password.from === 'keep');
      if (kept.length === 0) {
        swapped(values.source, values.destination);
        return;
      }
      const moving = async (side: FormSide): Promise<Connection> => (kept.includes(side) ? { ...values[side], password: await putAside(side) } : values[side]);
      Promise.all([moving('source'), moving('destination')]).then(
        ([source, destination]) => swapped(source, destination),
        // Nothing is moved without its password.
        (reason: unknown) => {
          const { message, phrases } = asCommandError(reason);
          setWrong(Object.fromEntries(kept.map((side) => [`${side}.password`, { phrase: phrases.message, english: message }])));
        },
      );
    },
    putAside,
    errors,
    show,
    tester,
    reached,
    precheck,
    flush,
    go: (next) => {
      void flush().then((saved) => go({ screen: 'create', id: saved, step: next }), () => undefined);
    },
    furthest,
  };

  return { session, saving };
}

/** The last tests are as good as when they were made, as long as the sides are the same. */
function testsOf(details: TaskDetails | null, values: WizardValues): Partial<Record<FormSide, ConnectivityTest>> {
  if (!details) return {};
  return Object.fromEntries(
    SIDES.flatMap((side) => {
      const report = details.connectivity[side];
      return report ? [[side, { runId: '', running: false, passed: report.passed, report, error: null, of: identity(values[side]) }]] : [];
    }),
  );
}

/** In the order of the page, whatever order they were found in. */
function focusFirst(fields: string[]) {
  const places = fields.flatMap((field) => document.getElementById(field) ?? []);
  places.sort((a, b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
  places[0]?.focus();
}
