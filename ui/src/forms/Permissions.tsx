import { Button, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Version } from '../backend/backend';
import { useBackend } from '../backend/context';
import { CopyableCommand } from '../shared/CopyableCommand';
import { useAsked } from '../shared/useAsked';

import type { FormSide } from './connection';

interface Props {
  /** Null is either. */
  side: FormSide | null;
  account: string;
  /** The server's, where it is known. */
  version: Version | null;
}

/** What the account needs on its side, and how its password is reset. */
export function Permissions({ side, account, version }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const user = account || 'migrator';
  const sides: FormSide[] = side === null ? ['source', 'destination'] : [side];
  return (
    <div className="field-hint permissions">
      <span>{t(`endpoint.needs.${side ?? 'either'}`)}</span>
      <Button type="link" size="small" className="inline-link" onClick={() => setOpen(true)}>{t('endpoint.permissions.link')}</Button>
      <Modal open={open} title={t('endpoint.permissions.title')} width={620} footer={null} onCancel={() => setOpen(false)} destroyOnHidden>
        <div className="stack">
          {sides.map((each) => (
            <section key={each} className="stack tight">
              <p>{t(`endpoint.permissions.${each}`)}</p>
              <Account side={each} user={user} version={version} />
            </section>
          ))}
          <p>{t('endpoint.permissions.default')}</p>
          <section className="stack tight">
            <p>{t('endpoint.permissions.reset')}</p>
            <CopyableCommand text={`ACL SETUSER ${account || 'default'} resetpass >NEW_PASSWORD`} />
            <CopyableCommand text="CONFIG SET requirepass NEW_PASSWORD" />
          </section>
          <p className="quiet">{t('endpoint.permissions.custom')}</p>
        </div>
      </Modal>
    </div>
  );
}

/** The line that makes an account which may do all that a task does there: what the precheck asks for. Each version takes its own. */
function Account({ side, user, version }: { side: FormSide; user: string; version: Version | null }) {
  const { t } = useTranslation();
  const backend = useBackend();
  const [all] = useAsked(() => backend.accountRules(side, version), `${side} ${version?.join('.')}`);
  if (all === null) return null;
  if (all.length === 0) return <p className="quiet">{t('endpoint.permissions.no_accounts')}</p>;
  return all.map(({ since, before, rules }) => (
    <div key={since.join('.')} className="stack tight">
      {all.length === 1 ? null : (
        <p className="quiet">
          {before === null ? t('endpoint.permissions.since', { since: since.join('.') }) : t('endpoint.permissions.between', { since: since.join('.'), before: before.join('.') })}
        </p>
      )}
      <CopyableCommand text={`ACL SETUSER ${user} on >PASSWORD ${rules}`} />
    </div>
  ));
}
