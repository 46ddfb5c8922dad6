import { useTranslation } from 'react-i18next';

import type { DatabaseKeys, TaskDetails } from '../../bindings';
import { KeyTable } from '../../forms/KeyTable';
import { testIds } from '../../shared/testIds';

const CHECK = 'conflicting_keys';

/** Keys that the last precheck found on both sides. */
export function conflictsOf({ precheck }: TaskDetails): DatabaseKeys[] {
  return precheck?.items.find(({ id }) => id === CHECK)?.keys ?? [];
}

/** What was on both sides before the task wrote, and what becomes of it. */
export function Conflicts({ details }: { details: TaskDetails }) {
  const { t } = useTranslation();
  const keys = conflictsOf(details);
  if (keys.length === 0) return null;
  const { conflict } = details.draft;
  // A check that is ignored lets the task start, and spares what it found.
  const manner = conflict === 'report' && details.ignored.some(({ id }) => id === CHECK) ? 'keep' : conflict;
  return (
    <section className="conflicts" data-testid={testIds.conflicts}>
      <h3>{t('task.conflicts.title')}</h3>
      <p className="quiet">{t(`task.conflicts.${manner}`)}</p>
      <KeyTable keys={keys} />
    </section>
  );
}
