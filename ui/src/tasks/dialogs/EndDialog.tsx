import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useBackend } from '../../backend/context';
import type { TaskSummary } from '../../bindings';
import { CopyableCommand } from '../../shared/CopyableCommand';
import { Dialog } from '../../shared/Dialog';
import { useFormat } from '../../shared/format';
import { testIds } from '../../shared/testIds';
import { TypedName } from '../../shared/TypedName';

interface Props {
  kind: 'stop' | 'release' | 'delete' | 'switch_over';
  task: TaskSummary;
  /** What the button does. */
  onOk: () => void;
  onClose: () => void;
}

/** Before what cannot be undone: what it means, and what a switch to the destination needs. */
export function EndDialog({ kind, task, onOk, onClose }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const destination = task.destination.label;
  // What was written to production is not left behind by a slip of the hand.
  const wantsName = kind !== 'delete' && task.destination.environment === 'production' && (task.report.keys_done ?? 0) > 0;
  return (
    <Dialog
      title={t(`confirm.${kind}.title`, { name: task.name })}
      ok={t(`confirm.${kind}.ok`)}
      danger
      okDisabled={wantsName && typed.trim() !== destination}
      width={kind === 'delete' ? 460 : 560}
      onOk={() => {
        onOk();
        onClose();
      }}
      onClose={onClose}
    >
      <p>{t(`confirm.${kind}.body`, { destination })}</p>
      {kind === 'switch_over' ? <Steps task={task} /> : null}
      {kind === 'delete' ? null : <BeforeSwitching task={task} />}
      {wantsName ? <TypedName id="end-name" name={destination} value={typed} onChange={setTyped} /> : null}
    </Dialog>
  );
}

function Steps({ task }: { task: TaskSummary }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { report } = task;
  return (
    <ol className="steps-list">
      <li>{t('confirm.switch_over.pause_writes', { source: task.source.label })}</li>
      <li>
        {t('confirm.switch_over.wait')}{' '}
        <strong className={report.lag_bytes === 0 ? 'tone-text-good' : ''} data-testid={testIds.switchLag}>
          {t('confirm.switch_over.lag', { time: format.duration(report.lag_ms), bytes: format.bytes(report.lag_bytes) })}
        </strong>
      </li>
      <li>{t('confirm.switch_over.stop')}</li>
      <li>{t('confirm.switch_over.point', { destination: task.destination.label })}</li>
    </ol>
  );
}

/** Why a task must not be resumed after the switch, and the other way to make sure of it. */
function BeforeSwitching({ task }: { task: TaskSummary }) {
  const { t } = useTranslation();
  const backend = useBackend();
  const [command, setCommand] = useState<string | null>(null);
  useEffect(() => {
    let gone = false;
    // Without an account there is no such command: then there is nothing to offer.
    backend.revokeCommand(task.id).then((line) => gone || setCommand(line), () => undefined);
    return () => { gone = true; };
  }, [backend, task.id]);
  return (
    <div className="before-switching">
      <p>{t('confirm.before_switching')}</p>
      {command ? (
        <>
          <p>{t('confirm.revoke', { destination: task.destination.label })}</p>
          <CopyableCommand text={command} />
        </>
      ) : null}
    </div>
  );
}
