import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';

import { LOCALES, type Language } from '../i18n';
import { testIds } from '../shared/testIds';

import { useSettings } from './SettingsContext';

/** Each language named in itself, so that it is found by those who read no other. */
export function LanguageSwitch() {
  const { t, i18n } = useTranslation();
  const { change } = useSettings();
  const option = (value: Language, short: string, name: string) => ({
    value,
    title: name,
    label: <span lang={LOCALES[value]} data-testid={testIds.language(value)}>{short}</span>,
  });
  return (
    <Segmented
      name="language-side"
      size="small"
      aria-label={t('settings.language')}
      value={i18n.language as Language}
      options={[
        option('en', t('settings.english_short'), t('settings.english')),
        option('zh', t('settings.chinese_short'), t('settings.chinese')),
      ]}
      onChange={(language) => change({ language })}
    />
  );
}
