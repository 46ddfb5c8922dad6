import { Skeleton } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { testIds } from '../shared/testIds';

/** Sooner it would only flicker. */
const DELAY_MS = 300;

export function ListSkeleton() {
  const { t } = useTranslation();
  const [visible, setVisible] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setVisible(true), DELAY_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!visible) return null;
  return (
    <div className="card table-card skeleton" role="status" aria-label={t('tasks.loading')} data-testid={testIds.tasksLoading}>
      {[0, 1, 2, 3].map((row) => <Skeleton key={row} active title={{ width: '36%' }} paragraph={{ rows: 1, width: '72%' }} />)}
    </div>
  );
}
