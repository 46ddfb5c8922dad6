import type { ReactNode } from 'react';

import { testIds } from './testIds';

interface Props {
  /** The control's id; its error gets `<id>-error`. */
  id: string;
  label: string;
  error?: string | undefined;
  hint?: ReactNode;
  className?: string;
  children: ReactNode;
}

/** What the control of a field with an error must carry. */
export function errorProps(id: string, error: string | undefined): object {
  return error ? { 'aria-invalid': true, 'aria-describedby': `${id}-error`, status: 'error' } : {};
}

/** A label above a control, and what is wrong with it below. */
export function FormField({ id, label, error, hint, className, children }: Props) {
  return (
    <div className={`field ${className ?? ''}`}>
      <label htmlFor={id}>{label}</label>
      {children}
      {error ? (
        <div className="field-error" id={`${id}-error`} data-testid={testIds.fieldError(id)}>
          {error}
        </div>
      ) : hint ? (
        <div className="field-hint">{hint}</div>
      ) : null}
    </div>
  );
}
