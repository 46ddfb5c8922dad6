import { CaretRightOutlined, EllipsisOutlined, PauseOutlined } from '@ant-design/icons';
import { Button, Dropdown, type MenuProps, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';

import type { TaskSummary } from '../bindings';
import { EnvironmentTag } from '../forms/Environment';
import { ConfirmDialog } from '../shared/ConfirmDialog';
import { useFormat } from '../shared/format';
import { Tag } from '../shared/Pill';
import { ProgressBar } from '../shared/ProgressBar';
import { go, href } from '../shared/route';
import { Sparkline } from '../shared/Sparkline';
import { testIds } from '../shared/testIds';
import { useNow } from '../shared/useNow';

import { type History, timeLeftMs } from './history';
import { allows, neverRan } from './life';
import { StatePill } from './StatePill';
import { useActions } from './useActions';
import { useQuestions } from './useQuestions';

export function TaskRow({ task, history }: { task: TaskSummary; history: History }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const actions = useActions(task.id);
  const questions = useQuestions(task, actions);
  const { report } = task;
  const place = neverRan(report.state) ? ({ screen: 'create', id: task.id } as const) : ({ screen: 'task', id: task.id } as const);

  const items: MenuProps['items'] = [
    { key: 'open', label: t('common.open') },
    ...(allows(report.state, 'retry') ? [{ key: 'retry', label: t('action.retry') }] : []),
    ...(allows(report.state, 'stop') ? [{ key: 'stop', label: t('action.stop'), danger: true }] : []),
    ...(allows(report.state, 'release') ? [{ key: 'release', label: t('action.release'), danger: true }] : []),
    ...(allows(report.state, 'delete') ? [{ key: 'delete', label: t('action.delete'), danger: true }] : []),
  ];
  const choose: MenuProps['onClick'] = ({ key, domEvent }) => {
    domEvent.stopPropagation();
    if (key === 'open') go(place);
    if (key === 'retry') void actions.retry();
    if (key === 'stop' || key === 'release' || key === 'delete') questions.ask(key);
  };
  const pausable = !allows(report.state, 'resume');

  return (
    <tr data-testid={testIds.taskRow(task.id)} onClick={() => go(place)}>
      <td className="cell-name">
        <a href={href(place)} data-testid={testIds.taskOpen(task.id)} onClick={(event) => event.stopPropagation()}>
          {task.name}
        </a>
        <div className="second">
          <code>{task.id.slice(0, 4)}</code> {task.demo ? <Tag tone="brand">{t('tasks.demo')}</Tag> : null}
        </div>
      </td>
      <td className="cell-route">
        <div>
          <span className="address">{task.source.label}</span> <EnvironmentTag environment={task.source.environment} />
        </div>
        <div className="second">
          <Arrow /> <span className="address">{task.destination.label}</span> <EnvironmentTag environment={task.destination.environment} />
        </div>
      </td>
      <td className="cell-state">
        <StatePill report={report} pending={actions.pending} testId={testIds.rowState(task.id)} />
        {report.error ? <div className="second clamp">{stateLine(report.error.message)}</div> : null}
        {report.detail.retry?.next_at ? <div className="second">{nextTry(report.detail.retry.next_at)}</div> : null}
        {actions.failed ? <div className="second tone-text-bad" role="alert">{actions.failed.error.message}</div> : null}
      </td>
      <td className="cell-full">
        <FullCell task={task} history={history} />
      </td>
      <td className="number">
        <strong>{format.duration(report.lag_ms)}</strong>
        {report.lag_bytes === null ? null : <div className="second">{format.bytes(report.lag_bytes)}</div>}
      </td>
      <td className="cell-rate">
        {report.detail.records_per_second === null ? (
          t('common.unknown')
        ) : (
          <span className="rate">
            <Sparkline values={history.map((point) => point.records_per_second)} label={t('tasks.trend', { name: task.name })} />
            {format.perSecond(format.compact(report.detail.records_per_second))}
          </span>
        )}
      </td>
      <td className="number quiet cell-updated">{format.ago(now - Date.parse(report.at))}</td>
      <td className="cell-actions" onClick={(event) => event.stopPropagation()}>
        {pausable ? (
          <Tooltip title={t('action.pause')}>
            <Button
              type="text"
              icon={<PauseOutlined />}
              disabled={!allows(report.state, 'pause') || actions.pending !== null}
              aria-label={t('tasks.pause', { name: task.name })}
              data-testid={testIds.rowPause(task.id)}
              onClick={() => void actions.pause()}
            />
          </Tooltip>
        ) : (
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
        )}
        <Dropdown menu={{ items, onClick: choose }} trigger={['click']} placement="bottomRight">
          <Button
            type="text"
            icon={<EllipsisOutlined />}
            aria-label={t('tasks.more', { name: task.name })}
            data-testid={testIds.rowMore(task.id)}
          />
        </Dropdown>
        <ConfirmDialog question={questions.question} onClose={questions.close} />
      </td>
    </tr>
  );

  function nextTry(at: string): string {
    const left = Date.parse(at) - now;
    return left > 500 ? t('tasks.next_try', { n: format.duration(Math.round(left / 1000) * 1000) }) : t('tasks.trying');
  }
}

/** The last clause says what the system answered; the address is in the next column already. */
function stateLine(message: string): string {
  const last = message.split(': ').at(-1) ?? message;
  return last.replace(/ \(os error \d+\)$/, '');
}

function FullCell({ task, history }: { task: TaskSummary; history: History }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { keys_done, keys_total, detail, state, stage } = task.report;
  if (keys_done === null) return <>{t('common.unknown')}</>;
  const full = detail.stages.find((each) => each.stage === 'full');
  const done = full?.ended_at != null || state === 'finished';
  const fraction = done ? 1 : keys_total ? Math.min(keys_done / keys_total, 1) : null;
  const left = timeLeftMs(history, task.report);
  let line: string;
  if (full?.ended_at) line = t('tasks.full_done', { n: format.duration(Date.parse(full.ended_at) - Date.parse(full.started_at)) });
  else if (done) line = t('tasks.keys', { n: format.count(keys_done) });
  else {
    line = t('tasks.keys_of', { done: format.compact(keys_done), total: format.compact(keys_total) });
    if (state === 'running' && stage === 'full') {
      line += ` · ${left === null ? t('tasks.estimating') : t('tasks.left', { n: format.duration(left) })}`;
    }
  }
  return (
    <>
      <span className="bar">
        <ProgressBar fraction={fraction} label={t('tasks.progress', { name: task.name })} />
        <span>{fraction === null ? t('common.unknown') : format.percent(fraction)}</span>
      </span>
      <div className="second">{line}</div>
    </>
  );
}

export function Arrow() {
  return (
    <svg className="arrow" viewBox="0 0 14 10" width="14" height="10" aria-hidden>
      <path d="M1 5h11M8.500 1.500 12 5 8.500 8.500" />
    </svg>
  );
}
