import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import { sayPhrase } from '../shared/phrases';
import { testIds } from '../shared/testIds';

import { useKeychain } from './KeychainContext';

/** Says plainly that passwords cannot be kept; nothing where they can. */
export function KeychainNotice() {
  const { t } = useTranslation();
  const { status, busy, again } = useKeychain();
  if (!status || status.state === 'available') return null;
  return (
    <div className="note is-attention" data-testid={testIds.keychainBanner}>
      <span>
        <strong>{t(`keychain.${status.state}`)}</strong> {t('keychain.session')}
        {status.reason ? <span className="block quiet breakable">{sayPhrase(t, status.phrase, status.reason)}</span> : null}
      </span>
      <Button size="small" loading={busy} data-testid={testIds.keychainAgain} onClick={again}>{t('common.retry')}</Button>
    </div>
  );
}
