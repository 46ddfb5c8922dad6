import { ExclamationCircleOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { type SyntheticEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { TaskDetails } from '../bindings';
import { useFormat } from '../shared/format';
import { FormField } from '../shared/FormField';
import { PasswordInput } from '../shared/PasswordInput';
import { testIds } from '../shared/testIds';
import { useNow } from '../shared/useNow';

import { needsAttention } from './life';
import type { Actions } from './useActions';

/** What is wrong, where, and what to do: for as long as it is so. */
export function ErrorPanel({ details, actions }: { details: TaskDetails; actions: Actions }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const { report, source, destination } = details.summary;
  if (!needsAttention(report.state)) return null;
  const { error, state } = report;
  const { retry } = report.detail;
  const inTime = (at: string | null | undefined) => (at ? format.duration(Math.max(0, Math.round((Date.parse(at) - now) / 1000) * 1000)) : t('common.unknown'));
  const address = error?.side === 'source' ? source.label : error?.side === 'destination' ? destination.label : null;

  return (
    <section className={`card error-panel ${state === 'failed' ? 'is-bad' : 'is-attention'}`} data-testid={testIds.errorPanel} aria-label={t(`task.error.${state}`)}>
      <header>
        <ExclamationCircleOutlined aria-hidden />
        <h2>{t(`task.error.${state}`)}</h2>
        <span className="spring" />
        {state === 'retrying' || state === 'holding' ? (
          <Button loading={actions.pending === 'retry'} onClick={() => void actions.retry()}>
            {actions.pending === 'retry' ? t('pending.retry') : t('action.retry')}
          </Button>
        ) : null}
      </header>
      {error ? (
        <dl className="pairs">
          <dt>{t('task.error.what')}</dt>
          <dd className="breakable">{error.message}</dd>
          <dt>{t('task.error.where')}</dt>
          <dd>{t(`side.${error.side}`)}{address ? ` · ${address}` : ''}</dd>
          <dt>{t('task.error.next')}</dt>
          <dd data-testid={testIds.errorRemedy}>
            {error.remedy}
            {state === 'failed' ? ` ${t('task.error.kept')}` : ''}
            {retry && state === 'retrying' ? (
              <div className="quiet">{t('task.error.retry_plan', { attempts: retry.attempts, next: inTime(retry.next_at), left: inTime(retry.until) })}</div>
            ) : null}
            {retry?.next_at && state === 'holding' ? (
              <div className="quiet">{t('task.error.hold_plan', { attempts: retry.attempts, next: inTime(retry.next_at) })}</div>
            ) : null}
          </dd>
          <dt>{t('task.error.code')}</dt>
          <dd><code data-testid={testIds.errorCode}>{error.code}</code></dd>
        </dl>
      ) : null}
      {state === 'waiting_for_credentials' || error?.code === 'auth_failed' || error?.code === 'credentials_missing' ? (
        <CredentialsForm actions={actions} />
      ) : null}
    </section>
  );
}

function CredentialsForm({ actions }: { actions: Actions }) {
  const { t } = useTranslation();
  const [source, setSource] = useState('');
  const [destination, setDestination] = useState('');
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    void actions.provideCredentials(source === '' ? null : source, destination === '' ? null : destination);
  };
  return (
    <form className="credentials" onSubmit={submit}>
      <FormField id="credentials-source" label={t('task.credentials.source')}>
        <PasswordInput id="credentials-source" value={source} onChange={setSource} testId={testIds.sourcePasswordAgain} />
      </FormField>
      <FormField id="credentials-destination" label={t('task.credentials.destination')}>
        <PasswordInput id="credentials-destination" value={destination} onChange={setDestination} testId={testIds.destinationPasswordAgain} />
      </FormField>
      <Button type="primary" htmlType="submit" loading={actions.pending === 'credentials'} data-testid={testIds.credentialsSubmit}>
        {actions.pending === 'credentials' ? t('pending.credentials') : t('task.credentials.submit')}
      </Button>
      <p className="quiet">{t('task.credentials.hint')}</p>
    </form>
  );
}
