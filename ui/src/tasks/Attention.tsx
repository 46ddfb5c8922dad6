import { Button } from 'antd';
import { Trans, useTranslation } from 'react-i18next';

import type { TaskSummary } from '../bindings';
import { useFormat } from '../shared/format';
import { Pill } from '../shared/Pill';
import { go } from '../shared/route';
import { testIds } from '../shared/testIds';
import { useNow } from '../shared/useNow';

import { needsAttention } from './life';
import { whatFailed } from '../shared/failure';

/** The task that most needs a person, and how many there are. */
export function Attention({ tasks, onShowAll }: { tasks: TaskSummary[]; onShowAll: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const waiting = tasks.flatMap((task) => (needsAttention(task.report.state) ? [{ task, state: task.report.state }] : []));
  const [first] = waiting;
  if (!first) return null;
  const { task, state } = first;
  const until = task.report.detail.retry?.until;
  return (
    <div className="card attention" data-testid={testIds.attention}>
      <Pill tone="attention">{t('tasks.needs_you', { count: waiting.length })}</Pill>
      <span className="attention-text">
        <Trans
          i18nKey={`tasks.attention.${state}`}
          values={{
            name: task.name,
            side: t(`tasks.attention.side.${task.report.error?.side ?? 'source'}`),
            left: until ? format.countdown(Date.parse(until) - now) : t('common.unknown'),
            message: task.report.error ? whatFailed(t, task.report.error) : t('common.unknown'),
          }}
          components={{ b: <strong /> }}
        />
      </span>
      {waiting.length > 1 ? <Button type="text" data-testid={testIds.attentionAll} onClick={onShowAll}>{t('tasks.show_all', { count: waiting.length })}</Button> : null}
      <Button data-testid={testIds.attentionOpen} onClick={() => go({ screen: 'task', id: task.id })}>{t('common.open')}</Button>
    </div>
  );
}
