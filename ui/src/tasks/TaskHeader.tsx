import { CaretRightOutlined, DownOutlined, EllipsisOutlined, PauseOutlined, StopOutlined, SwapOutlined } from '@ant-design/icons';
import { Button, Dropdown, Popover } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { TaskDetails } from '../bindings';
import { go, href } from '../shared/route';
import { testIds } from '../shared/testIds';

import { allows, isLive } from './life';
import { StatePill } from './StatePill';
import { ThrottleForm } from './ThrottleForm';
import type { Actions } from './useActions';
import { useTaskMenu } from './useTaskMenu';

/** Which task, how it is, and what can be done with it. */
export function TaskHeader({ details, actions }: { details: TaskDetails; actions: Actions }) {
  const { t } = useTranslation();
  const { summary } = details;
  const { state, caught_up } = summary.report;
  const [throttling, setThrottling] = useState(false);
  const menu = useTaskMenu({ task: summary, actions, onDeleted: () => go({ screen: 'tasks' }), without: ['stop'] });
  const busy = actions.pending !== null;

  return (
    <header className="page-head task-head">
      <nav aria-label={t('task.path')} className="crumb">
        <a href={href({ screen: 'tasks' })}>{t('tasks.title')}</a>
        <span aria-hidden>/</span>
      </nav>
      <h1 className="breakable" title={`${summary.name} · ${summary.id}`} data-testid={testIds.taskTitle}>{summary.name}</h1>
      <StatePill report={summary.report} pending={actions.pending} testId={testIds.taskState} />
      <div className="task-actions">
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
        {/* A failed task is resumed where it says what to do first. */}
        {allows(state, 'resume') && state !== 'failed' ? (
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
        {state === 'running' && caught_up ? (
          <Button type="primary" icon={<SwapOutlined />} disabled={busy} data-testid={testIds.taskSwitchOver} onClick={() => menu.ask('switch_over')}>
            {t('action.switch_over')}
          </Button>
        ) : null}
        {allows(state, 'stop') || state === 'stopping' ? (
          <Button
            danger
            icon={<StopOutlined />}
            loading={actions.pending === 'stop' || state === 'stopping'}
            disabled={busy}
            data-testid={testIds.taskStop}
            onClick={() => menu.ask('stop')}
          >
            {actions.pending === 'stop' || state === 'stopping' ? t('pending.stop') : t('action.stop')}
          </Button>
        ) : null}
        <Dropdown menu={menu.menu} trigger={['click']} placement="bottomRight">
          <Button icon={<EllipsisOutlined />} aria-label={t('common.more')} data-testid={testIds.taskMore} />
        </Dropdown>
      </div>
      {menu.dialog}
    </header>
  );
}
