import { ArrowRightOutlined, CaretRightOutlined, EllipsisOutlined, PauseOutlined } from '@ant-design/icons';
import { Button, Dropdown, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';

import type { SideLabel, TaskSummary } from '../bindings';
import { EnvironmentTag } from '../forms/Environment';
import { useFormat } from '../shared/format';
import { Tag } from '../shared/Pill';
import { go, href } from '../shared/route';
import { Sparkline } from '../shared/Sparkline';
import { testIds } from '../shared/testIds';

import { Arrow } from './Arrow';
import { whatFailed, withWords } from '../shared/failure';
import { sayError } from '../shared/phrases';
import { FullCell } from './FullCell';
import type { History } from './history';
import { allows, isLive, neverRan } from './life';
import { StatePill } from './StatePill';
import { type Actions, useActions } from './useActions';
import { useTaskMenu } from './useTaskMenu';
import { useTaskNow } from './useTaskNow';

interface Props {
  task: TaskSummary;
  history: History;
  /** Another task has the same name. */
  shared: boolean;
}

export function TaskRow({ task, history, shared }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const actions = useActions(task.id);
  const { report } = task;
  const now = useTaskNow(report.state);
  const place = neverRan(report.state) ? ({ screen: 'create', id: task.id } as const) : ({ screen: 'task', id: task.id } as const);
  const menu = useTaskMenu({ task, actions, onOpen: () => go(place) });
  const rate = report.detail.records_per_second;
  const age = now - Date.parse(report.at);

  return (
    <tr data-testid={testIds.taskRow(task.id)} onClick={() => go(place)}>
      <th scope="row" className="cell-name">
        <a href={href(place)} data-testid={testIds.taskOpen(task.id)} onClick={(event) => event.stopPropagation()}>
          {task.name}
        </a>
        <div className="second">
          <code>{task.id.slice(0, 4)}</code>
          {shared ? <> · {format.dateTimeShort(task.created_at)}</> : null}
          {task.demo ? <> <Tag tone="brand">{t('tasks.demo')}</Tag></> : null}
        </div>
      </th>
      <td className="cell-route">
        <Place side={task.source} />
        <Place side={task.destination} arrow />
      </td>
      <td className="cell-state">
        <StatePill report={report} pending={actions.pending} testId={testIds.rowState(task.id)} />
        <StateLines task={task} actions={actions} />
        {neverRan(report.state) ? (
          <Button type="link" size="small" className="continue-link block" data-testid={testIds.rowContinue(task.id)} aria-label={t('tasks.continue', { name: task.name })} onClick={() => go(place)}>
            {t('action.go_on')} <ArrowRightOutlined aria-hidden />
          </Button>
        ) : null}
      </td>
      <td className="cell-full">
        <FullCell task={task} history={history} />
      </td>
      <td className="number" title={report.lag_bytes === null ? undefined : t('unit.bytes', { n: format.count(report.lag_bytes) })}>
        {report.lag_ms === null ? <span className="quiet">{t('common.unknown')}</span> : <strong>{format.duration(report.lag_ms)}</strong>}
        {report.lag_bytes === null ? null : <div className="second">{format.bytes(report.lag_bytes)}</div>}
      </td>
      <td className="cell-rate">
        {rate === null || !isLive(report.state) ? (
          <span className="quiet">{t('common.unknown')}</span>
        ) : (
          <span className="rate" title={format.perSecond(format.count(Math.round(rate)))}>
            <Sparkline values={history.map((point) => point.records_per_second)} label={t('tasks.trend', { name: task.name })} />
            {format.perSecond(format.compact(rate))}
          </span>
        )}
      </td>
      <td className="number quiet cell-updated" title={format.dateTime(report.at)}>{format.ago(age)}</td>
      <td className="cell-actions" onClick={(event) => event.stopPropagation()}>
        <MainAction task={task} actions={actions} />
        <Dropdown menu={menu.menu} trigger={['click']} placement="bottomRight">
          <Button type="text" icon={<EllipsisOutlined />} aria-label={t('tasks.more', { name: task.name })} data-testid={testIds.rowMore(task.id)} />
        </Dropdown>
        {menu.dialog}
      </td>
    </tr>
  );
}

/** A server and its environment. */
function Place({ side, arrow = false }: { side: SideLabel; arrow?: boolean }) {
  const { t } = useTranslation();
  return (
    <div className={arrow ? 'place second' : 'place'}>
      {arrow ? <Arrow /> : null}
      <span className="address" title={side.label}>{side.label || t('common.unknown')}</span>
      <EnvironmentTag environment={side.environment} />
    </div>
  );
}

/** Why the task is where it is, and what comes next by itself. */
function StateLines({ task, actions }: { task: TaskSummary; actions: Actions }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { report } = task;
  const now = useTaskNow(report.state);
  const next = report.detail.retry?.next_at;
  const left = (at: string) => Date.parse(at) - now;
  return (
    <>
      {report.error ? <div className="second clamp" title={sayError(t, report.error)}>{whatFailed(t, report.error)}</div> : null}
      {next ? <div className="second">{left(next) > 500 ? t('tasks.next_try', { n: format.countdown(left(next)) }) : t('tasks.trying')}</div> : null}
      {report.state === 'failed' && task.resumes_until ? (
        <div className="second" title={t('tasks.resumes_until', { at: format.dateTime(task.resumes_until) })} data-testid={testIds.autoResume(task.id)}>
          {task.resumes_next && left(task.resumes_next) > 0
            ? t('tasks.resumes_next', { n: format.countdown(left(task.resumes_next)) })
            : t('tasks.resumes_for', { n: format.countdown(left(task.resumes_until)) })}
        </div>
      ) : null}
      {actions.failed ? <div className="second tone-text-bad" role="alert">{withWords(t, whatFailed(t, actions.failed.error), sayError(t, actions.failed.error))}</div> : null}
    </>
  );
}

function MainAction({ task, actions }: { task: TaskSummary; actions: Actions }) {
  const { t } = useTranslation();
  const { state } = task.report;
  if (allows(state, 'resume')) {
    return (
      <Tooltip title={t('action.resume')}>
        <Button
          type="text"
          icon={<CaretRightOutlined />}
          disabled={actions.pending !== null}
          aria-label={t('tasks.resume', { name: task.name })}
          data-testid={testIds.rowResume(task.id)}
          onClick={() => void actions.resume()}
        />
      </Tooltip>
    );
  }
  if (!allows(state, 'pause')) return null;
  return (
    <Tooltip title={t('action.pause')}>
      <Button
        type="text"
        icon={<PauseOutlined />}
        disabled={actions.pending !== null}
        aria-label={t('tasks.pause', { name: task.name })}
        data-testid={testIds.rowPause(task.id)}
        onClick={() => void actions.pause()}
      />
    </Tooltip>
  );
}
