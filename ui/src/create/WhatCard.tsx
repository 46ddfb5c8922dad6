import { Checkbox, Radio } from 'antd';
import { useTranslation } from 'react-i18next';

import type { ConflictPolicy } from '../bindings';
import { useFormat } from '../shared/format';
import { testIds } from '../shared/testIds';

import type { Edit, Errors } from './CreateForm';
import type { CreateValues } from './values';

const POLICIES: ConflictPolicy[] = ['report', 'keep', 'overwrite'];

interface Props {
  values: CreateValues;
  errors: Errors;
  onEdit: Edit;
  /** Databases of the source and their keys, once it was tested. */
  keys: [number, number][] | null;
  count: number | null;
}

/** Stages, databases, and what happens to keys that are there already. */
export function WhatCard({ values, errors, onEdit, keys, count }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const known = new Map(keys ?? []);
  // What is chosen stays in sight, also where a later test does not name it.
  const choices = [...new Set([...known.keys(), ...values.chosen])].sort((a, b) => a - b);
  const problem = (field: string) => (errors[field] ? <div className="field-error" data-testid={testIds.fieldError(field)}>{errors[field]}</div> : null);

  return (
    <section className="card what">
      <h2 className="sr-only">{t('create.what')}</h2>
      <fieldset id="stages" tabIndex={-1}>
        <legend>{t('create.stages')}</legend>
        <Checkbox checked={values.full} data-testid={testIds.stageFull} onChange={(event) => onEdit({ ...values, full: event.target.checked }, 'stages')}>
          {t('create.full')} <span className="quiet">{t('create.full_text')}</span>
        </Checkbox>
        <Checkbox checked={values.incremental} data-testid={testIds.stageIncremental} onChange={(event) => onEdit({ ...values, incremental: event.target.checked }, 'stages')}>
          {t('create.incremental')} <span className="quiet">{t('create.incremental_text')}</span>
        </Checkbox>
        {problem('stages')}
      </fieldset>
      <fieldset id="databases" tabIndex={-1}>
        <legend>{t('create.databases')}</legend>
        <Radio.Group value={values.allDatabases} onChange={(event) => onEdit({ ...values, allDatabases: event.target.value as boolean }, 'databases', 'map_databases')}>
          <Radio value={true} data-testid={testIds.databasesAll}>{t('create.databases_all')}</Radio>
          <Radio value={false} data-testid={testIds.databasesChosen}>{t('create.databases_chosen')}</Radio>
        </Radio.Group>
        {values.allDatabases ? null : choices.length > 0 ? (
          <div className="databases">
            {choices.map((n) => (
              <Checkbox
                key={n}
                checked={values.chosen.includes(n)}
                data-testid={testIds.database(n)}
                onChange={(event) =>
                  onEdit({ ...values, chosen: event.target.checked ? [...values.chosen, n].sort((a, b) => a - b) : values.chosen.filter((each) => each !== n) }, 'databases', 'map_databases')
                }
              >
                {known.has(n) ? t('create.database_keys', { n, keys: format.count(known.get(n)) }) : t('create.database', { n })}
              </Checkbox>
            ))}
          </div>
        ) : (
          <p className="quiet">{keys === null ? t('create.databases_hint') : t('create.databases_empty', { count: count ?? 16 })}</p>
        )}
        {problem('databases')}
        {problem('map_databases')}
      </fieldset>
      <fieldset id="conflict" tabIndex={-1}>
        <legend>{t('create.conflict')}</legend>
        <Radio.Group className="stacked" value={values.conflict} onChange={(event) => onEdit({ ...values, conflict: event.target.value as ConflictPolicy }, 'conflict')}>
          {POLICIES.map((policy) => (
            <Radio key={policy} value={policy} data-testid={testIds.conflict(policy)}>
              {t(`create.conflict_${policy}`)}
              <span className="quiet block">{t(`create.conflict_${policy}_text`)}</span>
            </Radio>
          ))}
        </Radio.Group>
        {problem('conflict')}
      </fieldset>
    </section>
  );
}
