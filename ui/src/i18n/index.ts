import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

import { en } from './en';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'page';
    resources: { page: typeof en };
  }
}

/** The page's words. English is the only language there is yet. */
export const i18n = i18next.createInstance();

void i18n.use(initReactI18next).init({
  lng: 'en',
  fallbackLng: 'en',
  defaultNS: 'page',
  resources: { en: { page: en } },
  initAsync: false,
  interpolation: { escapeValue: false },
});
