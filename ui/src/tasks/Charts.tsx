import { Segmented } from 'antd';
import { memo, type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ChartPoint, Charts as Points, LatencyReport } from '../bindings';
import { useFormat, useLocale } from '../shared/format';
import { usePalette } from '../shared/palette';
import { testIds } from '../shared/testIds';
import { TimeChart } from '../shared/TimeChart';

import { type Figure, finest, lineOf, mostOf, type Range, RANGE_NAMES, RANGES } from './charts';

const UNITS = ['records', 'bytes'] as const;
type Unit = (typeof UNITS)[number];
const FIGURES: Record<Unit, Figure> = { records: 'records_per_second', bytes: 'bytes_per_second' };

interface Props {
  charts: Points;
  /** An alert's, seconds: a line across the lag. */
  threshold: number | null;
  /** The destination's, now. */
  latency: LatencyReport | null;
}

/** Lag, throughput and the destination's latency over the last minutes, hour or day. */
export const Charts = memo(function Charts({ charts, threshold, latency }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const [range, setRange] = useState<Range>('five_minutes');
  const [unit, setUnit] = useState<Unit>('records');
  const shown = { records: format.compact, bytes: format.bytes }[unit];
  const points = finest(charts, range);
  const of = { points: charts[points], step: RANGES[points].step, span: RANGES[range].span };

  return (
    <section className="charts-card" aria-label={t('task.chart.title')}>
      <div className="charts-bar">
        <span className="quiet">{points === 'five_minutes' ? '' : t('task.chart.spread')}</span>
        <Segmented
          size="small"
          aria-label={t('task.chart.range')}
          value={range}
          options={RANGE_NAMES.map((name) => ({ value: name, label: <span data-testid={testIds.chartRange(name)}>{t(`task.chart.${name}`)}</span> }))}
          onChange={setRange}
        />
      </div>
      <div className="charts">
        <Chart {...of} name={t('task.chart.lag')} figure="lag_ms" least={1000} format={format.duration} threshold={threshold === null ? null : threshold * 1000} testId={testIds.lagChart}>
          {threshold === null ? null : <span className="quiet threshold-note">{t('task.chart.alert', { n: format.duration(threshold * 1000) })}</span>}
        </Chart>
        <Chart {...of} name={t('task.chart.throughput')} figure={FIGURES[unit]} binary={unit === 'bytes'} least={unit === 'records' ? 10 : 1024} format={shown} said={(n) => format.perSecond(shown(n))} testId={testIds.throughputChart}>
          <span className="spring" />
          <Segmented
            size="small"
            aria-label={t('task.chart.unit')}
            value={unit}
            options={UNITS.map((each) => ({ value: each, label: <span data-testid={testIds.throughputUnit(each)}>{t(`task.chart.${each}`)}</span> }))}
            onChange={setUnit}
          />
        </Chart>
        <Chart {...of} name={t('task.chart.latency')} figure="latency_us" unit={1000} least={1} format={format.milliseconds} testId={testIds.latencyChart}>
          <span className="quiet" title={t('task.chart.latency_hint')} data-testid={testIds.latencyValue}>
            {latency ? t('task.chart.latency_now', { p50: format.milliseconds(latency.p50_us / 1000), p99: format.milliseconds(latency.p99_us / 1000) }) : null}
          </span>
        </Chart>
      </div>
    </section>
  );
});

interface ChartProps {
  points: ChartPoint[];
  /** How much one of them stands for, and how much time is shown, seconds. */
  step: number;
  span: number;
  name: string;
  figure: Figure;
  /** How many of what is told make one of what is shown. */
  unit?: number;
  binary?: boolean;
  least: number;
  threshold?: number | null;
  format: (value: number | null | undefined) => string;
  /** As `format`, for those who do not see the picture's title. */
  said?: (value: number | null | undefined) => string;
  testId: string;
  /** Beside its name. */
  children: ReactNode;
}

/** One figure over time. */
function Chart({ points, step, span, name, figure, unit = 1, binary = false, least, threshold = null, format, said = format, testId, children }: ChartProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const palette = usePalette();
  const line = useMemo(() => lineOf(points, figure, step, unit), [points, figure, step, unit]);
  const most = mostOf(line.high);
  const colors = { color: palette.brand, fill: palette.brandTint, grid: palette.border, text: palette.quiet };
  return (
    <section className="card chart-card">
      <header>
        <h2>{name}</h2>
        {children}
      </header>
      {most === null ? <p className="chart no-figures quiet">{t('task.chart.none')}</p> : (
        <TimeChart
          {...colors}
          line={line}
          span={span}
          locale={locale}
          binary={binary}
          least={least}
          {...(threshold === null ? {} : { threshold, thresholdColor: palette.attention })}
          format={format}
          label={t('task.chart.summary', { label: name, now: said(line.mean.at(-1)), most: said(most) })}
          data-testid={testId}
        />
      )}
    </section>
  );
}
