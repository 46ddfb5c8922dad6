import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';

import type { DatabaseKeys } from '../bindings';
import { useFormat } from '../shared/format';

/** Examples of keys, by database, and how many more there are. */
export function KeyTable({ keys }: { keys: DatabaseKeys[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <table className="key-table">
      <thead><tr><th>{t('precheck.key_database')}</th><th>{t('precheck.key')}</th><th>{t('precheck.key_hex')}</th></tr></thead>
      <tbody>
        {keys.map(({ source, destination, count, samples }) => (
          <Fragment key={source}>
            {samples.map(({ text, hex }, i) => (
              <tr key={`${hex}-${i}`}>
                <td className="nowrap">{[...new Set([source, destination])].map((n) => t('create.database', { n })).join(' → ')}</td>
                <td className="breakable"><code>{text}</code></td>
                <td className="breakable quiet"><code>{hex}</code></td>
              </tr>
            ))}
            {count > samples.length ? <tr><td colSpan={3} className="quiet">{t('precheck.more_keys', { n: format.count(count - samples.length), database: `db${source}` })}</td></tr> : null}
          </Fragment>
        ))}
      </tbody>
    </table>
  );
}
