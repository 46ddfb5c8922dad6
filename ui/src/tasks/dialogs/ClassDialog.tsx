import { Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { InstanceClass } from '../../bindings';
import { CLASS_NAMES, CLASSES } from '../../forms/budget';
import { Dialog } from '../../shared/Dialog';
import { useFormat } from '../../shared/format';
import { testIds } from '../../shared/testIds';

interface Props {
  current: InstanceClass | null;
  onOk: (cls: InstanceClass | null) => void;
  onClose: () => void;
}

/** Another budget for a task, at once where it runs. */
export function ClassDialog({ current, onOk, onClose }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const [chosen, setChosen] = useState<InstanceClass>(current ?? 'unlimited');
  return (
    <Dialog
      title={t('class.title')}
      ok={t('common.apply')}
      onOk={() => {
        onOk(chosen === 'unlimited' ? null : chosen);
        onClose();
      }}
      onClose={onClose}
    >
      <p>{t('class.text')}</p>
      <Radio.Group
        className="classes"
        aria-label={t('class.title')}
        value={chosen}
        onChange={(event) => setChosen(event.target.value as InstanceClass)}
        options={CLASS_NAMES.map((name) => ({
          value: name,
          label: (
            <span data-testid={testIds.classChoice(name)}>
              {name === 'unlimited' ? t('class.unlimited') : <>{name} <span className="quiet">{t('class.records', { n: format.count(CLASSES[name]) })}</span></>}
            </span>
          ),
        }))}
      />
    </Dialog>
  );
}
