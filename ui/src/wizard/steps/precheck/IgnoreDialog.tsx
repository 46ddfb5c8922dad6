import { Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ItemReport } from '../../../bindings';
import { labelOf } from '../../../forms/connection';
import { focusOnOpen, identify } from '../../../shared/identify';
import { testIds } from '../../../shared/testIds';
import { TypedName } from '../../../shared/TypedName';
import type { Opening } from '../../../shared/useOpening';
import { useSession } from '../../session';
import { usePhrases } from '../../usePhrases';

/** Asks before an item is ignored; where data may be lost, the destination's name must be typed. */
export function IgnoreDialog({ opening, onClose }: { opening: Opening<ItemReport> | null; onClose: () => void }) {
  return opening === null ? null : <Dialog key={opening.number} item={opening.about} onClose={onClose} />;
}

function Dialog({ item, onClose }: { item: ItemReport; onClose: () => void }) {
  const { t } = useTranslation();
  const { texts } = usePhrases();
  const { values, precheck } = useSession();
  const [open, setOpen] = useState(true);
  const [typed, setTyped] = useState('');
  const name = labelOf(values.destination.endpoint);
  const mustType = item.ignore === 'type_name';
  const said = texts(item);
  const may = !mustType || typed.trim() === name;
  const ignore = () => {
    if (!may) return;
    setOpen(false);
    void precheck.ignore(item.id, mustType ? typed.trim() : null);
  };
  return (
    <Modal
      open={open}
      title={t('precheck.ignore_title', { item: said.title })}
      okText={t('precheck.ignore_ok')}
      cancelText={t('common.cancel')}
      okButtonProps={{ danger: true, disabled: !may, ...identify(testIds.confirmOk) }}
      cancelButtonProps={{ autoFocus: true, ...identify(testIds.confirmCancel) }}
      afterOpenChange={focusOnOpen(testIds.confirmCancel)}
      closable={false}
      centered
      width={480}
      onCancel={() => setOpen(false)}
      onOk={ignore}
      afterClose={onClose}
    >
      <div className="stack">
        <p className="breakable">{said.found}</p>
        {said.risk ? <p>{said.risk}</p> : null}
        <p className="quiet">{t('precheck.ignore_recorded')}</p>
        {mustType ? <TypedName id="ignore-name" name={name} value={typed} onChange={setTyped} onEnter={ignore} /> : null}
      </div>
    </Modal>
  );
}
