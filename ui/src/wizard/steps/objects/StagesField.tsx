import { Checkbox } from 'antd';
import { useTranslation } from 'react-i18next';

import { testIds } from '../../../shared/testIds';
import { useSession } from '../../session';

/** Which stages run, and what that means for the source. */
export function StagesField() {
  const { t } = useTranslation();
  const { values, edit, errors } = useSession();
  const { full, incremental } = values;
  const note = !full && !incremental ? null : full && incremental ? 'both' : full ? 'full_only' : 'incremental_only';
  return (
    <fieldset id="stages" tabIndex={-1} aria-describedby="stages-note">
      <legend>{t('objects.stages')}</legend>
      <Checkbox checked={full} data-testid={testIds.stageFull} onChange={(event) => edit({ full: event.target.checked }, 'stages')}>
        <span>{t('objects.full')}</span> <span className="quiet">{t('objects.full_text')}</span>
      </Checkbox>
      <Checkbox checked={incremental} data-testid={testIds.stageIncremental} onChange={(event) => edit({ incremental: event.target.checked }, 'stages')}>
        <span>{t('objects.incremental')}</span> <span className="quiet">{t('objects.incremental_text')}</span>
      </Checkbox>
      <div id="stages-note" data-testid={testIds.stagesNote}>
        {note === null ? null : <p className={note === 'both' ? 'field-hint' : 'field-warning'}>{t(`objects.stages_note.${note}`)}</p>}
      </div>
      {errors.stages ? <div className="field-error" data-testid={testIds.fieldError('stages')}>{errors.stages}</div> : null}
    </fieldset>
  );
}
