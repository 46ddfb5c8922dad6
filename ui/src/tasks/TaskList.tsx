import { PlusOutlined, SearchOutlined } from '@ant-design/icons';
import { Button, Input, type InputRef } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { Trans, useTranslation } from 'react-i18next';

import type { TaskSummary } from '../bindings';
import { useFormat } from '../shared/format';
import { Pill } from '../shared/Pill';
import { Problem } from '../shared/Problem';
import { go } from '../shared/route';
import { testIds } from '../shared/testIds';
import { useNow } from '../shared/useNow';

import { Hero } from './Hero';
import { ListSkeleton } from './ListSkeleton';
import { needsAttention } from './life';
import { TaskRow } from './TaskRow';
import { useTasks } from './TasksContext';

export function TaskList() {
  const { t } = useTranslation();
  const format = useFormat();
  const { tasks, error, history, retry } = useTasks();
  const [query, setQuery] = useState('');
  const search = useRef<InputRef>(null);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key === 'f' && search.current) {
        event.preventDefault();
        search.current.focus({ cursor: 'all' });
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  if (tasks?.length === 0) return <Hero />;
  const shown = tasks?.filter((task) => matches(task, query)) ?? [];
  const rate = tasks?.reduce((sum, task) => sum + (task.report.detail.records_per_second ?? 0), 0) ?? 0;

  return (
    <>
      <header className="page-head">
        <h1>{t('tasks.title')}</h1>
        {tasks ? (
          <span className="quiet">
            {t('tasks.count', { count: tasks.length })} · {t('tasks.rate', { rate: format.compact(rate) })}
          </span>
        ) : null}
        <span className="spring" />
        {tasks ? (
          <Input
            ref={search}
            className="search"
            allowClear
            prefix={<SearchOutlined aria-hidden />}
            aria-label={t('tasks.search')}
            placeholder={t('tasks.search_hint')}
            value={query}
            data-testid={testIds.search}
            onChange={(event) => setQuery(event.target.value)}
          />
        ) : null}
        <Button type="primary" icon={<PlusOutlined />} data-testid={testIds.createTask} onClick={() => go({ screen: 'create', id: null })}>
          {t('tasks.create')}
        </Button>
      </header>
      {error ? (
        <Problem
          title={t('tasks.error')}
          message={error.message}
          remedy={error.remedy}
          code={error.code}
          data-testid={testIds.tasksError}
          action={<Button data-testid={testIds.tasksRetry} onClick={retry}>{t('common.retry')}</Button>}
        />
      ) : null}
      {tasks ? (
        <>
          <Attention tasks={tasks} />
          <div className="card table-card">
            <table className="tasks">
              <thead>
                <tr>
                  <th>{t('tasks.column.task')}</th>
                  <th>{t('tasks.column.route')}</th>
                  <th>{t('tasks.column.state')}</th>
                  <th>{t('tasks.column.full')}</th>
                  <th className="number">{t('tasks.column.lag')}</th>
                  <th>{t('tasks.column.rate')}</th>
                  <th className="number cell-updated">{t('tasks.column.updated')}</th>
                  <th><span className="sr-only">{t('tasks.column.actions')}</span></th>
                </tr>
              </thead>
              <tbody>
                {shown.map((task) => <TaskRow key={task.id} task={task} history={history.get(task.id) ?? []} />)}
              </tbody>
            </table>
            {shown.length === 0 ? (
              <p className="nothing">
                {t('tasks.no_match', { query })} <Button type="link" onClick={() => setQuery('')}>{t('tasks.clear_search')}</Button>
              </p>
            ) : null}
          </div>
        </>
      ) : error ? null : (
        <ListSkeleton />
      )}
    </>
  );
}

function matches(task: TaskSummary, query: string): boolean {
  const words = query.trim().toLowerCase();
  return [task.name, task.id, task.source.label, task.destination.label].some((text) => text.toLowerCase().includes(words));
}

/** The task that most needs a person, and how many there are. */
function Attention({ tasks }: { tasks: TaskSummary[] }) {
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
            side: t(`side.${task.report.error?.side ?? 'source'}`).toLowerCase(),
            left: until ? format.duration(Date.parse(until) - now) : t('common.unknown'),
            message: task.report.error?.message ?? t('common.unknown'),
          }}
          components={{ b: <strong /> }}
        />
      </span>
      <Button data-testid={testIds.attentionOpen} onClick={() => go({ screen: 'task', id: task.id })}>{t('common.open')}</Button>
    </div>
  );
}
