import type { TFunction } from 'i18next';

import type { Limits } from '../bindings';
import type { Format } from '../shared/format';

/** Limits as a line, as `4,000 records/s · 12 MiB/s`; blank where there are none. */
export function sayLimits({ records_per_second: records, bytes_per_second: bytes }: Limits, t: TFunction, format: Format): string {
  return [
    records === null ? null : t('task.settings.records', { n: format.count(records) }),
    bytes === null ? null : format.perSecond(format.bytes(bytes)),
  ].filter((each) => each !== null).join(' · ');
}
