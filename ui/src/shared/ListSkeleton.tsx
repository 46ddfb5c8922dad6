import { Skeleton } from 'antd';
import { useEffect, useState } from 'react';

import { testIds } from './testIds';

/** Sooner it would only flicker. */
const DELAY_MS = 300;

/** A list that is being read; `label` says so. */
export function ListSkeleton({ label }: { label: string }) {
  const [visible, setVisible] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setVisible(true), DELAY_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!visible) return null;
  return (
    <div className="card table-card skeleton" role="status" aria-label={label} data-testid={testIds.tasksLoading}>
      {[0, 1, 2, 3].map((row) => <Skeleton key={row} active title={{ width: '36%' }} paragraph={{ rows: 1, width: '72%' }} />)}
    </div>
  );
}
