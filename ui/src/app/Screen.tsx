import { lazy, Suspense } from 'react';

import type { Route } from '../shared/route';
import { TaskList } from '../tasks/TaskList';

// The list is what the window opens with; the rest comes when it is asked for.
const TaskPage = lazy(() => import('../tasks/TaskPage').then((module) => ({ default: module.TaskPage })));
const Wizard = lazy(() => import('../wizard/Wizard').then((module) => ({ default: module.Wizard })));
const TemplatesPage = lazy(() => import('../templates/TemplatesPage').then((module) => ({ default: module.TemplatesPage })));
const SettingsPage = lazy(() => import('../settings/SettingsPage').then((module) => ({ default: module.SettingsPage })));

/** What is beside the side bar. */
export function Screen({ route }: { route: Route }) {
  return <Suspense>{screenOf(route)}</Suspense>;
}

function screenOf(route: Route) {
  switch (route.screen) {
    case 'tasks':
      return <TaskList />;
    case 'task':
      return <TaskPage key={route.id} id={route.id} />;
    case 'create':
      return <Wizard id={route.id} step={route.step} />;
    case 'templates':
      return <TemplatesPage importing={route.importing ?? false} />;
    case 'settings':
      return <SettingsPage />;
  }
}
