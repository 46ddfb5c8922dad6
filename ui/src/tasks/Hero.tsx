import { EyeOutlined, ImportOutlined, LockOutlined, PlusOutlined, ThunderboltOutlined, CheckCircleOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asCommandError } from '../backend/backend';
import { useBackend } from '../backend/context';
import type { AppInfo, CommandError } from '../bindings';
import { sayPhrase } from '../shared/phrases';
import { Problem } from '../shared/Problem';
import { go } from '../shared/route';
import { testIds } from '../shared/testIds';

/** The first thing anybody sees. */
export function Hero() {
  const { t } = useTranslation();
  const backend = useBackend();
  const [info, setInfo] = useState<AppInfo | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<CommandError | null>(null);

  useEffect(() => {
    let gone = false;
    backend.appInfo().then(
      (next) => gone || setInfo(next),
      (reason: unknown) => gone || setError(asCommandError(reason)),
    );
    return () => { gone = true; };
  }, [backend]);

  const demo = () => {
    setBusy(true);
    setError(null);
    backend.startDemo().then(
      (id) => go({ screen: 'task', id }),
      (reason: unknown) => {
        setError(asCommandError(reason));
        setBusy(false);
      },
    );
  };

  return (
    <div className="hero" data-testid={testIds.hero}>
      <Crossing />
      <h1>{t('hero.title')}</h1>
      <p className="hero-text">{t('hero.text')}</p>
      <div className="hero-choices">
        <div className="card">
          <Button
            type="primary"
            size="large"
            block
            icon={<ThunderboltOutlined />}
            loading={busy}
            disabled={info?.demo_available === false}
            data-testid={testIds.tryDemo}
            onClick={demo}
          >
            {busy ? t('hero.demo_busy') : t('hero.demo')}
          </Button>
          <p className="quiet">{info?.demo_available === false ? sayPhrase(t, info.demo_phrase, info.demo_problem) : t('hero.demo_text')}</p>
        </div>
        <div className="card">
          <Button size="large" block icon={<PlusOutlined />} data-testid={testIds.createTask} onClick={() => go({ screen: 'create', id: null })}>
            {t('tasks.create')}
          </Button>
          <p className="quiet">{t('hero.create_text')}</p>
        </div>
        <div className="card">
          <Button size="large" block icon={<ImportOutlined />} data-testid={testIds.importOpen} onClick={() => go({ screen: 'templates', importing: true })}>
            {t('hero.import')}
          </Button>
          <p className="quiet">{t('hero.import_text')}</p>
        </div>
      </div>
      {error ? <Problem title={t('hero.demo')} error={error} data-testid={testIds.actionError} /> : null}
      <ul className="hero-facts">
        <li><LockOutlined aria-hidden /> {t('hero.keychain')}</li>
        <li><EyeOutlined aria-hidden /> {t('hero.read_only')}</li>
        <li><CheckCircleOutlined aria-hidden /> {t('hero.versions')}</li>
      </ul>
    </div>
  );
}

/** Two servers, and the ferry on its way from one to the other. */
function Crossing() {
  return (
    <svg className="crossing" viewBox="0 0 320 96" width="320" height="96" aria-hidden>
      <g className="crossing-server">
        {[20, 40, 60].map((y) => <rect key={y} x="8" y={y - 6} width="52" height="16" rx="4" />)}
        {[20, 40, 60].map((y) => <rect key={y} x="260" y={y - 6} width="52" height="16" rx="4" />)}
      </g>
      <g className="crossing-lamp">
        {[20, 40, 60].map((y) => <circle key={y} cx="19" cy={y + 2} r="2.500" />)}
        {[20, 40, 60].map((y) => <circle key={y} cx="271" cy={y + 2} r="2.500" />)}
      </g>
      <g className="crossing-ferry">
        <path d="M165 22h9v10h-9zM145 32h38v10h-38zM124 45h76l-9 18h-58z" />
      </g>
      <path className="crossing-wave" d="M72 70c10 0 10-6 20-6s10 6 20 6 10-6 20-6 10 6 20 6 10-6 20-6 10 6 20 6 10-6 20-6 10 6 20 6 10-6 16-6" />
      <path className="crossing-wave second-wave" d="M92 82c10 0 10-6 20-6s10 6 20 6 10-6 20-6 10 6 20 6 10-6 20-6 10 6 20 6 10-6 16-6" />
    </svg>
  );
}
