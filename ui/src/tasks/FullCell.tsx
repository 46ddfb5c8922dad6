import { useTranslation } from 'react-i18next';

import type { TaskSummary } from '../bindings';
import { useFormat } from '../shared/format';
import { ProgressBar } from '../shared/ProgressBar';

import { type History, timeLeftMs } from './history';

/** How far the snapshot is. */
export function FullCell({ task, history }: { task: TaskSummary; history: History }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { keys_done, keys_total, detail, state, stage } = task.report;
  if (keys_done === null) return <span className="quiet">{t('common.unknown')}</span>;
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
  const exact = t('tasks.keys_of', { done: format.count(keys_done), total: format.count(keys_total) });
  return (
    <div title={exact}>
      <span className="bar">
        <ProgressBar fraction={fraction} label={t('tasks.progress', { name: task.name })} />
        <span>{fraction === null ? t('common.unknown') : format.percent(fraction)}</span>
      </span>
      <div className="second">{line}</div>
    </div>
  );
}
