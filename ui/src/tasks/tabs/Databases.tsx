import { useTranslation } from 'react-i18next';

import type { TaskDetails } from '../../bindings';
import { useFormat } from '../../shared/format';

import { Nothing } from './Nothing';

/** How far each database is. */
export function Databases({ details }: { details: TaskDetails }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { databases } = details.summary.report.detail;
  if (databases.length === 0) return <Nothing>{t('task.databases.none')}</Nothing>;
  return (
    <table>
      <thead>
        <tr>
          <th>{t('task.databases.database')}</th>
          <th className="number">{t('task.databases.done')}</th>
          <th className="number">{t('task.databases.skipped')}</th>
          <th className="number">{t('task.databases.commands')}</th>
        </tr>
      </thead>
      <tbody>
        {databases.map((database) => (
          <tr key={database.source}>
            <td>{t('task.databases.name', { from: database.source, to: database.destination })}</td>
            <td className="number">{format.count(database.keys_done)}</td>
            <td className="number">{format.count(database.keys_skipped)}</td>
            <td className="number">{format.count(database.commands_applied)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
