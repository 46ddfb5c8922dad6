import { Radio } from 'antd';
import { useTranslation } from 'react-i18next';

import type { ConflictPolicy } from '../../../bindings';
import { testIds } from '../../../shared/testIds';
import { useSession } from '../../session';

const POLICIES: ConflictPolicy[] = ['report', 'keep', 'overwrite'];

/** What happens to keys that the destination has already. */
export function ConflictField() {
  const { t } = useTranslation();
  const { values, edit, errors } = useSession();
  return (
    <fieldset id="conflict" tabIndex={-1}>
      <legend>{t('objects.conflict')}</legend>
      <Radio.Group className="stacked" value={values.conflict} onChange={(event) => edit({ conflict: event.target.value as ConflictPolicy }, 'conflict')}>
        {POLICIES.map((policy) => (
          <Radio key={policy} value={policy} data-testid={testIds.conflict(policy)}>{t(`objects.conflict_mode.${policy}`)}</Radio>
        ))}
      </Radio.Group>
      <p className={values.conflict === 'report' ? 'field-hint' : 'field-warning'} data-testid={testIds.conflictNote}>{t(`objects.conflict_note.${values.conflict}`)}</p>
      {errors.conflict ? <div className="field-error">{errors.conflict}</div> : null}
    </fieldset>
  );
}
