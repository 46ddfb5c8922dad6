import { CheckOutlined } from '@ant-design/icons';
import type { Ref } from 'react';
import { useTranslation } from 'react-i18next';

import { testIds } from '../shared/testIds';

import type { StepId } from './session';
import { STEPS } from './steps';

interface Props {
  at: number;
  furthest: number;
  heading: Ref<HTMLHeadingElement>;
  onGo: (step: StepId) => void;
}

/** Where the user is; the title of that step is the page's second heading and takes the focus. */
export function Stepper({ at, furthest, heading, onGo }: Props) {
  const { t } = useTranslation();
  return (
    <nav aria-label={t('wizard.steps')}>
      <ol className="stepper">
        {STEPS.map(({ id }, i) => {
          const done = i < at;
          const mark = <span className="step-mark" aria-hidden>{done ? <CheckOutlined /> : i + 1}</span>;
          const title = t(`wizard.step.${id}`);
          return (
            <li key={id} className={i === at ? 'is-current' : done ? 'is-done' : ''} aria-current={i === at ? 'step' : undefined}>
              {i === at ? (
                <h2 ref={heading} tabIndex={-1} className="step-title" data-testid={testIds.stepHeading}>{mark}<span>{title}</span></h2>
              ) : i <= furthest ? (
                <button type="button" className="step-title" data-testid={testIds.step(id)} onClick={() => onGo(id)}>{mark}<span>{title}</span></button>
              ) : (
                <span className="step-title">{mark}<span>{title}</span></span>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
