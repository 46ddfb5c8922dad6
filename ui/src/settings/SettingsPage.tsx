import { CheckCircleOutlined, ExclamationCircleOutlined } from '@ant-design/icons';
import { Select, Switch } from 'antd';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asCommandError } from '../backend/backend';
import { useBackend } from '../backend/context';
import type { AppInfo, CommandError } from '../bindings';
import { Problem } from '../shared/Problem';
import { testIds } from '../shared/testIds';

import { useSettings } from './SettingsContext';
import { ThemeSwitch } from './ThemeSwitch';

export function SettingsPage() {
  const { t } = useTranslation();
  const backend = useBackend();
  const { settings, error, change } = useSettings();
  const [info, setInfo] = useState<AppInfo | null>(null);
  const [unread, setUnread] = useState<CommandError | null>(null);

  useEffect(() => {
    let gone = false;
    backend.appInfo().then(
      (next) => gone || setInfo(next),
      (reason: unknown) => gone || setUnread(asCommandError(reason)),
    );
    return () => { gone = true; };
  }, [backend]);

  return (
    <div className="settings">
      <header className="page-head"><h1>{t('settings.title')}</h1></header>
      {unread ? <Problem title={t('settings.load_failed')} message={unread.message} remedy={unread.remedy} code={unread.code} /> : null}
      {error ? <Problem title={t('settings.failed')} message={error.message} remedy={error.remedy} code={error.code} /> : null}
      <div className="card">
        <Row name={t('settings.appearance')} text={t('settings.theme_text')}>
          <ThemeSwitch name="theme-settings" words />
        </Row>
        <Row name={t('settings.language')} text={t('settings.language_text')}>
          <Select
            className="language"
            aria-label={t('settings.language')}
            value={settings.language}
            options={[
              { value: 'system', label: t('theme.system') },
              { value: 'en', label: t('settings.english') },
              { value: 'zh', label: t('settings.chinese') },
            ]}
            onChange={(language) => change({ language })}
          />
        </Row>
        <Row name={t('settings.resume')} text={t('settings.resume_text')}>
          <Switch
            aria-label={t('settings.resume')}
            checked={settings.resume_on_start}
            data-testid={testIds.resumeOnStart}
            onChange={(resume_on_start) => change({ resume_on_start })}
          />
        </Row>
      </div>
      {info ? (
        <div className="card">
          <Row
            name={t('settings.keychain')}
            text={
              <span data-testid={testIds.keychain} className={info.keychain.available ? '' : 'tone-text-attention'}>
                {info.keychain.available ? <CheckCircleOutlined className="tone-text-good" aria-hidden /> : <ExclamationCircleOutlined aria-hidden />}{' '}
                {info.keychain.available ? t('settings.keychain_ok') : t('settings.keychain_missing', { reason: info.keychain.reason })}
              </span>
            }
          />
          <Row
            name={t('settings.storage')}
            text={<>{t('settings.storage_text')}<br /><code className="breakable" data-testid={testIds.stateFolder}>{info.state_dir}</code></>}
          />
          <Row name={t('settings.version')} text={<code data-testid={testIds.version}>{info.version}</code>} />
        </div>
      ) : null}
    </div>
  );
}

function Row({ name, text, children }: { name: string; text: ReactNode; children?: ReactNode }) {
  return (
    <div className="setting">
      <div>
        <strong>{name}</strong>
        <div className="quiet">{text}</div>
      </div>
      {children}
    </div>
  );
}
