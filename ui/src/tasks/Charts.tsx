import { Segmented } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Sample } from '../bindings';
import { useFormat, useLocale } from '../shared/format';
import { usePalette } from '../shared/palette';
import { testIds } from '../shared/testIds';
import { TimeChart } from '../shared/TimeChart';

const RANGES = [300, 3600] as const;
const UNITS = ['records', 'bytes'] as const;
type Unit = (typeof UNITS)[number];

/** Lag and throughput over the last minutes; an alert's threshold, seconds, as a line. */
export function Charts({ samples, threshold }: { samples: Sample[]; threshold: number | null }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const format = useFormat();
  const palette = usePalette();
  const [span, setSpan] = useState<(typeof RANGES)[number]>(300);
  const [unit, setUnit] = useState<Unit>('records');
  const { times, lag, rates } = useMemo(
    () => ({
      times: samples.map((sample) => sample.at_ms / 1000),
      lag: samples.map((sample) => sample.lag_ms),
      rates: {
        records: samples.map((sample) => sample.records_per_second),
        bytes: samples.map((sample) => sample.bytes_per_second),
      },
    }),
    [samples],
  );
  const colors = { color: palette.brand, fill: palette.brandTint, grid: palette.border, text: palette.quiet, locale };
  const rate = rates[unit];
  const shown = { records: format.compact, bytes: format.bytes }[unit];
  const seconds = (ms: number) => format.duration(ms);
  const summary = (label: string, values: (number | null)[], show: (value: number | null | undefined) => string) => {
    const known = values.filter((value) => value !== null);
    if (known.length === 0) return `${label}: ${t('task.chart.none')}`;
    return t('task.chart.summary', { label, now: show(values.at(-1)), most: show(known.reduce((a, b) => Math.max(a, b))) });
  };

  return (
    <div className="charts">
      <section className="card chart-card">
        <header>
          <h2>{t('task.chart.lag')}</h2>
          {threshold === null ? null : <span className="quiet threshold-note">{t('task.chart.alert', { n: format.duration(threshold * 1000) })}</span>}
          <span className="spring" />
          <Segmented
            size="small"
            aria-label={t('task.chart.range')}
            value={span}
            options={[
              { value: RANGES[0], label: t('task.chart.five_minutes') },
              { value: RANGES[1], label: t('task.chart.hour') },
            ]}
            onChange={setSpan}
          />
        </header>
        {lag.every((value) => value === null) ? <NoFigures /> : <TimeChart {...colors} times={times} values={lag} span={span} least={1000} {...(threshold === null ? {} : { threshold: threshold * 1000, thresholdColor: palette.attention })} format={seconds} label={summary(t('task.chart.lag'), lag, format.duration)} data-testid={testIds.lagChart} />}
      </section>
      <section className="card chart-card">
        <header>
          <h2>{t('task.chart.throughput')}</h2>
          <span className="spring" />
          <Segmented
            size="small"
            aria-label={t('task.chart.unit')}
            value={unit}
            options={UNITS.map((each) => ({ value: each, label: <span data-testid={testIds.throughputUnit(each)}>{t(`task.chart.${each}`)}</span> }))}
            onChange={setUnit}
          />
        </header>
        {rate.every((value) => value === null) ? <NoFigures /> : <TimeChart {...colors} times={times} values={rate} span={span} binary={unit === 'bytes'} least={unit === 'records' ? 10 : 1024} format={shown} label={summary(t('task.chart.throughput'), rate, (n) => format.perSecond(shown(n)))} data-testid={testIds.throughputChart} />}
      </section>
    </div>
  );
}

function NoFigures() {
  const { t } = useTranslation();
  return <p className="chart no-figures quiet">{t('task.chart.none')}</p>;
}
