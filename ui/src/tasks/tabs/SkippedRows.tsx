import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import type { SkippedRow } from '../../bindings';
import { useFormat } from '../../shared/format';
import { Problem } from '../../shared/Problem';
import { testIds } from '../../shared/testIds';

import { Nothing } from './Nothing';
import { useReasons } from './reasons';
import { type Only, useSkipped } from './useSkipped';

interface Props {
  id: string;
  only: Only | null;
  total: number;
}

/** What was left out, one by one. */
export function SkippedRows({ id, only, total }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { rows, lost, asking, error, more } = useSkipped(id, only, total);
  return (
    <section className="skipped-rows" aria-label={t('task.skipped.list')}>
      {lost > 0 ? <p className="quiet">{t('task.skipped.lost', { count: lost, n: format.count(lost) })}</p> : null}
      {rows.length > 0 ? (
        <table>
          <thead>
            <tr>
              <th>{t('task.skipped.reason')}</th>
              <th>{t('task.skipped.command_name')}</th>
              <th className="number">{t('task.databases.database')}</th>
              <th>{t('task.skipped.key_name')}</th>
              <th className="number">{t('task.skipped.offset')}</th>
            </tr>
          </thead>
          <tbody>{rows.map((row) => <Row key={row.number} row={row} />)}</tbody>
        </table>
      ) : asking || error ? null : <Nothing>{t('task.skipped.none_listed')}</Nothing>}
      {error ? <Problem title={t('task.skipped.unreadable')} error={error} /> : null}
      {more ? <Button size="small" loading={asking} data-testid={testIds.skippedMore} onClick={more}>{t('task.skipped.more')}</Button> : null}
    </section>
  );
}

function Row({ row }: { row: SkippedRow }) {
  const { t } = useTranslation();
  const words = useReasons();
  const none = t('common.unknown');
  return (
    <tr data-testid={testIds.skippedRow}>
      <td>{words(row.reason)}</td>
      <td>{row.command ? <code>{row.command}</code> : none}</td>
      <td className="number">{row.database}</td>
      <td className="skipped-key">
        {row.key_text === null ? none : (
          <>
            <code title={row.key_text}>{row.key_text === '' ? t('task.skipped.empty_key') : row.key_text}</code>
            <code className="quiet" title={row.key_hex ?? ''}>{row.key_hex}</code>
          </>
        )}
      </td>
      <td className="number">{row.offset ?? none}</td>
    </tr>
  );
}
