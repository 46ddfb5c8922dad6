import { PlusOutlined } from '@ant-design/icons';
import { Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { useFormat } from '../shared/format';
import { ListSkeleton } from '../shared/ListSkeleton';
import { go } from '../shared/route';
import { SearchField } from '../shared/SearchField';
import { testIds } from '../shared/testIds';

import { Attention } from './Attention';
import { ENVIRONMENTS, type Filter, type Group, GROUPS, isNarrowed, matches, NO_FILTER, sharedNames } from './filter';
import { Hero } from './Hero';
import { StoreProblem } from './StoreProblem';
import { TaskRow } from './TaskRow';
import { useTasks } from './TasksContext';
import { UnreadableTasks } from './UnreadableTasks';

export function TaskList() {
  const { t } = useTranslation();
  const format = useFormat();
  const { tasks, error, history, filter, setFilter, retry } = useTasks();

  if (tasks?.length === 0) return <><UnreadableTasks onRetry={retry} /><Hero /></>;
  const shown = tasks?.filter((task) => matches(task, filter)) ?? [];
  const shared = sharedNames(tasks ?? []);
  const rate = tasks?.reduce((sum, task) => sum + (task.report.detail.records_per_second ?? 0), 0) ?? 0;

  return (
    <>
      <header className="page-head">
        <h1>{t('tasks.title')}</h1>
        {tasks ? (
          <span className="quiet list-total">
            {t('tasks.count', { count: tasks.length })} · {t('tasks.rate', { rate: format.compact(rate) })}
          </span>
        ) : null}
        <span className="spring" />
        {tasks ? <Filters filter={filter} onChange={setFilter} /> : null}
        <Button type="primary" icon={<PlusOutlined />} data-testid={testIds.createTask} onClick={() => go({ screen: 'create', id: null })}>
          {t('tasks.create')}
        </Button>
      </header>
      {error ? (
        <StoreProblem title={t('tasks.error')} error={error} testId={testIds.tasksError} onRetry={retry} />
      ) : (
        <UnreadableTasks onRetry={retry} />
      )}
      {tasks ? (
        <>
          <Attention tasks={tasks} onShowAll={() => setFilter({ ...NO_FILTER, group: 'attention' })} />
          <div className="card table-card" role="region" aria-label={t('tasks.title')} tabIndex={0}>
            <table className="tasks">
              <thead>
                <tr>
                  <th className="column-task">{t('tasks.column.task')}</th>
                  <th className="column-route">{t('tasks.column.route')}</th>
                  <th className="column-state">{t('tasks.column.state')}</th>
                  <th className="column-full">{t('tasks.column.full')}</th>
                  <th className="number column-lag">{t('tasks.column.lag')}</th>
                  <th className="column-rate">{t('tasks.column.rate')}</th>
                  <th className="number cell-updated">{t('tasks.column.updated')}</th>
                  <th className="column-actions"><span className="sr-only">{t('tasks.column.actions')}</span></th>
                </tr>
              </thead>
              <tbody>
                {shown.map((task) => <TaskRow key={task.id} task={task} history={history.get(task.id) ?? []} shared={shared.has(task.name)} />)}
              </tbody>
            </table>
            {shown.length === 0 ? (
              <p className="nothing" role="status">
                {filter.query.trim() ? t('tasks.no_match', { query: filter.query.trim() }) : t('tasks.none_shown')}{' '}
                {isNarrowed(filter) ? <Button type="link" onClick={() => setFilter(NO_FILTER)}>{t('tasks.clear_search')}</Button> : null}
              </p>
            ) : null}
          </div>
        </>
      ) : error ? null : (
        <ListSkeleton label={t('tasks.loading')} />
      )}
    </>
  );
}

/** What the list is narrowed to. */
function Filters({ filter, onChange }: { filter: Filter; onChange: (filter: Filter) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <SearchField
        label={t('tasks.search')}
        placeholder={t('tasks.search_hint')}
        value={filter.query}
        testId={testIds.search}
        onChange={(query) => onChange({ ...filter, query })}
      />
      <Select<(typeof ENVIRONMENTS)[number] | 'all'>
        className="filter"
        popupMatchSelectWidth={false}
        aria-label={t('tasks.environment_filter')}
        value={filter.environment ?? 'all'}
        data-testid={testIds.environmentFilter}
        options={[
          { value: 'all', label: t('tasks.all_environments') },
          ...ENVIRONMENTS.map((value) => ({ value, label: t(`environment.${value}`) })),
        ]}
        onChange={(value) => onChange({ ...filter, environment: value === 'all' ? null : value })}
      />
      <Select<Group | 'all'>
        className="filter"
        popupMatchSelectWidth={false}
        aria-label={t('tasks.state_filter')}
        value={filter.group ?? 'all'}
        data-testid={testIds.stateFilter}
        options={[
          { value: 'all', label: t('tasks.all_states') },
          ...GROUPS.map((value) => ({ value, label: t(`tasks.group.${value}`) })),
        ]}
        onChange={(value) => onChange({ ...filter, group: value === 'all' ? null : value })}
      />
    </>
  );
}
