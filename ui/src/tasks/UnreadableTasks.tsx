import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useBackend } from '../backend/context';
import type { CommandError } from '../bindings';
import { testIds } from '../shared/testIds';

import { StoreProblem } from './StoreProblem';

/** What the list lacks, where a task cannot be read. */
export function UnreadableTasks({ onRetry }: { onRetry: () => void }) {
  const { t } = useTranslation();
  const backend = useBackend();
  const [attempt, setAttempt] = useState(0);
  const [errors, setErrors] = useState<CommandError[]>([]);
  useEffect(() => {
    let gone = false;
    // Where the list itself cannot be read, that is said in its place.
    backend.unreadableTasks().then((next) => gone || setErrors(next), () => undefined);
    return () => { gone = true; };
  }, [backend, attempt]);
  const [first] = errors;
  if (!first) return null;
  return (
    <StoreProblem
      title={t('tasks.unreadable', { count: errors.length })}
      error={first}
      testId={testIds.tasksUnreadable}
      onRetry={() => {
        setAttempt((n) => n + 1);
        // What is mended belongs into the list.
        onRetry();
      }}
    />
  );
}
