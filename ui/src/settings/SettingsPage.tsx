import { CheckCircleOutlined, ExclamationCircleOutlined } from '@ant-design/icons';
import { Button, Select, Switch } from 'antd';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asCommandError } from '../backend/backend';
import { useBackend } from '../backend/context';
import type { AppInfo, CommandError } from '../bindings';
import { setSingleKeys, useSingleKeys } from '../shared/keys';
import { sayPhrase } from '../shared/phrases';
import { Problem } from '../shared/Problem';
import { testIds } from '../shared/testIds';

import { useKeychain } from './KeychainContext';
import { useSettings } from './SettingsContext';
import { ThemeSwitch } from './ThemeSwitch';

export function SettingsPage() {
  const { t } = useTranslation();
  const { error } = useSettings();
  return (
    <div className="settings">
      <header className="page-head"><h1>{t('settings.title')}</h1></header>
      {error ? <Problem title={t('settings.failed')} error={error} data-testid={testIds.settingsError} /> : null}
      <Looks />
      <Manners />
      <About />
    </div>
  );
}

function Looks() {
  const { t } = useTranslation();
  const { settings, change } = useSettings();
  const single = useSingleKeys();
  return (
    <section className="card" aria-label={t('settings.looks')}>
      <Row name={t('settings.appearance')} text={t('settings.theme_text')}>
        <ThemeSwitch name="theme-settings" words />
      </Row>
      <Row name={t('settings.language')} text={t('settings.language_text')}>
        <Select
          className="setting-choice"
          aria-label={t('settings.language')}
          data-testid={testIds.languageSetting}
          value={settings.language}
          options={[
            { value: 'system', label: t('theme.system') },
            { value: 'en', label: t('settings.english') },
            { value: 'zh', label: t('settings.chinese') },
          ]}
          onChange={(language) => change({ language })}
        />
      </Row>
      <Row name={t('settings.single_keys')} text={t('settings.single_keys_text')}>
        <Switch aria-label={t('settings.single_keys')} checked={single} data-testid={testIds.singleKeys} onChange={setSingleKeys} />
      </Row>
    </section>
  );
}

/** How the application behaves on this desktop. */
function Manners() {
  const { t } = useTranslation();
  const { settings, change } = useSettings();
  const toggle = (name: 'resume_on_start' | 'autostart' | 'notifications', testId: string) => (
    <Row name={t(`settings.${name}`)} text={t(`settings.${name}_text`)}>
      <Switch
        aria-label={t(`settings.${name}`)}
        checked={settings[name]}
        data-testid={testId}
        onChange={(on) => change({ [name]: on })}
      />
    </Row>
  );
  return (
    <section className="card" aria-label={t('settings.manners')}>
      {toggle('resume_on_start', testIds.resumeOnStart)}
      {toggle('autostart', testIds.autostart)}
      {toggle('notifications', testIds.notifications)}
      <Row name={t('settings.close')} text={t('settings.close_text')}>
        <Select
          className="setting-choice"
          popupMatchSelectWidth={false}
          aria-label={t('settings.close')}
          data-testid={testIds.closeSetting}
          value={settings.close}
          options={(['ask', 'tray', 'quit'] as const).map((value) => ({ value, label: t(`settings.close_${value}`) }))}
          onChange={(close) => change({ close })}
        />
      </Row>
    </section>
  );
}

function About() {
  const { t } = useTranslation();
  const backend = useBackend();
  const keychain = useKeychain();
  const [info, setInfo] = useState<AppInfo | null>(null);
  const [unread, setUnread] = useState<CommandError | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let gone = false;
    backend.appInfo().then(
      (next) => gone || setInfo(next),
      (reason: unknown) => gone || setUnread(asCommandError(reason)),
    );
    return () => { gone = true; };
  }, [backend, attempt]);
  const again = () => {
    setUnread(null);
    setAttempt((n) => n + 1);
  };
  if (unread) {
    return <Problem title={t('settings.load_failed')} error={unread} action={<Button onClick={again}>{t('common.retry')}</Button>} />;
  }
  if (!info) return null;
  const { status } = keychain;
  return (
    <section className="card" aria-label={t('settings.about')}>
      <Row
        name={t('settings.keychain')}
        text={
          status === null ? null : (
            <span data-testid={testIds.keychain} data-state={status.state}>
              {status.state === 'available' ? <CheckCircleOutlined className="tone-text-good" aria-hidden /> : <ExclamationCircleOutlined className="tone-text-attention" aria-hidden />}{' '}
              {status.state === 'available' ? t('settings.keychain_ok') : <>{t(`keychain.${status.state}`)} {t('keychain.session')}</>}
              {status.reason ? <span className="block breakable">{sayPhrase(t, status.phrase, status.reason)}</span> : null}
            </span>
          )
        }
      >
        {status?.state === 'available' ? null : <Button size="small" loading={keychain.busy} onClick={keychain.again}>{t('common.retry')}</Button>}
      </Row>
      <Row
        name={t('settings.storage')}
        text={<>{t('settings.storage_text')}<br /><code className="breakable" data-testid={testIds.stateFolder}>{info.state_dir}</code></>}
      />
      <Row name={t('settings.version')} text={<code data-testid={testIds.version}>{info.version}</code>} />
    </section>
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
