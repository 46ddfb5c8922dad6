import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { EventLevel, TaskDetails } from '../../bindings';
import { useFormat } from '../../shared/format';
import { Pill, type Tone } from '../../shared/Pill';
import { testIds } from '../../shared/testIds';

import { whatHappened } from '../../shared/failure';

import { LevelFilter } from './LevelFilter';
import { Nothing } from './Nothing';

/** More of them are in the log. */
const EVENTS_SHOWN = 200;

const LEVELS: Record<EventLevel, Tone> = { info: 'idle', warning: 'attention', error: 'bad' };
/** From the least to the worst. */
const ORDER = Object.keys(LEVELS) as EventLevel[];
const CHOICES = ORDER.map((level) => [level, level] as const);

/** What happened, newest first. */
export function Events({ details }: { details: TaskDetails }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [least, setLeast] = useState<EventLevel>('info');
  const { events } = details;
  if (events.length === 0) return <Nothing>{t('task.events.none')}</Nothing>;
  const newest = events.filter(({ level }) => ORDER.indexOf(level) >= ORDER.indexOf(least)).slice(-EVENTS_SHOWN).reverse();
  return (
    <>
      <div className="tab-bar">
        <LevelFilter name="event-level" label={t('task.events.filter')} levels={CHOICES} least={least} testId={testIds.eventLevel} onChange={setLeast} />
      </div>
      {newest.length === 0 ? <Nothing>{t('task.events.none_such')}</Nothing> : (
        <table className="events">
          <thead>
            <tr>
              <th>{t('task.events.at')}</th>
              <th>{t('task.events.level')}</th>
              <th>{t('task.events.what')}</th>
            </tr>
          </thead>
          <tbody>
            {newest.map((event, i) => (
              <tr key={`${event.at}-${event.code}-${newest.length - i}`} data-testid={testIds.event(event.code)}>
                <td className="nowrap" title={event.at}>{format.dateTime(event.at)}</td>
                <td><Pill tone={LEVELS[event.level]}>{t(`task.events.${event.level}`)}</Pill></td>
                <td className="breakable">{whatHappened(t, event)} <code className="quiet">{event.code}</code></td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
