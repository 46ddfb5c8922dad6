import { CopyOutlined, QuestionCircleOutlined, SettingOutlined, SwapOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { LanguageSwitch } from '../settings/LanguageSwitch';
import { ThemeSwitch } from '../settings/ThemeSwitch';
import { href, type Route } from '../shared/route';
import { testIds } from '../shared/testIds';
import { useTasks } from '../tasks/TasksContext';

import { Mark } from './Mark';

interface Props {
  screen: Route['screen'];
  onHelp: () => void;
}

/** Where one can go; help, language and appearance at its foot. */
export function Sidebar({ screen, onHelp }: Props) {
  const { t } = useTranslation();
  const { tasks } = useTasks();
  return (
    <aside className="side">
      <div className="brand"><Mark /> <span>{t('app.name')}</span></div>
      <nav aria-label={t('app.navigation')}>
        <NavItem to={{ screen: 'tasks' }} current={screen === 'tasks' || screen === 'task' || screen === 'create'} icon={<SwapOutlined aria-hidden />} testId={testIds.navTasks} count={tasks?.length}>
          {t('nav.tasks')}
        </NavItem>
        <NavItem to={{ screen: 'templates' }} current={screen === 'templates'} icon={<CopyOutlined aria-hidden />} testId={testIds.navTemplates}>
          {t('nav.templates')}
        </NavItem>
        <NavItem to={{ screen: 'settings' }} current={screen === 'settings'} icon={<SettingOutlined aria-hidden />} testId={testIds.navSettings}>
          {t('nav.settings')}
        </NavItem>
      </nav>
      <footer>
        <button type="button" className="nav-item" title={t('keys.title')} data-testid={testIds.navHelp} onClick={onHelp}>
          <QuestionCircleOutlined aria-hidden />
          <span className="nav-text">{t('nav.help')}</span>
          <kbd className="nav-count" aria-hidden>F1</kbd>
        </button>
        <div className="switches">
          <LanguageSwitch />
          <ThemeSwitch name="theme-side" words={false} />
        </div>
      </footer>
    </aside>
  );
}

interface NavItemProps {
  to: Route;
  current: boolean;
  icon: ReactNode;
  testId: string;
  count?: number | undefined;
  children: string;
}

function NavItem({ to, current, icon, testId, count, children }: NavItemProps) {
  return (
    <a href={href(to)} className={current ? 'nav-item is-current' : 'nav-item'} title={children} aria-current={current ? 'page' : undefined} data-testid={testId}>
      {icon}
      <span className="nav-text">{children}</span>
      {count ? <span className="nav-count">{count}</span> : null}
    </a>
  );
}
