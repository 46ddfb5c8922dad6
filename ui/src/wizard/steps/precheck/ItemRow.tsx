import { InfoCircleOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ItemReport } from '../../../bindings';
import { KeyTable } from '../../../forms/KeyTable';
import { CopyableCommand } from '../../../shared/CopyableCommand';
import { Pill } from '../../../shared/Pill';
import { testIds } from '../../../shared/testIds';
import { useSession } from '../../session';
import { usePhrases } from '../../usePhrases';

import { ItemDetails } from './ItemDetails';
import { ICONS, TONES } from './verdicts';

/** An item of the precheck: the verdict, what was found, and what can be done about it. */
export function ItemRow({ item, onIgnore }: { item: ItemReport; onIgnore: () => void }) {
  const { t } = useTranslation();
  const { texts } = usePhrases();
  const { precheck, go } = useSession();
  const [open, setOpen] = useState(false);
  const [keysShown, setKeysShown] = useState(false);
  const said = texts(item);
  const Icon = ICONS[item.verdict];
  const quiet = item.verdict === 'passed' || item.verdict === 'ignored';
  const panel = `precheck-details-${item.id}`;
  return (
    <li data-testid={testIds.precheckItem(item.id)} data-verdict={item.verdict}>
      <Pill tone={TONES[item.verdict]} icon={<Icon aria-hidden />} data-testid={testIds.precheckVerdict(item.id)}>{t(`precheck.verdict.${item.verdict}`)}</Pill>
      <div className="precheck-text">
        <span className="precheck-title">
          <strong>{said.title}</strong>
          <Button
            type="text"
            size="small"
            icon={<InfoCircleOutlined />}
            aria-label={t('precheck.details', { item: said.title })}
            aria-expanded={open}
            aria-controls={panel}
            data-testid={testIds.precheckInfo(item.id)}
            onClick={() => setOpen(!open)}
          />
        </span>
        <span className="quiet breakable">{said.found}</span>
        {!quiet && !open && item.fix_command ? <CopyableCommand text={item.fix_command} /> : null}
        {keysShown ? <KeyTable keys={item.keys} /> : null}
        <div id={panel}>{open ? <ItemDetails item={item} /> : null}</div>
      </div>
      <div className="precheck-actions">
        {item.keys.length > 0 ? (
          <Button size="small" aria-expanded={keysShown} data-testid={testIds.showKeys(item.id)} onClick={() => setKeysShown(!keysShown)}>{t(keysShown ? 'precheck.hide_keys' : 'precheck.show_keys')}</Button>
        ) : null}
        {item.id === 'conflicting_keys' && item.verdict !== 'passed' ? (
          <Button size="small" data-testid={testIds.changeMode} onClick={() => go('objects')}>{t('precheck.change_mode')}</Button>
        ) : null}
        {item.verdict === 'failed' && item.ignore !== 'never' ? (
          <Button size="small" disabled={precheck.running} data-testid={testIds.ignore(item.id)} onClick={onIgnore}>{t('precheck.ignore')}</Button>
        ) : null}
      </div>
    </li>
  );
}
