import { Checkbox, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { labelOf } from '../../forms/connection';
import { EnvironmentSelect } from '../../forms/EndpointFields';
import { ENVIRONMENTS } from '../../forms/Environment';
import { testIds } from '../../shared/testIds';

import type { Row, useImport } from './useImport';

/** What was found, and what becomes of it. */
export function FoundList({ work }: { work: ReturnType<typeof useImport> }) {
  const { t } = useTranslation();
  const { rows, picked, saving } = work;
  const possible = rows.filter(({ barred }) => barred.length === 0).length;
  return (
    <>
      <div className="import-bar">
        <Checkbox
          checked={picked.length > 0 && picked.length === possible}
          indeterminate={picked.length > 0 && picked.length < possible}
          disabled={possible === 0 || saving !== null}
          data-testid={testIds.importPickAll}
          onChange={(event) => work.pickAll(event.target.checked)}
        >
          {t('templates.import.picked', { count: rows.length, picked: picked.length })}
        </Checkbox>
        <span className="spring" />
        {possible > 1 ? (
          <Select<string | null>
            value={null}
            placeholder={t('templates.import.environment_all')}
            aria-label={t('templates.import.environment_all')}
            popupMatchSelectWidth={false}
            disabled={saving !== null}
            data-testid={testIds.importEnvironment('all')}
            options={ENVIRONMENTS.map((value) => ({ value, label: t(`environment.${value}`) }))}
            onChange={(environment) => environment && work.setEnvironment('all', environment)}
          />
        ) : null}
      </div>
      <div className="import-list" role="region" aria-label={t('templates.import.list')} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th><span className="sr-only">{t('templates.import.pick')}</span></th>
              <th>{t('templates.column.name')}</th>
              <th>{t('templates.column.address')}</th>
              <th>{t('templates.column.password')}</th>
              <th>{t('environment.label')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, at) => <FoundRow key={at} at={at} row={row} work={work} />)}
          </tbody>
        </table>
      </div>
      <p className="quiet">{t('templates.import.keychain')}</p>
    </>
  );
}

function FoundRow({ at, row, work }: { at: number; row: Row; work: ReturnType<typeof useImport> }) {
  const { t } = useTranslation();
  const usable = row.barred.length === 0;
  const busy = work.saving !== null;
  return (
    <tr className={usable ? undefined : 'is-barred'} data-testid={testIds.importRow(at)}>
      <td>
        <Checkbox
          aria-label={t('templates.import.pick_of', { name: row.template })}
          checked={row.picked}
          disabled={!usable || busy}
          data-testid={testIds.importPick(at)}
          onChange={(event) => work.pick(at, event.target.checked)}
        />
      </td>
      <td className="breakable">
        <strong>{row.template}</strong>
        {row.template === row.name ? null : <div className="quiet">{t('templates.import.renamed', { name: row.name })}</div>}
      </td>
      <td className="breakable">
        {labelOf(row.endpoint)}
        {row.endpoint.account === '' ? null : <div className="quiet">{t('templates.import.account', { account: row.endpoint.account })}</div>}
        {row.barred.map((why) => <div key={why} className="import-barred">{t(`templates.import.barred.${why}`)}</div>)}
        {row.notes.map((note) => <div key={note} className="quiet">{t(`templates.import.note.${note}`)}</div>)}
      </td>
      <td className="nowrap">{t(row.password === null ? 'templates.import.without_password' : 'templates.import.with_password')}</td>
      <td>
        {usable ? (
          <EnvironmentSelect
            label={t('templates.import.environment_of', { name: row.template })}
            testId={testIds.importEnvironment(at)}
            value={row.environment}
            onChange={(environment) => work.setEnvironment(at, environment)}
          />
        ) : null}
      </td>
    </tr>
  );
}
