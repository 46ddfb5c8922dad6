import { App as AntApp, ConfigProvider } from 'antd';
import english from 'antd/locale/en_US';
import chinese from 'antd/locale/zh_CN';
import { useLayoutEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import type { Backend } from '../backend/backend';
import { BackendContext } from '../backend/context';
import { i18n, type Language, LOCALES, systemLanguage } from '../i18n';
import { KeychainProvider } from '../settings/KeychainContext';
import { SettingsProvider, useSettings } from '../settings/SettingsContext';
import { PaletteContext } from '../shared/palette';
import { TasksProvider } from '../tasks/TasksContext';

import { Shell } from './Shell';
import { paint, palettes, themeOf } from './theme';
import { useMedia } from './useMedia';

/** Styles made at run time carry the nonce of the one element that the document came with. */
const nonce = document.querySelector('style')?.nonce;

/** The component library's own words. */
const LIBRARY = { en: english, zh: chinese };

export function App({ backend }: { backend: Backend }) {
  return (
    <BackendContext value={backend}>
      <SettingsProvider>
        <Themed />
      </SettingsProvider>
    </BackendContext>
  );
}

function Themed() {
  const { settings } = useSettings();
  const systemDark = useMedia('(prefers-color-scheme: dark)');
  const still = useMedia('(prefers-reduced-motion: reduce)');
  const mode = settings.theme === 'system' ? (systemDark ? 'dark' : 'light') : settings.theme;
  const theme = useMemo(() => themeOf(mode, still), [mode, still]);
  useLayoutEffect(() => paint(mode), [mode]);
  const wanted = settings.language === 'system' ? systemLanguage() : settings.language;
  useLayoutEffect(() => void i18n.changeLanguage(wanted), [wanted]);
  const language = useTranslation().i18n.language as Language;
  useLayoutEffect(() => {
    document.documentElement.lang = LOCALES[language];
  }, [language]);
  return (
    <ConfigProvider theme={theme} locale={LIBRARY[language]} {...(nonce ? { csp: { nonce } } : {})} button={{ autoInsertSpace: false }} wave={{ disabled: true }}>
      <PaletteContext value={palettes[mode]}>
        <AntApp className="root" component="div">
          <KeychainProvider>
            <TasksProvider>
              <Shell />
            </TasksProvider>
          </KeychainProvider>
        </AntApp>
      </PaletteContext>
    </ConfigProvider>
  );
}
