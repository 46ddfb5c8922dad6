import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { EndpointDraft, TaskDetails, TaskDraft } from '../../bindings';
import { CLASSES } from '../../forms/budget';
import { EnvironmentTag } from '../../forms/Environment';
import { type Format, useFormat } from '../../shared/format';
import { testIds } from '../../shared/testIds';

import { sayLimits } from '../sayLimits';
import type { Asks } from '../useActions';

import { KeepAwake } from './KeepAwake';

type Row = [name: string, value: ReactNode];

interface Props {
  details: TaskDetails;
  onKeepAwake: Asks['setKeepAwake'];
  pending: boolean;
}

/** What the task was told to do, and what was confirmed. */
export function Configuration({ details, onKeepAwake, pending }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { summary, ignored, terms_accepted_at } = details;
  return (
    <>
      <dl className="pairs task-settings">
        {[...migration(details, t, format), ...manner(details, t, format)].map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <div>
          <dt>{t('task.settings.terms')}</dt>
          <dd>{terms_accepted_at ? format.dateTime(terms_accepted_at) : t('common.unknown')}</dd>
        </div>
        <div>
          <dt>{t('task.settings.created')}</dt>
          <dd>{format.dateTime(summary.created_at)}</dd>
        </div>
      </dl>
      <KeepAwake details={details} onChange={onKeepAwake} pending={pending} />
      <section className="ignored">
        <h3>{t('task.settings.ignored')}</h3>
        {ignored.length === 0 ? <p className="quiet">{t('task.settings.ignored_none')}</p> : (
          <ul>
            {ignored.map(({ id, at }) => (
              <li key={id} data-testid={testIds.ignoredCheck(id)}>
                {t(`phrases.item.${id}` as 'common.unknown', { defaultValue: id.replaceAll('_', ' ') })} <code className="quiet">{id}</code>{' '}
                <span className="quiet">{format.dateTime(at)}</span>
              </li>
            ))}
          </ul>
        )}
      </section>
    </>
  );
}

function migration({ draft, summary }: TaskDetails, t: TFunction, format: Format): Row[] {
  const none = t('common.unknown');
  const stages = [draft.stages.full ? t('task.stage.full') : null, draft.stages.incremental ? t('task.stage.incremental') : null].filter((each) => each !== null);
  const mapped = Object.entries(draft.map_databases).map(([from, to]) => t('task.databases.name', { from, to }));
  const globs = (list: string[]) => list.map((glob) => <code key={glob} className="glob">{glob}</code>);
  return [
    [t('side.source'), <Endpoint key="source" endpoint={draft.source} label={summary.source.label} />],
    [t('side.destination'), <Endpoint key="destination" endpoint={draft.destination} label={summary.destination.label} />],
    [t('task.settings.stages'), stages.join(' + ')],
    [t('task.settings.databases'), draft.databases ? draft.databases.map((n) => `db${n}`).join(' ') : t('common.all')],
    [t('task.settings.mapped'), mapped.length > 0 ? mapped.join(' · ') : none],
    [t('task.settings.conflict'), t(`task.settings.conflict_${draft.conflict}`)],
    [t('task.settings.include'), draft.include_keys.length > 0 ? globs(draft.include_keys) : t('common.all')],
    [t('task.settings.exclude'), draft.exclude_keys.length > 0 ? globs(draft.exclude_keys) : none],
    [t('task.settings.skip_commands'), <LeftOut key="skip" draft={draft} />],
    [t('task.settings.retry'), t('task.figure.minutes', { n: format.count(draft.retry_minutes) })],
  ];
}

function manner({ draft, input, summary, effective_retry }: TaskDetails, t: TFunction, format: Format): Row[] {
  const records = draft.class ? CLASSES[draft.class] : draft.limits.records_per_second;
  const limits = [draft.class, sayLimits({ ...draft.limits, records_per_second: records }, t, format)].filter(Boolean);
  const { alerts } = input;
  const lower = effective_retry.set_by && effective_retry.minutes < draft.retry_minutes;
  return [
    ...(lower
      ? [[t('task.settings.effective_retry'), t('task.settings.effective_by', { n: format.count(effective_retry.minutes), name: effective_retry.set_by?.task_name ?? '' })] satisfies Row]
      : []),
    [t('task.settings.limits'), limits.length > 0 ? limits.join(' · ') : t('task.settings.unlimited')],
    [
      t('alerts.title'),
      alerts === null ? t('alerts.no') : alerts.lag_seconds === null ? t('task.settings.alerts_failure') : t('task.settings.alerts_lag', { n: format.count(alerts.lag_seconds) }),
    ],
    [t('task.settings.history'), t(`task.settings.history_${draft.on_history_lost}`)],
    [t('task.settings.source_offset'), <code key="so">{summary.report.source_offset ?? t('common.unknown')}</code>],
    [t('task.settings.offset'), <code key="ao">{summary.report.applied_offset ?? t('common.unknown')}</code>],
    [t('task.settings.checkpoint'), <span key="at" data-testid={testIds.checkpointAt}>{summary.report.detail.checkpoint_at ? format.dateTime(summary.report.detail.checkpoint_at) : t('common.unknown')}</span>],
    [t('task.settings.id'), <code key="id">{summary.id}</code>],
  ];
}

/** Commands that are left out everywhere, then those of single databases. */
function LeftOut({ draft }: { draft: TaskDraft }) {
  const { t } = useTranslation();
  const lists: [string, string[]][] = [['', draft.skip_commands], ...Object.entries(draft.skip_commands_in).map(([number, names]): [string, string[]] => [`db${number}: `, names])];
  const shown = lists.filter(([, names]) => names.length > 0);
  if (shown.length === 0) return t('common.unknown');
  return shown.map(([where, names]) => <div key={where} className="breakable">{where}<code>{names.join(' ').toUpperCase()}</code></div>);
}

function Endpoint({ endpoint, label }: { endpoint: EndpointDraft; label: string }) {
  const { t } = useTranslation();
  return (
    <>
      {label} <EnvironmentTag environment={endpoint.environment} />{' '}
      <span className="quiet">{t('task.settings.account_of', { account: endpoint.account || t('task.settings.default_account') })}</span>
    </>
  );
}
