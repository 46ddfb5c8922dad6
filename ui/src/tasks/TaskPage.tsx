import { CaretRightOutlined, DownOutlined, EllipsisOutlined, PauseOutlined, StopOutlined } from '@ant-design/icons';
import { Button, Dropdown, type MenuProps, Popover, Skeleton } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { TaskDetails } from '../bindings';
import { EnvironmentTag } from '../forms/Environment';
import { ConfirmDialog } from '../shared/ConfirmDialog';
import { useFormat } from '../shared/format';
import { Problem } from '../shared/Problem';
import { go, href } from '../shared/route';
import { testIds } from '../shared/testIds';
import { useNow } from '../shared/useNow';

import { Charts } from './Charts';
import { ErrorPanel } from './ErrorPanel';
import { Figures } from './Figures';
import { type Action, allows, isLive, neverRan } from './life';
import { StageLine } from './StageLine';
import { StatePill } from './StatePill';
import { TaskTabs } from './TaskTabs';
import { ThrottleForm } from './ThrottleForm';
import { Arrow } from './TaskRow';
import { type Actions, useActions } from './useActions';
import { useQuestions } from './useQuestions';
import { useTask } from './useTask';

/** Older than this, a running task's figures are not news any more. */
const STALE_MS = 5_000;

export function TaskPage({ id }: { id: string }) {
  const { t } = useTranslation();
  const { details, error } = useTask(id);
  if (error) {
    return (
      <Problem
        title={t('task.not_found')}
        message={error.message}
        remedy={error.remedy}
        code={error.code}
        action={<Button onClick={() => go({ screen: 'tasks' })}>{t('tasks.title')}</Button>}
      />
    );
  }
  if (!details) return <Skeleton active paragraph={{ rows: 8 }} aria-label={t('task.loading')} />;
  return <Loaded details={details} />;
}

function Loaded({ details }: { details: TaskDetails }) {
  const { t } = useTranslation();
  const actions = useActions(details.summary.id);
  const { summary } = details;
  const { report } = summary;
  return (
    <>
      <Header details={details} actions={actions} />
      <RouteLine details={details} />
      {actions.failed ? (
        <Problem
          title={t('action.failed', { action: t(`pending.${actions.failed.action}`).replace(/…$/, '') })}
          message={actions.failed.error.message}
          remedy={actions.failed.error.remedy}
          code={actions.failed.error.code}
          data-testid={testIds.actionError}
        />
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
          <Charts samples={details.samples} />
        </>
      )}
      <TaskTabs details={details} />
    </>
  );
}

function Header({ details, actions }: { details: TaskDetails; actions: Actions }) {
  const { t } = useTranslation();
  const { summary } = details;
  const { state } = summary.report;
  const [throttling, setThrottling] = useState(false);
  const questions = useQuestions(summary, actions, () => go({ screen: 'tasks' }));
  const busy = actions.pending !== null;

  const more: Action[] = (['retry', 'release', 'delete'] as const).filter((action) => allows(state, action));
  const ids = { retry: testIds.taskRetry, release: testIds.taskRelease, delete: testIds.taskDelete };
  const items: MenuProps['items'] = (['retry', 'release', 'delete'] as const)
    .filter((action) => more.includes(action))
    .map((action) => ({
      key: action,
      danger: action !== 'retry',
      label: <span data-testid={ids[action]}>{t(`action.${action}`)}</span>,
    }));
  const choose: MenuProps['onClick'] = ({ key }) => {
    if (key === 'retry') void actions.retry();
    if (key === 'release' || key === 'delete') questions.ask(key);
  };

  return (
    <header className="page-head">
      <nav aria-label={t('tasks.title')} className="crumb">
        <a href={href({ screen: 'tasks' })}>{t('tasks.title')}</a>
        <span aria-hidden>/</span>
      </nav>
      <h1 data-testid={testIds.taskTitle}>{summary.name}</h1>
      <StatePill report={summary.report} pending={actions.pending} testId={testIds.taskState} />
      <span className="spring" />
      {allows(state, 'pause') || state === 'pausing' ? (
        <Button
          icon={<PauseOutlined />}
          loading={actions.pending === 'pause' || state === 'pausing'}
          disabled={busy}
          data-testid={testIds.taskPause}
          onClick={() => void actions.pause()}
        >
          {actions.pending === 'pause' || state === 'pausing' ? t('pending.pause') : t('action.pause')}
        </Button>
      ) : null}
      {allows(state, 'resume') ? (
        <Button
          type="primary"
          icon={<CaretRightOutlined />}
          loading={actions.pending === 'resume'}
          disabled={busy}
          data-testid={testIds.taskResume}
          onClick={() => void actions.resume()}
        >
          {actions.pending === 'resume' ? t('pending.resume') : t('action.resume')}
        </Button>
      ) : null}
      {isLive(state) ? (
        <Popover
          trigger="click"
          placement="bottomRight"
          open={throttling}
          onOpenChange={setThrottling}
          destroyOnHidden
          content={<ThrottleForm draft={details.draft} actions={actions} onDone={() => setThrottling(false)} />}
        >
          <Button icon={<DownOutlined />} iconPlacement="end" aria-expanded={throttling} data-testid={testIds.taskThrottle}>
            {t('action.throttle')}
          </Button>
        </Popover>
      ) : null}
      {allows(state, 'stop') || state === 'stopping' ? (
        <Button
          danger
          icon={<StopOutlined />}
          loading={actions.pending === 'stop' || state === 'stopping'}
          disabled={busy}
          data-testid={testIds.taskStop}
          onClick={() => questions.ask('stop')}
        >
          {actions.pending === 'stop' || state === 'stopping' ? t('pending.stop') : t('action.stop')}
        </Button>
      ) : null}
      {items.length > 0 ? (
        <Dropdown menu={{ items, onClick: choose }} trigger={['click']} placement="bottomRight">
          <Button icon={<EllipsisOutlined />} aria-label={t('common.more')} data-testid={testIds.taskMore} />
        </Dropdown>
      ) : null}
      <ConfirmDialog question={questions.question} onClose={questions.close} />
    </header>
  );
}

function RouteLine({ details }: { details: TaskDetails }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const { source, destination, report } = details.summary;
  const age = now - Date.parse(report.at);
  const stale = isLive(report.state) && age > STALE_MS;
  return (
    <div className="route-line">
      <strong>{source.label}</strong> <EnvironmentTag environment={source.environment} />
      <Arrow />
      <strong>{destination.label}</strong> <EnvironmentTag environment={destination.environment} />
      <span className="spring" />
      <span className={stale ? 'tone-text-attention' : 'quiet'}>
        {stale ? t('task.stale', { n: format.duration(Math.round(age / 1000) * 1000) }) : t('task.updated', { n: format.ago(age) })}
      </span>
    </div>
  );
}
