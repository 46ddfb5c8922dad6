import { SettingOutlined, SwapOutlined } from '@ant-design/icons';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { CreateTask } from '../create/CreateTask';
import type { CreateValues } from '../create/values';
import { SettingsPage } from '../settings/SettingsPage';
import { ThemeSwitch } from '../settings/ThemeSwitch';
import { href, parseRoute, type Route, useHash } from '../shared/route';
import { testIds } from '../shared/testIds';
import { TaskList } from '../tasks/TaskList';
import { TaskPage } from '../tasks/TaskPage';
import { useTasks } from '../tasks/TasksContext';

import { Mark } from './Mark';

/** The side bar and the screen beside it. */
export function Shell() {
  const { t } = useTranslation();
  const hash = useHash();
  const route = parseRoute(hash);
  const { tasks } = useTasks();
  const main = useRef<HTMLElement>(null);
  // What was typed on the *Create Task* page outlives a look at another screen.
  const [kept, setKept] = useState<CreateValues | null>(null);

  useEffect(() => {
    main.current?.scrollTo(0, 0);
  }, [hash]);

  return (
    <div className="shell">
      <aside className="side">
        <div className="brand"><Mark /> <span>{t('app.name')}</span></div>
        <nav aria-label={t('app.navigation')}>
          <NavItem to={{ screen: 'tasks' }} current={route.screen !== 'settings'} icon={<SwapOutlined aria-hidden />} testId={testIds.navTasks} count={tasks?.length}>
            {t('nav.tasks')}
          </NavItem>
          <NavItem to={{ screen: 'settings' }} current={route.screen === 'settings'} icon={<SettingOutlined aria-hidden />} testId={testIds.navSettings}>
            {t('nav.settings')}
          </NavItem>
        </nav>
        <footer><ThemeSwitch name="theme-side" words={false} /></footer>
      </aside>
      <main ref={main} tabIndex={-1}>
        <div className="content"><Screen route={route} kept={kept} onKeep={setKept} /></div>
      </main>
    </div>
  );
}

function Screen({ route, kept, onKeep }: { route: Route; kept: CreateValues | null; onKeep: (values: CreateValues | null) => void }) {
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

interface NavItemProps {
  to: Route;
  current: boolean;
  icon: ReactNode;
  testId: string;
  count?: number | undefined;
  children: ReactNode;
}

function NavItem({ to, current, icon, testId, count, children }: NavItemProps) {
  return (
    <a href={href(to)} className={current ? 'nav-item is-current' : 'nav-item'} aria-current={current ? 'page' : undefined} data-testid={testId}>
      {icon}
      <span>{children}</span>
      {count ? <span className="nav-count">{count}</span> : null}
    </a>
  );
}
