import { type ButtonProps, Modal } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { testIds } from './testIds';

const identify = (testId: string): ButtonProps => ({ 'data-testid': testId });

interface Props {
  title: string;
  /** The word on the button that does it; without one the dialog only shows. */
  ok?: string;
  okDisabled?: boolean;
  /** Red, for what cannot be undone; *Cancel* has the focus then. */
  danger?: boolean;
  busy?: boolean;
  /** The word on the other button. */
  cancel?: string;
  width?: number;
  onOk?: () => void;
  onClose: () => void;
  children: ReactNode;
  'data-testid'?: string;
}

/** A question or a small form over the screen; Escape closes it and gives the focus back. */
export function Dialog({ title, ok, okDisabled, danger, busy, cancel, width, onOk, onClose, children, ...rest }: Props) {
  const { t } = useTranslation();
  return (
    <Modal
      open
      title={title}
      okText={ok}
      cancelText={cancel ?? t(ok === undefined ? 'common.close' : 'common.cancel')}
      confirmLoading={busy ?? false}
      okButtonProps={{ danger: danger ?? false, disabled: okDisabled ?? false, ...identify(testIds.confirmOk), ...(ok === undefined ? { style: { display: 'none' } } : {}) }}
      cancelButtonProps={{ autoFocus: danger === true, ...identify(testIds.confirmCancel) }}
      closable={false}
      centered
      destroyOnHidden
      // What was entered is not lost to a click beside it.
      mask={{ closable: ok === undefined }}
      width={width ?? 460}
      onCancel={onClose}
      {...(onOk ? { onOk } : {})}
      {...rest}
    >
      <div className="dialog">{children}</div>
    </Modal>
  );
}
