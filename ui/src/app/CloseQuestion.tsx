import { Button, Checkbox, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asCommandError } from '../backend/backend';
import { useBackend } from '../backend/context';
import type { CloseChoice, CommandError } from '../bindings';
import { Problem } from '../shared/Problem';
import { testIds } from '../shared/testIds';

interface Props {
  running: number;
  /** Whether there is a tray to stay in. */
  tray: boolean;
  onAnswered: () => void;
}

/** What closing the window is to mean while tasks run. */
export function CloseQuestion({ running, tray, onAnswered }: Props) {
  const { t } = useTranslation();
  const backend = useBackend();
  const [remember, setRemember] = useState(false);
  const [busy, setBusy] = useState<CloseChoice | null>(null);
  const [error, setError] = useState<CommandError | null>(null);
  const answer = (choice: CloseChoice) => {
    setBusy(choice);
    setError(null);
    backend.answerClose(choice, remember && choice !== 'cancel').then(onAnswered, (reason: unknown) => {
      setError(asCommandError(reason));
      setBusy(null);
    });
  };
  const button = (choice: CloseChoice, words: string, primary = false) => (
    <Button
      key={choice}
      type={primary ? 'primary' : 'default'}
      autoFocus={primary}
      loading={busy === choice}
      disabled={busy !== null}
      data-testid={testIds.closeAnswer(choice)}
      onClick={() => answer(choice)}
    >
      {words}
    </Button>
  );
  return (
    <Modal
      open
      centered
      closable={false}
      width={500}
      title={t('closing.title', { count: running })}
      onCancel={() => answer('cancel')}
      footer={
        <div className="close-answers">
          {button('cancel', t('common.cancel'), !tray)}
          <span className="spring" />
          {button('quit', t('closing.quit'))}
          {tray ? button('tray', t('closing.tray'), true) : null}
        </div>
      }
    >
      <div className="dialog">
        <p>{t(tray ? 'closing.text_tray' : 'closing.text')}</p>
        <Checkbox checked={remember} data-testid={testIds.closeRemember} onChange={(event) => setRemember(event.target.checked)}>{t('closing.remember')}</Checkbox>
        {error ? <Problem title={t('closing.failed')} error={error} /> : null}
      </div>
    </Modal>
  );
}
