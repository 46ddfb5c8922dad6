import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { testIds } from '../shared/testIds';

import { type StepId, useSession } from './session';

interface Props {
  /** The step before; null at the first. */
  back: StepId | null;
  primary: string;
  busy: boolean;
  /** Why the primary action cannot be taken; null where it can. */
  blocked: ReactNode;
  note?: ReactNode;
  /** Beside the primary action, while it can be taken back. */
  secondary?: ReactNode;
  primaryTestId: string;
  onPrimary: () => void;
  children: ReactNode;
}

/** A step with its one primary action at the lower right. */
export function StepFrame({ back, primary, busy, blocked, note, secondary, primaryTestId, onPrimary, children }: Props) {
  const { t } = useTranslation();
  const { go, errors } = useSession();
  const wrong = Object.keys(errors).length;
  const stopped = blocked !== null && blocked !== undefined;
  return (
    <form
      className="step"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy && !stopped) onPrimary();
      }}
    >
      {children}
      <footer className="step-foot">
        {back === null ? null : <Button data-testid={testIds.back} onClick={() => go(back)}>{t('common.back')}</Button>}
        <span className="quiet step-note">{note}</span>
        <span className="spring" />
        <span className="step-why" role="status" id="step-why" data-testid={testIds.blocked}>
          {wrong > 0 ? <span className="tone-text-bad">{t('wizard.mistakes', { count: wrong })}</span> : stopped ? <span className="quiet">{blocked}</span> : null}
        </span>
        {secondary}
        <Button type="primary" htmlType="submit" loading={busy} disabled={stopped} aria-describedby="step-why" data-testid={primaryTestId}>{primary}</Button>
      </footer>
    </form>
  );
}
