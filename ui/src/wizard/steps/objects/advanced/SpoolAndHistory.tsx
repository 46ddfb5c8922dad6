import { Input, Radio } from 'antd';
import { useTranslation } from 'react-i18next';

import type { OnHistoryLost } from '../../../../bindings';
import { errorProps, FormField } from '../../../../shared/FormField';
import { testIds } from '../../../../shared/testIds';
import { useSession } from '../../../session';

const CHOICES: OnHistoryLost[] = ['hold', 'recopy'];

/** How much disk the stream may take here, and what happens where the source no longer has its continuation. */
export function SpoolAndHistory() {
  const { t } = useTranslation();
  const { values, edit, errors } = useSession();
  return (
    <>
      <fieldset>
        <legend className="sr-only">{t('spool.title')}</legend>
        <FormField id="spool_bytes_max" label={t('spool.title')} error={errors.spool_bytes_max} hint={t('spool.note')} className="strong-label">
          <Input
            id="spool_bytes_max"
            className="short-input"
            inputMode="decimal"
            placeholder={t('spool.unlimited')}
            value={values.spool}
            suffix={t('spool.unit')}
            data-testid={testIds.spoolMax}
            {...errorProps('spool_bytes_max', errors.spool_bytes_max)}
            onChange={(event) => edit({ spool: event.target.value }, 'spool_bytes_max')}
          />
        </FormField>
      </fieldset>
      <fieldset>
        <legend>{t('history.title')}</legend>
        <Radio.Group className="stacked" value={values.history} onChange={(event) => edit({ history: event.target.value as OnHistoryLost }, 'on_history_lost')}>
          {CHOICES.map((choice) => (
            <Radio key={choice} value={choice} data-testid={testIds.history(choice)}>{t(`history.${choice}`)}</Radio>
          ))}
        </Radio.Group>
        <p className="field-hint">{t(`history.note.${values.history}`)}</p>
      </fieldset>
    </>
  );
}
