import { Button, Skeleton } from 'antd';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';

import type { Charts as Points, TaskDetails } from '../bindings';
import { EnvironmentTag } from '../forms/Environment';
import { useFormat } from '../shared/format';
import { Problem } from '../shared/Problem';
import { go } from '../shared/route';
import { testIds } from '../shared/testIds';

import { Arrow } from './Arrow';
import { Charts } from './Charts';
import { ErrorPanel } from './ErrorPanel';
import { Figures } from './Figures';
import { isLive, neverRan } from './life';
import { StageLine } from './StageLine';
import { TaskHeader } from './TaskHeader';
import { TaskTabs } from './TaskTabs';
import { type Actions, useActions } from './useActions';
import { useTask } from './useTask';
import { useTaskNow } from './useTaskNow';

/** Older than this, a running task's figures are not news any more. */
const STALE_MS = 5_000;

export function TaskPage({ id }: { id: string }) {
  const { t } = useTranslation();
  const { details, charts, error } = useTask(id);
  const actions = useActions(id);
  // Who ends a task here leaves its page: it is not said to them that it is gone.
  const leaving = actions.pending === 'delete' || actions.pending === 'end_demo';
  if (error && !leaving) {
    return (
      <>
        <header className="page-head"><h1>{t('task.not_found')}</h1></header>
        <Problem
          title={t('task.not_found')}
          error={error}
          action={<Button onClick={() => go({ screen: 'tasks' })}>{t('tasks.title')}</Button>}
          data-testid={testIds.taskGone}
        />
      </>
    );
  }
  if (!details) return <div role="status" aria-label={t('task.loading')}><Skeleton active paragraph={{ rows: 8 }} /></div>;
  return <Loaded details={details} charts={charts} actions={actions} />;
}

function Loaded({ details, charts, actions }: { details: TaskDetails; charts: Points; actions: Actions }) {
  const { t } = useTranslation();
  const { summary } = details;
  const { report } = summary;
  return (
    <>
      {/* A click changes the header alone: what is memoized below is drawn anew with each report only. */}
      <TaskHeader details={details} actions={actions} />
      <RouteLine details={details} />
      <Notices details={details} actions={actions} />
      <ErrorPanel details={details} actions={actions} />
      {neverRan(report.state) ? (
        <div className="card blank">
          <strong>{t('task.ready.title')}</strong>
          <p className="quiet">{t('task.ready.text')}</p>
          <Button type="primary" data-testid={testIds.taskContinue} onClick={() => go({ screen: 'create', id: summary.id })}>
            {t('action.continue')}
          </Button>
        </div>
      ) : (
        <>
          <StageLine details={details} />
          <Figures details={details} />
          <Charts charts={charts} threshold={details.input.alerts?.lag_seconds ?? null} latency={report.detail.latency} />
        </>
      )}
      <TaskTabs details={details} onKeepAwake={actions.setKeepAwake} pending={actions.pending === 'awake'} />
    </>
  );
}

/** What one should know before the figures. */
function Notices({ details, actions }: { details: TaskDetails; actions: Actions }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { summary } = details;
  const now = useTaskNow(summary.report.state);
  const age = now - Date.parse(summary.report.at);
  const stale = isLive(summary.report.state) && age > STALE_MS;
  return (
    <>
      {actions.failed ? (
        <Problem
          title={t('action.failed', { action: t(`did.${actions.failed.action}`) })}
          error={actions.failed.error}
          data-testid={testIds.actionError}
        />
      ) : null}
      {stale ? (
        <p className="note is-attention" data-testid={testIds.stale}>{t('task.stale', { n: format.countdown(age) })}</p>
      ) : null}
      {summary.owner === 'other' ? <p className="note">{t('task.other_process')}</p> : null}
      {summary.demo ? (
        <div className="note">
          <span>{t('task.demo')}</span>
          <Button
            size="small"
            data-testid={testIds.endDemo}
            loading={actions.pending === 'end_demo'}
            onClick={() => void actions.endDemo().then((done) => done && go({ screen: 'tasks' }))}
          >
            {t('action.end_demo')}
          </Button>
        </div>
      ) : null}
    </>
  );
}

/** From where to where. */
const RouteLine = memo(function RouteLine({ details }: { details: TaskDetails }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { source, destination, report } = details.summary;
  const now = useTaskNow(report.state);
  const server = (side: 'source' | 'destination') => {
    const told = details.connectivity[side]?.server;
    return told ? <span className="quiet">{told.product} {told.version}</span> : null;
  };
  return (
    <div className="route-line">
      <strong className="breakable">{source.label}</strong> <EnvironmentTag environment={source.environment} /> {server('source')}
      <Arrow />
      <strong className="breakable">{destination.label}</strong> <EnvironmentTag environment={destination.environment} /> {server('destination')}
      <span className="spring" />
      <span className="quiet" title={format.dateTime(report.at)}>{t('task.updated', { n: format.ago(now - Date.parse(report.at)) })}</span>
    </div>
  );
});
