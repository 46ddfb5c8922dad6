import { Tabs } from 'antd';
import { Activity, memo, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { TaskDetails } from '../bindings';
import { useFormat } from '../shared/format';
import { testIds } from '../shared/testIds';

import { Configuration } from './tabs/Configuration';
import { Databases } from './tabs/Databases';
import { Events } from './tabs/Events';
import { Logs } from './tabs/Logs';
import { Skipped } from './tabs/Skipped';
import type { Asks } from './useActions';

interface Props {
  details: TaskDetails;
  onKeepAwake: Asks['setKeepAwake'];
  /** Whether that is asked and not done yet. */
  pending: boolean;
}

/** A task in more detail. */
export const TaskTabs = memo(function TaskTabs({ details, onKeepAwake, pending }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { report } = details.summary;
  const skipped = Object.values(report.keys_skipped).concat(Object.values(report.commands_skipped)).reduce((sum, n) => sum + n, 0);
  const [shown, setShown] = useState<string>('databases');
  // Drawn beforehand, when there is nothing else to do: then a click on it has less to wait for. Only
  // for what asks nothing by itself: what is shown anew would ask anew.
  const ready = (name: string, children: ReactNode) => ({
    forceRender: true,
    children: <Activity mode={shown === name ? 'visible' : 'hidden'}>{children}</Activity>,
  });
  const label = (name: 'databases' | 'events' | 'skipped' | 'logs' | 'settings', count?: number) => (
    <span data-testid={testIds.tab(name)}>
      {t(`task.tab.${name}`)}
      {count ? <span className="tab-count">{format.count(count)}</span> : null}
    </span>
  );
  return (
    <div className="card tabs-card">
      <Tabs
        activeKey={shown}
        onChange={setShown}
        items={[
          { key: 'databases', label: label('databases'), children: <Databases details={details} /> },
          { key: 'events', label: label('events', details.events.length), ...ready('events', <Events details={details} />) },
          { key: 'skipped', label: label('skipped', skipped), children: <Skipped details={details} /> },
          { key: 'logs', label: label('logs'), children: <Logs id={details.summary.id} name={details.summary.name} /> },
          { key: 'settings', label: label('settings'), ...ready('settings', <Configuration details={details} onKeepAwake={onKeepAwake} pending={pending} />) },
        ]}
      />
    </div>
  );
});
