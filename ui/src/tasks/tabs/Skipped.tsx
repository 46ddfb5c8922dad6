import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { TaskDetails } from '../../bindings';
import { useFormat } from '../../shared/format';
import { testIds } from '../../shared/testIds';

import { Conflicts, conflictsOf } from './Conflicts';
import { Nothing } from './Nothing';
import { useReasons } from './reasons';
import { SkippedRows } from './SkippedRows';
import type { Only } from './useSkipped';

/** What was not written: how much for which reason, and what. */
export function Skipped({ details }: { details: TaskDetails }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useReasons();
  const [only, setOnly] = useState<Only | null>(null);
  const { keys_skipped, commands_skipped } = details.summary.report;
  const counts = [
    ...Object.entries(keys_skipped).map(([reason, count]) => ({ kind: 'key' as const, reason, count })),
    ...Object.entries(commands_skipped).map(([reason, count]) => ({ kind: 'command' as const, reason, count })),
  ].filter(({ count }) => count > 0);
  if (counts.length === 0) return conflictsOf(details).length > 0 ? <Conflicts details={details} /> : <Nothing>{t('task.skipped.none')}</Nothing>;
  const isChosen = ({ kind, reason }: Only) => kind === only?.kind && reason === only.reason;
  const total = counts.filter((each) => only === null || isChosen(each)).reduce((sum, { count }) => sum + count, 0);
  return (
    <>
      <table>
        <thead>
          <tr>
            <th>{t('task.skipped.reason')}</th>
            <th>{t('task.skipped.kind')}</th>
            <th className="number">{t('task.skipped.count')}</th>
          </tr>
        </thead>
        <tbody>
          {counts.map(({ kind, reason, count }) => (
            <tr key={`${kind}-${reason}`}>
              <td>
                <button
                  type="button"
                  className="skipped-reason"
                  aria-pressed={isChosen({ kind, reason })}
                  title={t('task.skipped.only')}
                  data-testid={testIds.skippedReason(kind, reason)}
                  onClick={() => setOnly(isChosen({ kind, reason }) ? null : { kind, reason })}
                >
                  {words(reason)}
                </button>{' '}
                <code className="quiet">{reason}</code>
              </td>
              <td>{t(`task.skipped.${kind}`)}</td>
              <td className="number">{format.count(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Conflicts details={details} />
      <SkippedRows key={only ? `${only.kind}-${only.reason}` : 'all'} id={details.summary.id} only={only} total={total} />
    </>
  );
}
