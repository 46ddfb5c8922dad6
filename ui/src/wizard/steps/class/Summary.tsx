import { Checkbox } from 'antd';
import { useTranslation } from 'react-i18next';

import { type FormSide, labelOf } from '../../../forms/connection';
import { EnvironmentTag } from '../../../forms/Environment';
import { testIds } from '../../../shared/testIds';
import { useSession } from '../../session';
import { countOf } from '../precheck/verdicts';

/** Everything that was chosen, once more. */
export function Summary() {
  const { t } = useTranslation();
  const { values, edit, precheck, tester } = useSession();
  const list = (numbers: number[]) => numbers.map((number) => `db${number}`).join(t('endpoint.list_separator'));
  const server = (side: FormSide) => {
    const found = tester.tests[side]?.report?.server;
    return (
      <span className="breakable">
        {labelOf(values[side].endpoint)} <EnvironmentTag environment={values[side].endpoint.environment} /> {found ? <span className="quiet">{`${found.product} ${found.version}`}</span> : null}
      </span>
    );
  };
  const mapped = Object.entries(values.map).filter(([from, to]) => from !== to);
  const ignored = countOf(precheck.items, 'ignored');
  const skipping = Object.keys(values.skipIn).map(Number);
  const stages = values.full && values.incremental ? 'both' : values.full ? 'full' : 'incremental';
  const rows: [string, React.ReactNode][] = [
    [t('wizard.source_database'), server('source')],
    [t('wizard.destination_database'), server('destination')],
    [t('objects.selected_objects'), values.databases === null ? t('summary.all_databases') : list(values.databases)],
    ...(mapped.length > 0 ? [[t('map.title'), mapped.map(([from, to]) => `db${from} → db${to}`).join(t('endpoint.list_separator'))] as [string, string]] : []),
    ...(values.include.length + values.exclude.length > 0 ? [[t('filters.title'), [...values.include.map((glob) => `+ ${glob}`), ...values.exclude.map((glob) => `− ${glob}`)].join('   ')] as [string, string]] : []),
    ...(skipping.length > 0 ? [[t('summary.commands'), t('summary.commands_left', { databases: list(skipping) })] as [string, string]] : []),
    [t('objects.stages'), t(`summary.stages.${stages}`)],
    [t('objects.conflict'), t(`objects.conflict_mode.${values.conflict}`)],
    [t('retry.title'), t('summary.minutes', { n: values.retry })],
    [t('alerting.title'), values.alerts.on ? t('summary.alerts', { n: values.alerts.threshold }) : t('endpoint.no')],
    [t('wizard.step.precheck'), ignored > 0 ? t('summary.ignored', { count: ignored }) : t('summary.passed')],
  ];
  return (
    <section className="card summary" aria-labelledby="summary-title" data-testid={testIds.summary}>
      <h3 id="summary-title">{t('summary.title')}</h3>
      <dl className="pairs">
        {rows.map(([name, text]) => (
          <div key={name} className="pair-row"><dt>{name}</dt><dd className="breakable">{text}</dd></div>
        ))}
      </dl>
      <Checkbox checked={values.keepAwake} aria-describedby="keep-awake-hint" data-testid={testIds.keepAwake} onChange={(event) => edit({ keepAwake: event.target.checked })}>
        {t('awake.title')}
      </Checkbox>
      <p id="keep-awake-hint" className="quiet keep-awake-hint">{t('awake.hint')}</p>
    </section>
  );
}
