import { useTranslation } from 'react-i18next';

import type { ItemReport } from '../../../bindings';
import { CopyableCommand } from '../../../shared/CopyableCommand';
import { testIds } from '../../../shared/testIds';

import { usePhrases } from '../../usePhrases';

/** How an item was checked, what that found, what it should be, and what to do. */
export function ItemDetails({ item }: { item: ItemReport }) {
  const { t } = useTranslation();
  const { texts } = usePhrases();
  const said = texts(item);
  const mended = item.verdict === 'passed';
  const rows: [string, string][] = [
    [t('precheck.how'), said.how],
    [t('precheck.found'), said.found],
    [t('precheck.expected'), said.expected],
    [t('precheck.risk'), said.risk],
  ];
  return (
    <dl className="pairs precheck-details" data-testid={testIds.precheckDetails(item.id)}>
      {rows.filter(([, text]) => text !== '').map(([name, text]) => (
        <div key={name} className="pair-row">
          <dt>{name}</dt>
          <dd className="breakable">{text}</dd>
        </div>
      ))}
      {!mended && (said.fix || item.fix_command) ? (
        <div className="pair-row">
          <dt>{t('precheck.fix')}</dt>
          <dd className="stack tight">
            {said.fix ? <span>{said.fix}</span> : null}
            {item.fix_command ? <CopyableCommand text={item.fix_command} /> : null}
          </dd>
        </div>
      ) : null}
    </dl>
  );
}
