import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

import { en } from './en';
import { zh } from './zh';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'page';
    resources: { page: typeof en };
  }
}

/** The languages of the page. */
export type Language = 'en' | 'zh';

/** What `Intl`, the component library and the document's `lang` call a language. */
export const LOCALES: Record<Language, string> = { en: 'en', zh: 'zh-CN' };

/** The language that the system asks for, of those there are. */
export function systemLanguage(wanted: readonly string[] = navigator.languages): Language {
  for (const tag of wanted) {
    const [language] = tag.toLowerCase().split('-');
    if (language === 'en' || language === 'zh') return language;
  }
  return 'en';
}

/** The page's words. */
export const i18n = i18next.createInstance();

void i18n.use(initReactI18next).init({
  lng: 'en',
  fallbackLng: 'en',
  defaultNS: 'page',
  resources: { en: { page: en }, zh: { page: zh } },
  initAsync: false,
  interpolation: { escapeValue: false },
});
