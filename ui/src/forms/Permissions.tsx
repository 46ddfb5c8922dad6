import { Button, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useBackend } from '../backend/context';
import { CopyableCommand } from '../shared/CopyableCommand';
import { useAsked } from '../shared/useAsked';

import type { FormSide } from './connection';

/** What the account needs on its side, and how its password is reset. */
export function Permissions({ side, account }: { side: FormSide | null; account: string }) {
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
              <Account side={each} user={user} />
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

/** The line that makes an account which may do all that a task does there: what the precheck asks for. */
function Account({ side, user }: { side: FormSide; user: string }) {
  const backend = useBackend();
  const [rules] = useAsked(() => backend.accountRules(side));
  return rules === null ? null : <CopyableCommand text={`ACL SETUSER ${user} on >PASSWORD ${rules}`} />;
}
