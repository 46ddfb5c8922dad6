import { Skeleton } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asCommandError } from '../backend/backend';
import { useBackend } from '../backend/context';
import type { CommandError, TaskDetails } from '../bindings';
import { Problem } from '../shared/Problem';

import { CreateForm } from './CreateForm';
import { Precheck } from './Precheck';
import { blankValues, type CreateValues, valuesOf } from './values';

interface Props {
  /** A task that was saved and has not run; null is a new one. */
  id: string | null;
  /** What was typed and not saved, for when the user comes back. */
  kept: CreateValues | null;
  onKeep: (values: CreateValues | null) => void;
}

/** From nothing to a started task: the form, then its precheck. */
export function CreateTask({ id, kept, onKeep }: Props) {
  const { t } = useTranslation();
  const backend = useBackend();
  const [details, setDetails] = useState<TaskDetails | null>(null);
  const [error, setError] = useState<CommandError | null>(null);

  useEffect(() => {
    if (id === null) return;
    let gone = false;
    backend.showTask(id).then(
      (next) => gone || setDetails(next),
      (reason: unknown) => gone || setError(asCommandError(reason)),
    );
    return () => { gone = true; };
  }, [backend, id]);

  if (error) return <Problem title={t('task.not_found')} message={error.message} remedy={error.remedy} code={error.code} />;
  if (id !== null && !details) return <Skeleton active paragraph={{ rows: 8 }} />;
  return <Steps id={id} details={details} kept={kept} onKeep={onKeep} />;
}

function Steps({ id, details, kept, onKeep }: Props & { details: TaskDetails | null }) {
  const [values, setValues] = useState(() => (details ? valuesOf(details) : (kept ?? blankValues(new Date()))));
  const [saved, setSaved] = useState(id);
  const [step, setStep] = useState<'form' | 'precheck'>(details?.precheck ? 'precheck' : 'form');
  // A result that is at hand is shown; only a change asks for another look.
  const [known, setKnown] = useState(details?.precheck ?? null);

  const change = (next: CreateValues) => {
    setValues(next);
    if (id === null) onKeep(next);
  };

  if (step === 'precheck' && saved !== null) {
    return (
      <Precheck
        id={saved}
        name={values.name}
        known={known}
        ignored={values.rest.ignored_checks}
        onIgnored={(ignored_checks) => change({ ...values, rest: { ...values.rest, ignored_checks } })}
        onBack={() => setStep('form')}
        onStarted={() => onKeep(null)}
      />
    );
  }
  return (
    <CreateForm
      id={saved}
      title={id === null ? null : values.name}
      values={values}
      onChange={change}
      onCancel={() => onKeep(null)}
      onSaved={(next) => {
        setSaved(next);
        setKnown(null);
        setStep('precheck');
      }}
    />
  );
}
