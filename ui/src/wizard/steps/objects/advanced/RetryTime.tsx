import { Input } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useBackend } from '../../../../backend/context';
import type { EffectiveRetry } from '../../../../bindings';
import { errorProps, FormField } from '../../../../shared/FormField';
import { href } from '../../../../shared/route';
import { testIds } from '../../../../shared/testIds';
import { useSession } from '../../../session';
import { draftOf } from '../../../values';

const RECOMMENDED = 30;

/** How long a lost connection is tried again; tasks that share a server share the lowest value. */
export function RetryTime() {
  const { t } = useTranslation();
  const backend = useBackend();
  const { id, values, edit, errors } = useSession();
  const [effective, setEffective] = useState<EffectiveRetry | null>(null);
  const typed = Number(values.retry.trim());
  const valid = /^\d{1,4}$/.test(values.retry.trim()) && typed >= 10 && typed <= 1440;
  const draft = JSON.stringify([values.source.endpoint, values.destination.endpoint, typed]);

  useEffect(() => {
    if (!valid) return;
    let gone = false;
    const timer = setTimeout(() => {
      // Only a hint hangs on it.
      backend.effectiveRetry(draftOf(values), id).then((next) => gone || setEffective(next), () => undefined);
    }, 150);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
    // `draft` is what the answer depends on.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [backend, id, draft, valid]);

  const lower = valid && effective?.set_by && effective.minutes < typed ? effective : null;
  return (
    <fieldset>
      <legend className="sr-only">{t('retry.title')}</legend>
      <FormField id="retry_minutes" label={t('retry.title')} error={errors.retry_minutes} hint={t('retry.note')} className="strong-label">
        <Input
          id="retry_minutes"
          className="short-input"
          inputMode="numeric"
          value={values.retry}
          suffix={t('retry.minutes')}
          data-testid={testIds.retryMinutes}
          {...errorProps('retry_minutes', errors.retry_minutes)}
          onChange={(event) => edit({ retry: event.target.value }, 'retry_minutes')}
        />
      </FormField>
      <div role="status" data-testid={testIds.retryEffective}>
        {lower?.set_by ? (
          <p className="field-warning">
            {t('retry.effective', { n: lower.minutes })} <a href={href({ screen: 'task', id: lower.set_by.task_id })}>{lower.set_by.task_name}</a>
          </p>
        ) : valid && typed <= RECOMMENDED ? (
          <p className="field-warning">{t('retry.short')}</p>
        ) : null}
      </div>
      <p className="field-hint">{t('retry.holds')}</p>
    </fieldset>
  );
}
