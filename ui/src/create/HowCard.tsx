import { Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { CLASS_NAMES } from '../forms/budget';
import { errorProps, FormField } from '../shared/FormField';
import { testIds } from '../shared/testIds';

import type { Edit, Errors } from './CreateForm';
import type { CreateValues } from './values';

/** The budget and the patience. */
export function HowCard({ values, errors, onEdit }: { values: CreateValues; errors: Errors; onEdit: Edit }) {
  const { t } = useTranslation();
  const number = (id: string, label: string, key: 'records' | 'megabytes' | 'retry', more: object = {}, hint?: string) => (
    <FormField id={id} label={label} error={errors[id]} hint={hint}>
      <Input id={id} inputMode="numeric" autoComplete="off" value={values[key]} {...errorProps(id, errors[id])} {...more} onChange={(event) => onEdit({ ...values, [key]: event.target.value }, id)} />
    </FormField>
  );
  return (
    <section className="card how">
      <h2 className="sr-only">{t('create.how')}</h2>
      <FormField id="class" label={t('create.budget')} error={errors.class}>
        <Select
          id="class"
          value={values.budget}
          options={[...CLASS_NAMES.map((value) => ({ value, label: t(`create.class.${value}`) })), { value: 'custom' as const, label: t('create.custom') }]}
          onChange={(budget) => onEdit({ ...values, budget }, 'class')}
        />
      </FormField>
      {values.budget === 'custom' ? (
        <>
          {number('limits.records_per_second', t('create.records'), 'records', {}, t('task.settings.unlimited_blank'))}
          {number('limits.bytes_per_second', t('create.megabytes'), 'megabytes', {}, t('task.settings.unlimited_blank'))}
        </>
      ) : null}
      {number('retry_minutes', t('create.retry'), 'retry', { 'data-testid': testIds.retryMinutes }, t('create.retry_text'))}
    </section>
  );
}
