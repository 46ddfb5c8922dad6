import {
  BgColorsOutlined, CopyOutlined, GlobalOutlined, ImportOutlined, PlusOutlined, QuestionCircleOutlined, SettingOutlined, SwapOutlined,
} from '@ant-design/icons';
import { type ComponentType, useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { useSettings } from '../settings/SettingsContext';
import { MODIFIER } from '../shared/keys';
import { go } from '../shared/route';
import { neverRan } from '../tasks/life';
import { useTasks } from '../tasks/TasksContext';

export interface Command {
  id: string;
  group: 'go' | 'do' | 'task';
  icon: ComponentType<{ 'aria-hidden'?: boolean }>;
  name: string;
  detail?: string;
  keys?: string;
  /** What is searched: in lower case. */
  text: string;
  run: () => void;
}

/** What the palette offers: places, things to do, and every task. */
export function useCommands(onHelp: () => void): Command[] {
  const { t } = useTranslation();
  const { change } = useSettings();
  const { tasks } = useTasks();
  return useMemo(() => {
    const plain: Omit<Command, 'text'>[] = [
      { id: 'create', group: 'do', icon: PlusOutlined, name: t('command.create'), keys: `${MODIFIER} N`, run: () => go({ screen: 'create', id: null }) },
      { id: 'import', group: 'do', icon: ImportOutlined, name: t('command.import'), run: () => go({ screen: 'templates', importing: true }) },
      { id: 'tasks', group: 'go', icon: SwapOutlined, name: t('command.tasks'), run: () => go({ screen: 'tasks' }) },
      { id: 'templates', group: 'go', icon: CopyOutlined, name: t('command.templates'), run: () => go({ screen: 'templates' }) },
      { id: 'settings', group: 'go', icon: SettingOutlined, name: t('command.settings'), keys: `${MODIFIER} ,`, run: () => go({ screen: 'settings' }) },
      { id: 'help', group: 'do', icon: QuestionCircleOutlined, name: t('command.help'), keys: 'F1', run: onHelp },
      ...(['light', 'dark', 'system'] as const).map((theme) => ({
        id: `theme-${theme}`, group: 'do' as const, icon: BgColorsOutlined, name: t(`command.theme_${theme}`), run: () => change({ theme }),
      })),
      ...(['en', 'zh'] as const).map((language) => ({
        id: `language-${language}`, group: 'do' as const, icon: GlobalOutlined, name: t(`command.language_${language}`), run: () => change({ language }),
      })),
      ...(tasks ?? []).map((task) => ({
        id: `task-${task.id}`, group: 'task' as const, icon: SwapOutlined, name: task.name, detail: `${task.source.label} → ${task.destination.label}`,
        run: () => go({ screen: neverRan(task.report.state) ? 'create' : 'task', id: task.id }),
      })),
    ];
    return plain.map((command) => ({ ...command, text: `${command.name} ${command.detail ?? ''} ${command.id}`.toLowerCase() }));
  }, [t, change, tasks, onHelp]);
}
