import { DesktopOutlined, MoonOutlined, SunOutlined } from '@ant-design/icons';
import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';

import type { ThemeChoice } from '../bindings';
import { testIds } from '../shared/testIds';

import { useSettings } from './SettingsContext';

const ICONS = { system: DesktopOutlined, light: SunOutlined, dark: MoonOutlined };
const CHOICES: ThemeChoice[] = ['system', 'light', 'dark'];

export function ThemeSwitch({ name, words }: { name: string; words: boolean }) {
  const { t } = useTranslation();
  const { settings, change } = useSettings();
  return (
    <Segmented
      name={name}
      aria-label={t('theme.label')}
      {...(words ? {} : { 'data-testid': testIds.themeSwitch, size: 'small' as const })}
      value={settings.theme}
      options={CHOICES.map((choice) => {
        const Icon = ICONS[choice];
        return {
          value: choice,
          title: t(`theme.${choice}`),
          label: (
            <span className="theme-choice" {...(words ? {} : { 'data-testid': testIds.theme(choice) })}>
              <Icon aria-hidden />
              <span className={words ? '' : 'sr-only'}>{t(`theme.${choice}`)}</span>
            </span>
          ),
        };
      })}
      onChange={(theme) => change({ theme })}
    />
  );
}
