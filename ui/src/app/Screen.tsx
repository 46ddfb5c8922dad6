import { lazy, Suspense, useState } from 'react';

import type { CreateValues } from '../create/values';
import type { Route } from '../shared/route';
import { TaskList } from '../tasks/TaskList';

// The list is what the window opens with; the rest comes when it is asked for.
const TaskPage = lazy(() => import('../tasks/TaskPage').then((module) => ({ default: module.TaskPage })));
const CreateTask = lazy(() => import('../create/CreateTask').then((module) => ({ default: module.CreateTask })));
const SettingsPage = lazy(() => import('../settings/SettingsPage').then((module) => ({ default: module.SettingsPage })));

/** What is beside the side bar. */
export function Screen({ route }: { route: Route }) {
  // What was typed on the *Create Task* page outlives a look at another screen.
  const [kept, setKept] = useState<CreateValues | null>(null);
  return <Suspense>{screenOf(route, kept, setKept)}</Suspense>;
}

function screenOf(route: Route, kept: CreateValues | null, onKeep: (values: CreateValues | null) => void) {
  switch (route.screen) {
    case 'tasks':
      return <TaskList />;
    case 'task':
      return <TaskPage key={route.id} id={route.id} />;
    case 'create':
      return <CreateTask key={route.id ?? 'new'} id={route.id} kept={kept} onKeep={onKeep} />;
    case 'settings':
      return <SettingsPage />;
  }
}
