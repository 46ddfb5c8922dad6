import { Collapse } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useSession } from '../../../session';

import { Alerts } from './Alerts';
import { KeyFilters } from './KeyFilters';
import { MapDatabases } from './MapDatabases';
import { RetryTime } from './RetryTime';
import { SpoolAndHistory } from './SpoolAndHistory';

/** What few tasks change, and everything that looks after a task while it runs. */
export function Advanced() {
  const { t } = useTranslation();
  const { errors, values } = useSession();
  const wrong = Object.keys(errors).some((field) => /^(alerts|retry|include|exclude|map|spool|on_history)/.test(field));
  const [open, setOpen] = useState(true);
  return (
    <Collapse
      className="advanced"
      activeKey={open || wrong ? ['advanced'] : []}
      onChange={(keys) => setOpen(keys.length > 0)}
      items={[
        {
          key: 'advanced',
          label: <h3>{t('objects.advanced')}</h3>,
          children: (
            <div className="advanced-body">
              <Alerts />
              <RetryTime />
              <KeyFilters />
              {values.databases?.length === 0 ? null : <MapDatabases />}
              <SpoolAndHistory />
            </div>
          ),
        },
      ]}
    />
  );
}
