import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { type Language, LOCALES } from '../i18n';

/** Values as people read them, in the page's language whatever the system's is. Unknown is “—”. */
export interface Format {
  count: (n: number | null | undefined) => string;
  /** `81.2k`. */
  compact: (n: number | null | undefined) => string;
  /** IEC. */
  bytes: (n: number | null | undefined) => string;
  perSecond: (text: string) => string;
  /** `0.1 s`, `12.4 s`, `4 m 10 s`, `2 h 14 m`. */
  duration: (ms: number | null | undefined) => string;
  /** As `0.4 ms`, `12 ms`; from a second on as `duration`. */
  milliseconds: (ms: number | null | undefined) => string;
  /** As `duration`, in whole seconds and never below none: for what is counted down. */
  countdown: (ms: number) => string;
  percent: (fraction: number) => string;
  ago: (ms: number) => string;
  time: (rfc3339: string) => string;
  dateTime: (rfc3339: string) => string;
  /** Without the year and the seconds. */
  dateTimeShort: (rfc3339: string) => string;
}

const UNKNOWN = '—';
const STEPS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** The page's language as `Intl` calls it. */
export function useLocale(): string {
  return LOCALES[useTranslation().i18n.language as Language];
}

export function useFormat(): Format {
  const { t } = useTranslation();
  const locale = useLocale();
  return useMemo(() => {
    const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
    const tenth = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
    const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
    const full = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
    const short = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    const known = (n: number | null | undefined): n is number => n !== null && n !== undefined && Number.isFinite(n);
    const number = (n: number) => (n < 100 && n % 1 !== 0 ? tenth : whole).format(n);

    const duration = (ms: number | null | undefined): string => {
      if (!known(ms)) return UNKNOWN;
      const seconds = Math.max(0, ms) / 1000;
      if (seconds < 60) return t('unit.s', { n: seconds === 0 ? '0' : seconds < 20 ? tenth.format(seconds) : whole.format(seconds) });
      const minutes = Math.floor(seconds / 60);
      if (minutes < 60) return t('unit.ms_pair', { a: minutes, b: whole.format(Math.floor(seconds % 60)) });
      const hours = Math.floor(minutes / 60);
      if (hours < 24) return t('unit.h', { a: hours, b: minutes % 60 });
      return t('unit.d', { a: Math.floor(hours / 24), b: hours % 24 });
    };

    return {
      count: (n) => (known(n) ? whole.format(n) : UNKNOWN),
      compact: (n) => {
        if (!known(n)) return UNKNOWN;
        if (n >= 999_950) return `${tenth.format(n / 1e6)}M`;
        return n >= 10_000 ? `${tenth.format(n / 1000)}k` : whole.format(n);
      },
      bytes: (n) => {
        if (!known(n)) return UNKNOWN;
        let value = n;
        let step = 0;
        while (value >= 1024 && step < STEPS.length - 1) {
          value /= 1024;
          step += 1;
        }
        return `${step === 0 ? whole.format(value) : number(value)} ${STEPS[step] ?? ''}`;
      },
      perSecond: (text) => t('unit.per_second', { n: text }),
      duration,
      milliseconds: (ms) => (!known(ms) || ms >= 1000 ? duration(ms) : t('unit.ms', { n: ms === 0 ? '0' : (ms < 10 ? tenth : whole).format(ms) })),
      countdown: (ms) => {
        const seconds = Math.max(0, Math.round(ms / 1000));
        return seconds < 60 ? t('unit.s', { n: whole.format(seconds) }) : duration(seconds * 1000);
      },
      percent: (fraction) => t('unit.percent', { n: whole.format(Math.floor(fraction * 100)) }),
      ago: (ms) => {
        if (ms < 5000) return t('unit.now');
        const coarse = ms < 60_000 ? Math.round(ms / 1000) * 1000 : ms;
        return t('unit.ago', { n: coarse < 60_000 ? t('unit.s', { n: coarse / 1000 }) : coarse < 3_600_000 ? t('unit.m', { n: Math.floor(coarse / 60_000) }) : coarse < 86_400_000 ? t('unit.hours', { n: Math.floor(coarse / 3_600_000) }) : t('unit.days', { n: Math.floor(coarse / 86_400_000) }) });
      },
      time: (at) => clock.format(new Date(at)),
      dateTime: (at) => full.format(new Date(at)),
      dateTimeShort: (at) => short.format(new Date(at)),
    };
  }, [t, locale]);
}
