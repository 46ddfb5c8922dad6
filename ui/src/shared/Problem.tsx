import { ExclamationCircleOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';

interface Props {
  title: string;
  message: string;
  remedy?: string | null;
  code?: string;
  action?: ReactNode;
  'data-testid'?: string;
}

/** Something that did not work, said where it happened; it stays until it is over. */
export function Problem({ title, message, remedy, code, action, ...rest }: Props) {
  return (
    <div className="problem" role="alert" {...rest}>
      <ExclamationCircleOutlined className="problem-icon" aria-hidden />
      <div className="problem-text">
        <strong>{title}</strong>
        <p>{message}</p>
        {remedy ? <p>{remedy}</p> : null}
        {code ? <code className="quiet">{code}</code> : null}
      </div>
      {action}
    </div>
  );
}
