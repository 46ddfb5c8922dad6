import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { testIds } from '../../../../shared/testIds';
import { useSession } from '../../../session';
import { databasesOf } from '../databases';

/** Databases that get another number at the destination. */
export function MapDatabases() {
  const { t } = useTranslation();
  const { values, edit, errors, tester } = useSession();
  const numbers = values.databases ?? databasesOf(tester.tests.source?.report?.server ?? null, null).map(({ number }) => number);
  const rows = Object.entries(values.map);
  const free = numbers.filter((number) => !(String(number) in values.map));
  const set = (entries: [string, string][]) => edit({ map: Object.fromEntries(entries) }, 'map_databases');
  const error = errors.map_databases;
  return (
    <fieldset id="map_databases" tabIndex={-1}>
      <legend>{t('map.title')}</legend>
      {rows.map(([from, to]) => (
        <div key={from} className="map-row">
          <Select
            aria-label={t('map.from')}
            value={from}
            options={[...new Set([Number(from), ...free])].sort((a, b) => a - b).map((number) => ({ value: String(number), label: t('create.database', { n: number }) }))}
            onChange={(next: string) => set(rows.map(([key, value]) => [key === from ? next : key, value]))}
          />
          <span aria-hidden>→</span>
          <Input
            aria-label={t('map.to', { n: from })}
            prefix="db"
            inputMode="numeric"
            value={to}
            {...(error ? { status: 'error' as const, 'aria-invalid': true, 'aria-describedby': 'map_databases-error' } : {})}
            data-testid={testIds.mapTo(Number(from))}
            onChange={(event) => set(rows.map(([key, value]) => [key, key === from ? event.target.value : value]))}
          />
          <Button type="text" icon={<DeleteOutlined />} aria-label={t('map.remove', { n: from })} onClick={() => set(rows.filter(([key]) => key !== from))} />
        </div>
      ))}
      <div>
        <Button
          size="small"
          icon={<PlusOutlined />}
          disabled={free.length === 0}
          data-testid={testIds.mapAdd}
          onClick={() => set([...rows, [String(free[0]), String(free[0])]])}
        >
          {t('map.add')}
        </Button>
      </div>
      <p className="field-hint">{t('map.note')}</p>
      {error ? <div className="field-error" id="map_databases-error" data-testid={testIds.fieldError('map_databases')}>{error}</div> : null}
    </fieldset>
  );
}
