import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asCommandError } from '../../../backend/backend';
import { useBackend } from '../../../backend/context';
import type { CommandError } from '../../../bindings';
import { labelOf } from '../../../forms/connection';
import { fieldMistakes } from '../../../shared/phrases';
import { Problem } from '../../../shared/Problem';
import { go as goTo } from '../../../shared/route';
import { testIds } from '../../../shared/testIds';
import { TypedName } from '../../../shared/TypedName';
import { useSession } from '../../session';
import { StepFrame } from '../../StepFrame';
import { mistakes } from '../../values';

import { ClassCards } from './ClassCards';
import { Summary } from './Summary';
import { Terms } from './Terms';
import { useRisks } from './useRisks';

/** How fast it may run, what that risks, and the start. */
export function ClassStep() {
  const { t } = useTranslation();
  const backend = useBackend();
  const { values, tester, show, flush } = useSession();
  const risks = useRisks();
  // What was read is accepted: what comes later is not.
  const [read, setRead] = useState<string | null>(null);
  const listed = risks?.map(({ id, text }) => `${id}: ${text}`).join('\n') ?? null;
  const accepted = listed !== null && read === listed;
  const [typed, setTyped] = useState('');
  const [asked, setAsked] = useState(false);
  const [starting, setStarting] = useState(false);
  const [failed, setFailed] = useState<CommandError | null>(null);

  const name = labelOf(values.destination.endpoint);
  const filled = tester.tests.destination?.report?.server?.keys.some(([, keys]) => keys > 0) ?? false;
  const mustType = asked || (values.destination.endpoint.environment === 'production' && filled);
  const named = !mustType || typed.trim() === name;

  const start = async () => {
    setFailed(null);
    const typedWrong = Object.fromEntries(Object.entries(mistakes(values)).filter(([field]) => field.startsWith('limits')));
    show(typedWrong);
    if (Object.keys(typedWrong).length > 0) return;
    setStarting(true);
    try {
      const id = await flush();
      await backend.startTask(id, { terms_accepted: accepted, typed_name: mustType ? typed.trim() : null });
      goTo({ screen: 'task', id });
    } catch (reason) {
      const error = asCommandError(reason);
      // The destination has filled up since it was tested.
      if (error.code === 'confirmation_needed' && !mustType) setAsked(true);
      else if (error.fields.length > 0 && error.fields.every(({ field }) => field === 'class' || field.startsWith('limits'))) show(fieldMistakes(error.fields));
      else setFailed(error);
      setStarting(false);
    }
  };

  return (
    <StepFrame
      back="precheck"
      primary={t(starting ? 'instance.starting' : 'instance.start')}
      primaryTestId={testIds.startTask}
      busy={starting}
      blocked={!accepted ? t('instance.accept_first') : !named ? t('instance.name_first') : null}
      note={t('instance.free')}
      onPrimary={() => void start()}
    >
      {failed ? <Problem title={t('instance.failed')} error={failed} data-testid={testIds.createError} /> : null}
      <ClassCards />
      <div className="class-bottom">
        <Summary />
        <section className="card terms-card stack">
          <Terms risks={risks} accepted={accepted} onAccept={(yes) => setRead(yes ? listed : null)} />
          {mustType ? (
            <>
              <p className="field-warning">{t('instance.production_filled')}</p>
              <TypedName id="start-name" name={name} value={typed} onChange={setTyped} />
            </>
          ) : null}
        </section>
      </div>
    </StepFrame>
  );
}
