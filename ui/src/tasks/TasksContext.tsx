import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useState } from 'react';

import { asCommandError } from '../backend/backend';
import { useBackend } from '../backend/context';
import type { CommandError, TaskSummary } from '../bindings';

import { type Filter, NO_FILTER } from './filter';
import { type History, remember } from './history';

export interface Tasks {
  /** Null until the first list came. */
  tasks: TaskSummary[] | null;
  error: CommandError | null;
  /** Of each task, lately. */
  history: ReadonlyMap<string, History>;
  /** Outlives a look at another screen. */
  filter: Filter;
  setFilter: (filter: Filter) => void;
  retry: () => void;
}

const TasksContext = createContext<Tasks | null>(null);

export function useTasks(): Tasks {
  const tasks = use(TasksContext);
  if (!tasks) throw new Error('TasksProvider is missing');
  return tasks;
}

/** One subscription to the list, for as long as the page lives. */
export function TasksProvider({ children }: { children: ReactNode }) {
  const backend = useBackend();
  const [attempt, setAttempt] = useState(0);
  const [tasks, setTasks] = useState<TaskSummary[] | null>(null);
  const [error, setError] = useState<CommandError | null>(null);
  const [history, setHistory] = useState<ReadonlyMap<string, History>>(new Map());
  const [filter, setFilter] = useState(NO_FILTER);

  useEffect(() => {
    const subscription = backend.subscribeTasks((next) => {
      setTasks(next);
      setError(null);
      setHistory((before) => new Map(next.map((task) => [task.id, remember(before.get(task.id), task.report)])));
    });
    subscription.ready.catch((reason: unknown) => setError(asCommandError(reason)));
    return () => subscription.end();
  }, [backend, attempt]);

  const retry = useCallback(() => {
    setError(null);
    setAttempt((n) => n + 1);
  }, []);
  const value = useMemo(() => ({ tasks, error, history, filter, setFilter, retry }), [tasks, error, history, filter, retry]);
  return <TasksContext value={value}>{children}</TasksContext>;
}
