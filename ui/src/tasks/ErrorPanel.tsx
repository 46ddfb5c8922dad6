import { CaretRightOutlined, ExclamationCircleOutlined, ReloadOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { TaskDetails, TaskReport } from '../bindings';
import { useFormat } from '../shared/format';
import { testIds } from '../shared/testIds';
import { useNow } from '../shared/useNow';

import { CredentialsForm } from './CredentialsForm';
import { howToMend, whatFailed } from '../shared/failure';
import { sayError } from '../shared/phrases';
import { needsAttention } from './life';
import { ProposalDialog, proposes } from './dialogs/ProposalDialog';
import type { Actions } from './useActions';

/** A password is what it lacks. */
export function asksForPassword({ state, error }: TaskReport): boolean {
  return needsAttention(state) && (state === 'waiting_for_credentials' || error?.code === 'auth_failed' || error?.code === 'credentials_missing');
}

/** What is wrong, where, and what to do: for as long as it is so. */
export function ErrorPanel({ details, actions }: { details: TaskDetails; actions: Actions }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  const { report, source, destination } = details.summary;
  if (!needsAttention(report.state)) return null;
  const { error, state } = report;
  const address = error?.side === 'source' ? source.label : error?.side === 'destination' ? destination.label : null;
  const wantsPassword = asksForPassword(report);
  const proposal = proposes(details);

  return (
    <section className={`card error-panel ${state === 'failed' ? 'is-bad' : 'is-attention'}`} data-testid={testIds.errorPanel} aria-label={t(`task.error.${state}`)}>
      <header>
        <ExclamationCircleOutlined aria-hidden />
        <h2>{t(`task.error.${state}`)}</h2>
        <span className="spring" />
        {proposal ? (
          <Button type="primary" danger={proposal === 'remove_keys'} loading={actions.pending === 'agree'} disabled={actions.pending !== null} data-testid={testIds.taskAgree} onClick={() => setAsked(true)}>
            {t(`confirm.${proposal}.button`)}
          </Button>
        ) : null}
        {state === 'retrying' || (state === 'holding' && proposal !== 'remove_keys') ? (
          <Button icon={<ReloadOutlined />} loading={actions.pending === 'retry'} data-testid={testIds.taskRetry} onClick={() => void actions.retry()}>
            {actions.pending === 'retry' ? t('pending.retry') : t('action.retry')}
          </Button>
        ) : null}
        {state === 'failed' && !wantsPassword ? (
          <Button type="primary" icon={<CaretRightOutlined />} loading={actions.pending === 'resume'} disabled={actions.pending !== null} data-testid={testIds.taskResume} onClick={() => void actions.resume()}>
            {actions.pending === 'resume' ? t('pending.resume') : t('action.resume')}
          </Button>
        ) : null}
      </header>
      {error ? (
        <dl className="pairs">
          <dt>{t('task.error.what')}</dt>
          <dd className="breakable">
            <strong>{whatFailed(t, error)}</strong>
            <div>{sayError(t, error)}</div>
          </dd>
          <dt>{t('task.error.where')}</dt>
          <dd className="breakable">{t(`side.${error.side}`)}{address ? ` · ${address}` : ''}</dd>
          <dt>{t('task.error.next')}</dt>
          <dd>
            <div data-testid={testIds.errorRemedy}>{howToMend(t, error)}</div>
            <Plan details={details} />
          </dd>
          <dt>{t('task.error.code')}</dt>
          <dd><code data-testid={testIds.errorCode}>{error.code}</code></dd>
        </dl>
      ) : null}
      {wantsPassword ? <CredentialsForm actions={actions} /> : null}
      {asked && proposal && error ? <ProposalDialog proposal={proposal} details={details} error={error} onOk={() => void actions.agree(error.code)} onClose={() => setAsked(false)} /> : null}
    </section>
  );
}

/** What happens by itself, and until when. */
function Plan({ details }: { details: TaskDetails }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const { id, report, resumes_next, resumes_until } = details.summary;
  const { retry } = report.detail;
  const left = (at: string | null | undefined) => (at ? format.countdown(Date.parse(at) - now) : t('common.unknown'));
  const { state } = report;
  return (
    <div className="quiet">
      {retry && state === 'retrying' ? <div>{t('task.error.retry_plan', { attempts: retry.attempts, next: left(retry.next_at), left: left(retry.until) })}</div> : null}
      {retry?.next_at && state === 'holding' ? <div>{t('task.error.hold_plan', { attempts: retry.attempts, next: left(retry.next_at) })}</div> : null}
      {state === 'failed' ? <div>{t('task.error.kept')}</div> : null}
      {state === 'failed' && resumes_until ? (
        <div data-testid={testIds.autoResume(id)}>
          {resumes_next
            ? t('task.error.resume_plan', { next: left(resumes_next), until: format.dateTime(resumes_until), left: left(resumes_until) })
            : t('task.error.resume_until', { until: format.dateTime(resumes_until), left: left(resumes_until) })}
        </div>
      ) : null}
    </div>
  );
}
