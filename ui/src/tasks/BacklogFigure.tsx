import { WarningOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';

import type { BacklogReport, TaskReport } from '../bindings';
import { useFormat } from '../shared/format';
import { testIds } from '../shared/testIds';

import { Figure } from './Figure';

/** A restart, or a cable that is put back, takes minutes. */
const FEW_MINUTES_MS = 5 * 60_000;

type Note = 'backlog_short' | 'backlog_minutes' | 'backlog_used';

/** What is to be minded about it: a break that the task would wait out, and the source would not. */
function noteOn({ left_ms }: BacklogReport, retryMs: number): Note | null {
  if (left_ms === null || left_ms >= Math.max(retryMs, FEW_MINUTES_MS)) return null;
  if (left_ms === 0) return 'backlog_used';
  return left_ms < FEW_MINUTES_MS ? 'backlog_minutes' : 'backlog_short';
}

/** How long the source’s link may be away; `retryMs` is how long the task would try to have it again. */
export function BacklogFigure({ report, retryMs }: { report: TaskReport; retryMs: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { backlog } = report.detail;
  const note = backlog && noteOn(backlog, retryMs);
  const hint = backlog?.ends_by_time ? 'backlog_hint_time' : backlog?.is_idle && backlog.left_ms === null ? 'backlog_hint_idle' : 'backlog_hint';

  const about = () => {
    if (!backlog) return t(report.stage === 'full' ? 'task.figure.backlog_snapshot' : 'task.figure.backlog_unknown');
    if (backlog.ends_by_time) return t('task.figure.backlog_time');
    if (!backlog.linked) return t('task.figure.backlog_away', { left: format.bytes(backlog.bytes_left), size: format.bytes(backlog.bytes) });
    if (backlog.is_idle) return t('task.figure.backlog_idle');
    if (backlog.bytes_per_second === null) return t('task.figure.backlog_measuring');
    return t('task.figure.backlog_of', { size: format.bytes(backlog.bytes), rate: format.perSecond(format.bytes(Math.round(backlog.bytes_per_second))) });
  };

  return (
    <Figure name={t('task.figure.backlog')} value={format.duration(backlog?.left_ms)} testId={testIds.backlogValue} attention={note !== null} hint={t(`task.figure.${hint}`)}>
      {about()}
      {note ? <div className="figure-note" data-testid={testIds.backlogNote}><WarningOutlined aria-hidden /> {t(`task.figure.${note}`)}</div> : null}
    </Figure>
  );
}
