import { WarningOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import type { ServerSummary } from '../../../bindings';
import { useFormat } from '../../../shared/format';
import { testIds } from '../../../shared/testIds';
import { useSession } from '../../session';

const keysOf = (server: ServerSummary | null | undefined) => (server ? server.keys.reduce((sum, [, n]) => sum + n, 0) : null);

/** An empty source and a destination full of keys are mostly a mistake. */
export function SwappedSides() {
  const { t } = useTranslation();
  const format = useFormat();
  const { tester, swap } = useSession();
  const source = keysOf(tester.tests.source?.report?.server);
  const destination = keysOf(tester.tests.destination?.report?.server);
  if (source !== 0 || destination === null || destination === 0) return null;
  return (
    <div className="warning-note" role="status" data-testid={testIds.swappedSides}>
      <WarningOutlined aria-hidden />
      <span>{t('wizard.swapped', { keys: format.count(destination) })}</span>
      <span className="spring" />
      <Button size="small" onClick={swap}>{t('wizard.swap')}</Button>
    </div>
  );
}
