import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';

import { focusOnOpen, identify } from './identify';
import { testIds } from './testIds';

export interface Question {
  title: string;
  body: string;
  ok: string;
  /** Red, for what cannot be undone. */
  danger: boolean;
  onOk: () => void;
}

/** Asks before something that matters. Cancel has the focus. */
export function ConfirmDialog({ question, onClose }: { question: Question | null; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      open={question !== null}
      title={question?.title}
      okText={question?.ok}
      cancelText={t('common.cancel')}
      okButtonProps={{ danger: question?.danger ?? false, ...identify(testIds.confirmOk) }}
      cancelButtonProps={{ autoFocus: true, ...identify(testIds.confirmCancel) }}
      afterOpenChange={focusOnOpen(testIds.confirmCancel)}
      closable={false}
      centered
      destroyOnHidden
      width={460}
      onCancel={onClose}
      onOk={() => {
        question?.onOk();
        onClose();
      }}
    >
      <p>{question?.body}</p>
    </Modal>
  );
}
