import { Button, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { PLACES } from '../../../forms/connection';
import { testIds } from '../../../shared/testIds';

/** Prerequisites, and what can be migrated to what, one click away. */
export function Supported() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const places = (
    <ul className="bullets">
      {PLACES.map((place) => <li key={place}>{t(`endpoint.place.${place}`)}{place === 'cloud' ? t('supported.coming') : ''}</li>)}
    </ul>
  );
  return (
    <>
      <Button type="link" className="flat-link" data-testid={testIds.supported} onClick={() => setOpen(true)}>{t('supported.link')}</Button>
      <Modal open={open} title={t('supported.title')} width={720} footer={null} onCancel={() => setOpen(false)}>
        <div className="stack">
          <section className="stack tight">
            <h3>{t('supported.prerequisites')}</h3>
            <ul className="bullets">
              <li>{t('supported.memory')}</li>
              <li>{t('supported.versions')}</li>
              <li>{t('supported.order')}</li>
              <li>{t('supported.accounts')}</li>
            </ul>
          </section>
          <div className="pair even">
            <section className="stack tight"><h3>{t('wizard.source_database')}</h3>{places}</section>
            <section className="stack tight"><h3>{t('wizard.destination_database')}</h3>{places}</section>
          </div>
          <section className="stack tight">
            <h3>{t('supported.types')}</h3>
            <p><strong>{t('objects.full')}</strong> · {t('supported.full')}</p>
            <p><strong>{t('objects.incremental')}</strong> · {t('supported.incremental')}</p>
          </section>
        </div>
      </Modal>
    </>
  );
}
