import { Radio } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asCommandError } from '../../backend/backend';
import { useBackend } from '../../backend/context';
import type { CommandError, InstanceClass, TaskDraft } from '../../bindings';
import { CLASS_NAMES, CLASSES, classOf } from '../../forms/budget';
import { Dialog } from '../../shared/Dialog';
import { useFormat } from '../../shared/format';
import { Problem } from '../../shared/Problem';
import { testIds } from '../../shared/testIds';

import { sayLimits } from '../sayLimits';

interface Props {
  id: string;
  onOk: (cls: InstanceClass | null) => void;
  onClose: () => void;
}

/** Another budget for a task, at once where it runs. Limits of the user's own are none of the choices: they are told. */
export function ClassDialog({ id, onOk, onClose }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const backend = useBackend();
  const [draft, setDraft] = useState<TaskDraft | null>(null);
  const [picked, setPicked] = useState<InstanceClass | null>(null);
  const [error, setError] = useState<CommandError | null>(null);
  useEffect(() => {
    let gone = false;
    backend.showTask(id).then(
      (details) => gone || setDraft(details.draft),
      (reason: unknown) => gone || setError(asCommandError(reason)),
    );
    return () => { gone = true; };
  }, [backend, id]);

  const current = draft && classOf(draft);
  const chosen = picked ?? current;
  return (
    <Dialog
      title={t('class.title')}
      ok={t('common.apply')}
      okDisabled={chosen === null}
      onOk={() => {
        onOk(chosen === 'unlimited' ? null : chosen);
        onClose();
      }}
      onClose={onClose}
    >
      {error ? <Problem title={t('class.failed')} error={error} /> : null}
      <p>{t('class.text')}</p>
      {draft && current === null ? <p data-testid={testIds.classCustom}>{t('class.custom', { limits: sayLimits(draft.limits, t, format) })}</p> : null}
      <Radio.Group
        className="classes"
        aria-label={t('class.title')}
        value={chosen}
        disabled={draft === null}
        onChange={(event) => setPicked(event.target.value as InstanceClass)}
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
