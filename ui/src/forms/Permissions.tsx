import { Button, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { CopyableCommand } from '../shared/CopyableCommand';

import type { FormSide } from './connection';

/** What makes an account that may do what each side needs; the connectivity test names what is missing to the letter. */
const RULES: Record<FormSide, string> = {
  source: '~* &* +@read +@connection +psync +replconf +info +time +config|get',
  destination: '~* &* +@read +@write +@connection +@transaction +@pubsub +@scripting +info +flushall +flushdb +restore +client|kill +client|list +config|get',
};

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
              <CopyableCommand text={`ACL SETUSER ${user} on >PASSWORD ${RULES[each]}`} />
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
