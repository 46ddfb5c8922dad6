import { Tabs } from 'antd';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { EndpointDraft, EventLevel, TaskDetails } from '../bindings';
import { CLASSES } from '../forms/budget';
import { EnvironmentTag } from '../forms/Environment';
import { useFormat } from '../shared/format';
import { Pill, type Tone } from '../shared/Pill';
import { testIds } from '../shared/testIds';

/** More of them are in the log. */
const EVENTS_SHOWN = 200;

export function TaskTabs({ details }: { details: TaskDetails }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { report } = details.summary;
  const skipped = Object.values(report.keys_skipped).concat(Object.values(report.commands_skipped)).reduce((sum, n) => sum + n, 0);
  const label = (name: 'databases' | 'events' | 'skipped' | 'settings', count?: number) => (
    <span data-testid={testIds.tab(name)}>
      {t(`task.tab.${name}`)}
      {count ? <span className="tab-count">{format.count(count)}</span> : null}
    </span>
  );
  return (
    <div className="card tabs-card">
      <Tabs
        items={[
          { key: 'databases', label: label('databases'), children: <Databases details={details} /> },
          { key: 'events', label: label('events', details.events.length), children: <Events details={details} /> },
          { key: 'skipped', label: label('skipped', skipped), children: <Skipped details={details} /> },
          { key: 'settings', label: label('settings'), children: <TaskSettings details={details} /> },
        ]}
      />
    </div>
  );
}

function Nothing({ children }: { children: ReactNode }) {
  return <p className="nothing quiet">{children}</p>;
}

function Databases({ details }: { details: TaskDetails }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { databases } = details.summary.report.detail;
  if (databases.length === 0) return <Nothing>{t('task.databases.none')}</Nothing>;
  return (
    <table>
      <thead>
        <tr>
          <th>{t('task.databases.database')}</th>
          <th className="number">{t('task.databases.done')}</th>
          <th className="number">{t('task.databases.skipped')}</th>
          <th className="number">{t('task.databases.commands')}</th>
        </tr>
      </thead>
      <tbody>
        {databases.map((database) => (
          <tr key={database.source}>
            <td>{t('task.databases.name', { from: database.source, to: database.destination })}</td>
            <td className="number">{format.count(database.keys_done)}</td>
            <td className="number">{format.count(database.keys_skipped)}</td>
            <td className="number">{format.count(database.commands_applied)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const LEVELS: Record<EventLevel, Tone> = { info: 'idle', warning: 'attention', error: 'bad' };

function Events({ details }: { details: TaskDetails }) {
  const { t } = useTranslation();
  const format = useFormat();
  const newest = details.events.slice(-EVENTS_SHOWN).reverse();
  if (newest.length === 0) return <Nothing>{t('task.events.none')}</Nothing>;
  return (
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
            <td>{event.message} <code className="quiet">{event.code}</code></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Skipped({ details }: { details: TaskDetails }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { keys_skipped, commands_skipped } = details.summary.report;
  const rows = [
    ...Object.entries(keys_skipped).map(([reason, count]) => ({ kind: 'key' as const, reason, count })),
    ...Object.entries(commands_skipped).map(([reason, count]) => ({ kind: 'command' as const, reason, count })),
  ].filter((row) => row.count > 0);
  if (rows.length === 0) return <Nothing>{t('task.skipped.none')}</Nothing>;
  return (
    <table>
      <thead>
        <tr>
          <th>{t('task.skipped.reason')}</th>
          <th>{t('task.skipped.kind')}</th>
          <th className="number">{t('task.skipped.count')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ kind, reason, count }) => (
          <tr key={`${kind}-${reason}`}>
            <td>{reasonWords(t, reason)} <code className="quiet">{reason}</code></td>
            <td>{t(`task.skipped.${kind}`)}</td>
            <td className="number">{format.count(count)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The backend's list of reasons may grow before this page's does. */
function reasonWords(t: TFunction, reason: string): string {
  const plain = reason.replaceAll('_', ' ');
  return t(`task.skipped.word.${reason}` as 'task.skipped.word.expired', { defaultValue: plain });
}

function TaskSettings({ details }: { details: TaskDetails }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { draft, summary } = details;
  const records = draft.class ? CLASSES[draft.class] : draft.limits.records_per_second;
  const limits = [
    draft.class ? t(`create.class.${draft.class}`) : records === null ? null : format.perSecond(format.count(records)),
    draft.limits.bytes_per_second === null ? null : format.perSecond(format.bytes(draft.limits.bytes_per_second)),
  ].filter((each) => each !== null);
  const stages = [draft.stages.full ? t('task.stage.full') : null, draft.stages.incremental ? t('task.stage.incremental') : null].filter((each) => each !== null);
  const rows: [string, ReactNode][] = [
    [t('create.source'), <Endpoint key="source" endpoint={draft.source} label={summary.source.label} />],
    [t('create.destination'), <Endpoint key="destination" endpoint={draft.destination} label={summary.destination.label} />],
    [t('task.settings.stages'), stages.join(' + ')],
    [t('task.settings.databases'), draft.databases ? draft.databases.map((n) => t('create.database', { n })).join(', ') : t('common.all')],
    [t('task.settings.conflict'), t(`create.conflict_${draft.conflict}`)],
    [t('task.settings.limits'), limits.length > 0 ? limits.join(' · ') : t('task.settings.unlimited')],
    [t('task.settings.retry'), t('task.figure.minutes', { n: format.count(draft.retry_minutes) })],
    [t('task.settings.history'), t(`task.settings.history_${draft.on_history_lost}`)],
    [t('task.settings.source_offset'), <code key="so">{summary.report.source_offset ?? t('common.unknown')}</code>],
    [t('task.settings.offset'), <code key="ao">{summary.report.applied_offset ?? t('common.unknown')}</code>],
    [t('task.settings.id'), <code key="id">{summary.id}</code>],
    [t('task.settings.created'), format.dateTime(summary.created_at)],
  ];
  return (
    <dl className="pairs task-settings">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Endpoint({ endpoint, label }: { endpoint: EndpointDraft; label: string }) {
  const { t } = useTranslation();
  return (
    <>
      {label} <EnvironmentTag environment={endpoint.environment} />{' '}
      <span className="quiet">{t('task.settings.account')}: {endpoint.account || t('task.settings.default_account')}</span>
    </>
  );
}
