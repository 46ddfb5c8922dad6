import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asCommandError } from '../../../backend/backend';
import { useBackend } from '../../../backend/context';
import type { CommandError } from '../../../bindings';
import { fieldMistakes } from '../../../shared/phrases';
import { Problem } from '../../../shared/Problem';
import { testIds } from '../../../shared/testIds';
import { useSession } from '../../session';
import { StepFrame } from '../../StepFrame';
import { mistakes } from '../../values';

import { Advanced } from './advanced/Advanced';
import { ConflictField } from './ConflictField';
import { ObjectsField } from './ObjectsField';
import { StagesField } from './StagesField';

/** Fields of the first step, by the beginning of their path. */
const FIRST_STEP = /^(source|destination|name)\b/;

/** What moves, and how it is looked after. */
export function ObjectsStep() {
  const { t } = useTranslation();
  const backend = useBackend();
  const session = useSession();
  const { values, show, flush, go, precheck } = session;
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<CommandError | null>(null);

  const save = async () => {
    setFailed(null);
    const typed = Object.fromEntries(Object.entries(mistakes(values)).filter(([field]) => field !== 'name' && !field.startsWith('limits')));
    show(typed);
    if (Object.keys(typed).length > 0) return;
    setBusy(true);
    try {
      await backend.configureTask(await flush());
      go('precheck');
      if (!precheck.fresh) precheck.run();
    } catch (reason) {
      const error = asCommandError(reason);
      const fields = fieldMistakes(error.fields);
      if (error.fields.length === 0) setFailed(error);
      else if (error.fields.every(({ field }) => FIRST_STEP.test(field))) {
        show(fields);
        go('source');
      } else show(fields);
    } finally {
      setBusy(false);
    }
  };

  return (
    <StepFrame
      back="source"
      primary={t(busy ? 'wizard.saving' : 'wizard.save_and_precheck')}
      primaryTestId={testIds.savePrecheck}
      busy={busy}
      blocked={null}
      note={t('wizard.precheck_note')}
      onPrimary={() => void save()}
    >
      {failed ? <Problem title={t('wizard.not_saved')} error={failed} data-testid={testIds.createError} /> : null}
      <section className="card basic" aria-label={t('objects.basic')}>
        <StagesField />
        <ConflictField />
      </section>
      <ObjectsField />
      <Advanced />
    </StepFrame>
  );
}
