import 'uplot/dist/uPlot.min.css';

import { useEffect, useRef } from 'react';
import uPlot from 'uplot';

interface Props {
  /** Seconds since 1970, rising, and the lowest, mean and highest value of what each point stands for. */
  line: { times: number[]; low: (number | null)[]; mean: (number | null)[]; high: (number | null)[] };
  /** How much time is shown, seconds. */
  span: number;
  color: string;
  fill: string;
  grid: string;
  text: string;
  format: (value: number) => string;
  locale: string;
  /** Whether the values are bytes, whose round numbers are powers of two. */
  binary?: boolean;
  /** The top of the picture is never below this. */
  least: number;
  /** A line across, dashed. */
  threshold?: number;
  thresholdColor?: string;
  /** What the picture says, for those who do not see it. */
  label: string;
  'data-testid'?: string;
}

const HEIGHT = 148;
const FONT = '11.5px "Inter Variable", system-ui, sans-serif';

const POWERS_OF_TWO = Array.from({ length: 50 }, (_, n) => 2 ** n);

/** Seconds, minutes, hours. */
const ROUND_TIMES = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200];

/** A threshold far above everything would press the line flat: then it is left out of the picture. */
function topOf(most: number, least: number, threshold = 0): number {
  return Math.max(most * 8 > threshold ? Math.max(most, threshold) : most, least);
}

/** At least so much time is shown, seconds. */
const LEAST_SPAN = 60;

/** What is shown begins with the first value, where that is younger than the span. */
function spanOf(span: number, times: number[], now: number): number {
  const [first] = times;
  return first === undefined ? span : Math.min(span, Math.max(now - first, LEAST_SPAN));
}

/** The area below the mean, the band above it, and the mean once more on top. */
function dataOf({ times, low, mean, high }: Props['line']): uPlot.AlignedData {
  return [times, mean, high, low, mean];
}

/** Draws a dashed line at `value`, where that is in the picture. */
function across(value: number, color: string) {
  return (chart: uPlot) => {
    const { ctx, bbox } = chart;
    const y = chart.valToPos(value, 'y', true);
    if (y < bbox.top) return;
    ctx.save();
    ctx.strokeStyle = color;
    ctx.setLineDash([6, 5]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.restore();
  };
}

/** How much of the colour the band between lowest and highest has, in hexadecimal. */
const BAND = '38';

/** The mean as a line, over a band from the lowest to the highest value. */
export function TimeChart({ line, span, color, fill, grid, text, format, locale, binary = false, least, threshold, thresholdColor, label, ...rest }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const shown = useRef({ span, format, line });

  useEffect(() => {
    shown.current = { span, format, line };
  }, [span, format, line]);

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const minutes: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
    const clock = new Intl.DateTimeFormat(locale, minutes);
    const fineClock = new Intl.DateTimeFormat(locale, { ...minutes, second: '2-digit' });
    const onTheMinute = (ticks: number[]) => ticks.every((tick) => tick % 60 === 0);
    const unmarked = { show: false };
    const axis = { stroke: text, font: FONT, grid: { stroke: grid, width: 1 }, ticks: { show: false } };
    const made = new uPlot(
      {
        width: Math.max(element.clientWidth, 100),
        height: HEIGHT,
        // Room for half of the last time.
        padding: [8, 24, 0, 0],
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
        scales: {
          x: {
            range: () => {
              const now = Date.now() / 1000;
              return [now - spanOf(shown.current.span, shown.current.line.times, now), now];
            },
          },
          y: { range: (_, __, most) => [0, topOf(most, least, threshold) * 1.15] },
        },
        axes: [
          { ...axis, grid: { show: false }, size: 24, space: 76, incrs: ROUND_TIMES, values: (_, ticks) => ticks.map((tick) => (onTheMinute(ticks) ? clock : fineClock).format(tick * 1000)) },
          { ...axis, size: 58, space: 36, ...(binary ? { incrs: POWERS_OF_TWO } : {}), values: (_, ticks) => ticks.map((tick) => shown.current.format(tick)) },
        ],
        ...(threshold === undefined ? {} : { hooks: { draw: [across(threshold, thresholdColor ?? color)] } }),
        series: [{}, { fill, width: 0, points: unmarked }, { width: 0, points: unmarked }, { width: 0, points: unmarked }, { stroke: color, width: 1.75, points: unmarked }],
        bands: [{ series: [2, 3], fill: color + BAND }],
      },
      // One that is made anew for other colours goes on where the last one was.
      dataOf(shown.current.line),
      element,
    );
    chart.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: Math.max(element.clientWidth, 100), height: HEIGHT }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      made.destroy();
      chart.current = null;
    };
  }, [color, fill, grid, text, locale, binary, least, threshold, thresholdColor]);

  useEffect(() => {
    chart.current?.setData(dataOf(line));
  }, [line, span]);

  return <div ref={host} className="chart" role="img" aria-label={label} {...rest} />;
}
