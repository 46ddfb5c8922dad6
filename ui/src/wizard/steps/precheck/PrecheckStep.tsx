import { ReloadOutlined } from '@ant-design/icons';
import { Button, Skeleton } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ItemReport } from '../../../bindings';
import { useFormat } from '../../../shared/format';
import { Problem } from '../../../shared/Problem';
import { ProgressBar } from '../../../shared/ProgressBar';
import { testIds } from '../../../shared/testIds';
import { useOpening } from '../../../shared/useOpening';
import { useSession } from '../../session';
import { StepFrame } from '../../StepFrame';

import { IgnoreDialog } from './IgnoreDialog';
import { IgnoredList } from './IgnoredList';
import { ItemRow } from './ItemRow';
import { countOf, ORDER, successRate } from './verdicts';

/** What stands in the way of a start, and how it is mended. */
export function PrecheckStep() {
  const { t } = useTranslation();
  const format = useFormat();
  const { precheck, go } = useSession();
  const { items, running, error, fresh, run, cancel } = precheck;
  const [ignoring, ignore, ignored] = useOpening<ItemReport>();
  const [allShown, setAllShown] = useState(false);
  const begun = useRef(false);

  // Whoever comes here without a result, by its address or after a change, gets one.
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    if (!fresh && !running) run();
  }, [fresh, running, run]);

  const rate = successRate(items);
  const failed = countOf(items, 'failed');
  const counted = ORDER.filter((verdict) => countOf(items, verdict) > 0).map((verdict) => t(`precheck.counted.${verdict}`, { count: countOf(items, verdict) }));
  const sorted = running ? items : [...items].sort((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict));
  const notable = sorted.filter(({ verdict }) => verdict !== 'passed');
  const folded = !running && !allShown && notable.length > 0 && items.length - notable.length > 0;
  const blocked = running ? t('precheck.running') : items.length === 0 ? t('precheck.nothing') : failed > 0 ? t('precheck.blocked', { count: failed }) : !fresh ? t('precheck.outdated') : null;

  return (
    <StepFrame
      back="objects"
      primary={t('precheck.next')}
      primaryTestId={testIds.purchase}
      busy={false}
      blocked={blocked}
      note={running ? t('precheck.probe_note') : null}
      onPrimary={() => go('class')}
    >
      <div className="card precheck-rate">
        <span className="quiet">{t('precheck.rate_label')}</span>
        <ProgressBar fraction={rate} label={t('precheck.rate_label')} />
        <strong className="rate" data-testid={testIds.precheckRate}>{rate === null ? t('common.unknown') : format.percent(rate)}</strong>
        <span className="quiet" role="status" data-testid={testIds.precheckCounts}>{counted.join(' · ')}</span>
        <span className="spring" />
        {running ? (
          <Button data-testid={testIds.precheckCancel} onClick={cancel}>{t('common.cancel')}</Button>
        ) : (
          <Button icon={<ReloadOutlined />} title="F5" aria-keyshortcuts="F5" data-testid={testIds.precheckAgain} onClick={run}>{t('precheck.again')}</Button>
        )}
      </div>
      {error ? <Problem title={t('precheck.error')} error={error} action={<Button onClick={run}>{t('common.retry')}</Button>} data-testid={testIds.createError} /> : null}
      {items.length === 0 && running ? <div className="card precheck-waiting" aria-busy="true"><Skeleton active title={false} paragraph={{ rows: 5 }} /></div> : null}
      {items.length > 0 ? (
        <ul className="card precheck-items">
          {(folded ? notable : sorted).map((item) => <ItemRow key={item.id} item={item} onIgnore={() => ignore(item)} />)}
          {folded ? (
            <li className="precheck-more">
              <Button type="link" className="flat-link" data-testid={testIds.precheckShowAll} onClick={() => setAllShown(true)}>{t('precheck.show_all', { count: items.length - notable.length })}</Button>
            </li>
          ) : null}
        </ul>
      ) : null}
      <IgnoredList />
      <IgnoreDialog opening={ignoring} onClose={ignored} />
    </StepFrame>
  );
}
