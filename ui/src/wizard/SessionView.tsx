import { Button } from 'antd';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import type { TaskDetails } from '../bindings';
import { EnvironmentTag } from '../forms/Environment';
import { labelOf } from '../forms/connection';
import { useFormat } from '../shared/format';
import { Problem } from '../shared/Problem';
import { go } from '../shared/route';
import { testIds } from '../shared/testIds';

import { SessionContext, STEP_IDS, type StepId } from './session';
import { Stepper } from './Stepper';
import { STEPS } from './steps';
import { useOpenSession } from './useSession';

interface Props {
  details: TaskDetails | null;
  name: string;
  step: StepId;
  onMade: (id: string) => void;
}

/** Keys that an element has a use of its own for. */
const INTERACTIVE = 'a, button, input, select, textarea, [role="combobox"], [role="radio"], [role="option"], [role="menuitem"]';

/** An open draft: its head, the steps, and the one that the user is at. */
export function SessionView({ details, name, step, onMade }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { session, saving } = useOpenSession(details, name, step, onMade);
  const { values, furthest } = session;
  const wanted = STEP_IDS.indexOf(step);
  // An address can ask for more than was done.
  const at = Math.min(wanted, furthest);
  const here = STEPS[at] ?? STEPS[0];
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(at);

  useEffect(() => {
    if (shown.current === at) return;
    shown.current = at;
    heading.current?.focus();
  }, [at]);

  const keys = (event: KeyboardEvent<HTMLDivElement>) => {
    // A dialog's keys come here through React's tree, though it lies elsewhere.
    if (event.defaultPrevented || !event.currentTarget.contains(event.target as Node)) return;
    if (event.altKey && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) {
      event.preventDefault();
      const next = STEP_IDS[at + (event.key === 'ArrowLeft' ? -1 : 1)];
      if (next !== undefined && STEP_IDS.indexOf(next) <= furthest) session.go(next);
    } else if (event.key === 'F5' && here.id === 'precheck') {
      event.preventDefault();
      session.precheck.run();
    } else if (event.key === 'Enter' && !(event.target as Element).closest(INTERACTIVE)) {
      event.preventDefault();
      event.currentTarget.querySelector('form')?.requestSubmit();
    }
  };
  const Step = here.component;
  const route = (side: 'source' | 'destination') => (
    <span className="route-side">
      <strong>{labelOf(values[side].endpoint)}</strong> <EnvironmentTag environment={values[side].endpoint.environment} />
    </span>
  );

  return (
    <SessionContext value={session}>
      <div className="wizard" onKeyDown={keys}>
        <header className="page-head">
          <h1>{details ? values.name || t('wizard.title') : t('wizard.title')}</h1>
          <span className="quiet" role="status" data-testid={testIds.draftSaved}>
            {saving.at ? t('wizard.saved', { time: format.time(saving.at.toISOString()).slice(0, 5) }) : null}
          </span>
          {at > 0 ? <span className="quiet wizard-route">{route('source')} → {route('destination')}</span> : null}
          <span className="spring" />
          <Button data-testid={testIds.cancel} title={t('wizard.close_hint')} onClick={() => go({ screen: 'tasks' })}>{t('wizard.close')}</Button>
        </header>
        <Stepper at={at} furthest={furthest} heading={heading} onGo={session.go} />
        {saving.error ? <Problem title={t('wizard.not_saved')} error={saving.error} data-testid={testIds.createError} /> : null}
        <Step />
      </div>
    </SessionContext>
  );
}
