import { renderHook } from '@testing-library/react';
import { expect, it } from 'vitest';

import '../i18n';
import { useFormat } from './format';

const format = () => renderHook(() => useFormat()).result.current;

it('unknown is a dash, never zero', () => {
  const f = format();
  expect([f.count(null), f.bytes(undefined), f.duration(null), f.compact(null)]).toEqual(['—', '—', '—', '—']);
  expect([f.count(0), f.bytes(0), f.duration(0)]).toEqual(['0', '0 B', '0 s']);
});

it('durations take the two units that matter', () => {
  const f = format();
  expect([100, 12_400, 38_000, 250_000, 8_040_000, 200_000_000].map(f.duration)).toEqual(['0.1 s', '12.4 s', '38 s', '4 m 10 s', '2 h 14 m', '2 d 7 h']);
});

it('short times are told in milliseconds', () => {
  const f = format();
  expect([null, 0, 0.42, 12.4, 999, 1500].map(f.milliseconds)).toEqual(['—', '0 ms', '0.4 ms', '12 ms', '999 ms', '1.5 s']);
});

it('bytes are IEC, and counts are grouped whatever the system’s language is', () => {
  const f = format();
  expect([412, 1536, 224_395_264].map(f.bytes)).toEqual(['412 B', '1.5 KiB', '214 MiB']);
  expect(f.count(1_204_331)).toBe('1,204,331');
  expect([999, 81_234, 999_960, 2_400_000].map(f.compact)).toEqual(['999', '81.2k', '1.0M', '2.4M']);
});
