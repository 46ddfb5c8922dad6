import { memo } from 'react';
import { useTranslation } from 'react-i18next';

import type { TaskDetails } from '../bindings';
import { CLASSES } from '../forms/budget';
import { useFormat } from '../shared/format';
import { testIds } from '../shared/testIds';

import { BacklogFigure } from './BacklogFigure';
import { Figure } from './Figure';
import { timeLeftMs } from './history';
import { useTasks } from './TasksContext';
import { useTaskNow } from './useTaskNow';

/** The figures that say how a task is. */
export const Figures = memo(function Figures({ details }: { details: TaskDetails }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { history } = useTasks();
  const { report } = details.summary;
  const now = useTaskNow(report.state);
  const { detail } = report;
  const skipped = Object.values(report.keys_skipped).reduce((sum, n) => sum + n, 0);
  const left = report.stage === 'full' && report.state === 'running' ? timeLeftMs(history.get(details.summary.id) ?? [], report) : null;
  const limit = details.draft.class ? CLASSES[details.draft.class] : details.draft.limits.records_per_second;
  const { retry } = detail;
  const untilMs = retry?.until ? Date.parse(retry.until) - now : null;
  const nextMs = retry?.next_at ? Date.parse(retry.next_at) - now : null;

  return (
    <dl className="figures">
      <Figure name={t('task.figure.lag')} value={format.duration(report.lag_ms)} testId={testIds.lagValue}>
        <span data-testid={testIds.lagBytes}>{format.bytes(report.lag_bytes)}</span>
        {' · '}
        <span data-testid={testIds.sourceIdle}>{t('task.figure.source_idle', { n: format.duration(detail.source_idle_ms) })}</span>
      </Figure>
      <Figure name={t('task.figure.rate')} value={rounded(detail.records_per_second)} testId={testIds.rateValue}>
        {t('task.figure.rate_sub', {
          in: format.perSecond(format.bytes(detail.bytes_in_per_second)),
          out: format.perSecond(format.bytes(detail.bytes_out_per_second)),
        })}
        {limit === null ? null : <div>{t('task.figure.throttled', { n: format.perSecond(format.count(limit)) })}</div>}
      </Figure>
      <Figure name={t('task.figure.keys')} value={format.count(report.keys_done)} testId={testIds.keysValue}>
        <span data-testid={testIds.keysTotal}>
          {t('task.figure.keys_sub', { total: format.count(report.keys_total), skipped: format.count(skipped) })}
        </span>
        {left === null ? null : <div>{t('task.figure.eta', { n: format.duration(left) })}</div>}
      </Figure>
      <Figure
        name={t('task.figure.retry')}
        value={untilMs === null ? t('task.figure.minutes', { n: format.count(details.effective_retry.minutes) }) : format.countdown(untilMs)}
        testId={testIds.retryValue}
      >
        {retry
          ? nextMs === null
            ? t('task.figure.retry_hold')
            : t('task.figure.retry_next', { n: format.countdown(nextMs), attempts: retry.attempts })
          : details.effective_retry.set_by
            ? t('task.figure.retry_set_by', { name: details.effective_retry.set_by.task_name })
            : t('task.figure.retry_unused')}
      </Figure>
      <BacklogFigure report={report} retryMs={untilMs ?? details.effective_retry.minutes * 60_000} />
      <Figure name={t('task.figure.spool')} value={format.bytes(detail.spool_bytes)} testId={testIds.spoolValue}>
        {t('task.figure.spool_sub')}
      </Figure>
    </dl>
  );

  function rounded(n: number | null): string {
    return format.count(n === null ? null : Math.round(n));
  }
});
