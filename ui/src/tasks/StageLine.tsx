import { CheckOutlined, ClockCircleOutlined, FlagOutlined, SyncOutlined } from '@ant-design/icons';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';

import type { Stage, TaskDetails } from '../bindings';
import { useFormat } from '../shared/format';
import { Pill, type Tone } from '../shared/Pill';

import { useTaskNow } from './useTaskNow';

/** The stages of a task and how long each took. */
export const StageLine = memo(function StageLine({ details }: { details: TaskDetails }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { report } = details.summary;
  const now = useTaskNow(report.state);
  const stages: Stage[] = [
    'precheck',
    ...(details.draft.stages.full ? (['full'] as const) : []),
    ...(details.draft.stages.incremental ? (['incremental'] as const) : []),
  ];
  const ended = report.state === 'finished' || report.state === 'stopped' || report.state === 'released';

  return (
    <ol className="card stages" aria-label={t('task.stage.label')}>
      {stages.map((stage) => {
        const times = details.summary.report.detail.stages.findLast((each) => each.stage === stage);
        // The precheck is no stage of the run: what it found, or that the run began, says that it is over.
        const checked = stage === 'precheck' && !times
          && (details.precheck !== null || details.summary.report.detail.stages.length > 0);
        const end = times ? (times.ended_at ? Date.parse(times.ended_at) : ended ? Date.parse(report.at) : now) : null;
        const over = checked || (times !== undefined && (times.ended_at !== null || ended));
        const tone: Tone = over ? 'good' : !times ? 'idle' : report.state === 'running' ? 'info' : 'attention';
        const icon = over ? <CheckOutlined aria-hidden /> : !times ? <ClockCircleOutlined aria-hidden /> : <SyncOutlined aria-hidden />;
        return (
          <li key={stage}>
            <Pill tone={tone} icon={icon}>{t(`task.stage.${stage}`)}</Pill>
            <span className="quiet">
              {times && end !== null
                ? format.duration(Math.max(0, end - Date.parse(times.started_at)))
                : t(checked ? 'task.stage.done' : 'task.stage.waiting')}
            </span>
          </li>
        );
      })}
      <li>
        <Pill tone={ended ? 'good' : 'idle'} icon={<FlagOutlined aria-hidden />}>
          {ended ? t(`state.${report.state}`) : t('task.stage.end')}
        </Pill>
      </li>
    </ol>
  );
});
