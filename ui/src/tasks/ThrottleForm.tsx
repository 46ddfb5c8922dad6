import { Button, Input, Select } from 'antd';
import { type SyntheticEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { TaskDraft } from '../bindings';
import { CLASS_NAMES, CLASSES, limitsOf, mebibytes, parseLimit } from '../forms/budget';
import { useFormat } from '../shared/format';
import { errorProps, FormField } from '../shared/FormField';
import { testIds } from '../shared/testIds';

import type { Actions } from './useActions';

/** Changes a running task's budget. */
export function ThrottleForm({ draft, actions, onDone }: { draft: TaskDraft; actions: Actions; onDone: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const starting = draft.class ? CLASSES[draft.class] : draft.limits.records_per_second;
  const [records, setRecords] = useState(starting === null ? '' : String(starting));
  const [megabytes, setMegabytes] = useState(mebibytes(draft.limits.bytes_per_second));
  const limits = { records: parseLimit(records), megabytes: parseLimit(megabytes) };
  const mistake = (value: number | null | undefined) => (value === undefined ? t('task.throttle.number') : undefined);
  const named = CLASS_NAMES.find((name) => CLASSES[name] === limits.records && limits.megabytes === null);

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (limits.records === undefined || limits.megabytes === undefined) return;
    void actions.setLimits(limitsOf(limits.records, limits.megabytes)).then((done) => done && onDone());
  };

  return (
    <form className="throttle" onSubmit={submit}>
      <FormField id="throttle-class" label={t('task.throttle.class')}>
        <Select
          id="throttle-class"
          {...(named ? { value: named } : {})}
          placeholder={t('task.throttle.custom')}
          options={CLASS_NAMES.map((name) => ({ value: name, label: name === 'unlimited' ? t('class.unlimited') : `${name} · ${t('class.records', { n: format.count(CLASSES[name]) })}` }))}
          onChange={(name) => {
            setRecords(CLASSES[name] === null ? '' : String(CLASSES[name]));
            setMegabytes('');
          }}
        />
      </FormField>
      <FormField id="throttle-records" label={t('task.throttle.records')} error={mistake(limits.records)}>
        <Input id="throttle-records" inputMode="numeric" value={records} data-testid={testIds.throttleRecords} {...errorProps('throttle-records', mistake(limits.records))} onChange={(event) => setRecords(event.target.value)} />
      </FormField>
      <FormField id="throttle-megabytes" label={t('task.throttle.megabytes')} error={mistake(limits.megabytes)}>
        <Input id="throttle-megabytes" inputMode="numeric" value={megabytes} data-testid={testIds.throttleMegabytes} {...errorProps('throttle-megabytes', mistake(limits.megabytes))} onChange={(event) => setMegabytes(event.target.value)} />
      </FormField>
      <p className="quiet">{t('task.throttle.blank')}</p>
      <Button type="primary" htmlType="submit" block loading={actions.pending === 'limits'} data-testid={testIds.throttleApply}>
        {t('common.apply')}
      </Button>
    </form>
  );
}
