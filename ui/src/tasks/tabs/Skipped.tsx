import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';

import type { TaskDetails } from '../../bindings';
import { useFormat } from '../../shared/format';

import { Nothing } from './Nothing';

/** What was not written, by reason. */
export function Skipped({ details }: { details: TaskDetails }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { keys_skipped, commands_skipped } = details.summary.report;
  const rows = [
    ...Object.entries(keys_skipped).map(([reason, count]) => ({ kind: 'key' as const, reason, count })),
    ...Object.entries(commands_skipped).map(([reason, count]) => ({ kind: 'command' as const, reason, count })),
  ].filter((row) => row.count > 0);
  if (rows.length === 0) return <Nothing>{t('task.skipped.none')}</Nothing>;
  return (
    <table>
      <thead>
        <tr>
          <th>{t('task.skipped.reason')}</th>
          <th>{t('task.skipped.kind')}</th>
          <th className="number">{t('task.skipped.count')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ kind, reason, count }) => (
          <tr key={`${kind}-${reason}`}>
            <td>{reasonWords(t, reason)} <code className="quiet">{reason}</code></td>
            <td>{t(`task.skipped.${kind}`)}</td>
            <td className="number">{format.count(count)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The backend's list of reasons may grow before this page's does. */
function reasonWords(t: TFunction, reason: string): string {
  const plain = reason.replaceAll('_', ' ');
  return t(`task.skipped.word.${reason}` as 'task.skipped.word.expired', { defaultValue: plain });
}
