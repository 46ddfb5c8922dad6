import { Button, Skeleton } from 'antd';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asCommandError } from '../backend/backend';
import { useBackend } from '../backend/context';
import type { CommandError, TaskDetails, TaskState } from '../bindings';
import { Problem } from '../shared/Problem';
import { href, replace } from '../shared/route';

import { SessionView } from './SessionView';
import { STEP_IDS, type StepId } from './session';

interface Props {
  /** A task that has not started; null is a new one. */
  id: string | null;
  /** Left out where the draft itself says it. */
  step: StepId | undefined;
}

/** States in which a task can still be set up. */
const OPEN: TaskState[] = ['not_configured', 'not_started', 'prechecking', 'precheck_failed', 'precheck_passed'];

/** From nothing to a started task, in four steps. */
export function Wizard({ id, step }: Props) {
  // A draft that was just made goes on as it is, though its address is another one now.
  const [fresh, setFresh] = useState<{ key: number; made: string | null }>({ key: 0, made: null });
  if (id === null && fresh.made !== null) setFresh({ key: fresh.key + 1, made: null });
  const isFresh = id === null || id === fresh.made;
  const made = useCallback((next: string) => {
    setFresh((before) => ({ ...before, made: next }));
    replace({ screen: 'create', id: next, step: 'source' });
  }, []);
  return <Opening key={isFresh ? `new-${fresh.key}` : id} id={isFresh ? null : id} step={step} onMade={made} />;
}

function Opening({ id, step, onMade }: Props & { onMade: (id: string) => void }) {
  const { t } = useTranslation();
  const backend = useBackend();
  const [opened, setOpened] = useState<{ details: TaskDetails | null; name: string } | null>(null);
  const [error, setError] = useState<CommandError | null>(null);
  const [tries, setTries] = useState(0);

  useEffect(() => {
    let gone = false;
    const wanted = id === null ? backend.suggestTaskName(-new Date().getTimezoneOffset()).then((name) => ({ details: null, name })) : backend.showTask(id).then((details) => ({ details, name: details.summary.name }));
    wanted.then(
      (next) => gone || setOpened(next),
      (reason: unknown) => gone || setError(asCommandError(reason)),
    );
    return () => {
      gone = true;
    };
  }, [backend, id, tries]);

  if (error) {
    const again = () => {
      setError(null);
      setTries(tries + 1);
    };
    return (
      <Problem
        title={t('wizard.cannot_open')}
        error={error}
        action={<Button onClick={again}>{t('common.retry')}</Button>}
      />
    );
  }
  if (!opened) return <div aria-busy="true"><Skeleton active title={{ width: 180 }} paragraph={{ rows: 9 }} /></div>;
  const { details } = opened;
  if (details && !OPEN.includes(details.summary.report.state)) {
    const to = { screen: 'task' as const, id: details.summary.id };
    return (
      <div className="card wizard-over">
        <p>{t('wizard.has_started', { name: details.summary.name })}</p>
        <Button type="primary" href={href(to)}>{t('wizard.open_task')}</Button>
      </div>
    );
  }
  return <SessionView details={details} name={opened.name} step={step ?? STEP_IDS[(details?.input.step ?? 1) - 1] ?? 'source'} onMade={onMade} />;
}
