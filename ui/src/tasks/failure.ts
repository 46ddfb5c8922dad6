import type { TFunction } from 'i18next';

import type { ErrorReport } from '../bindings';

/** The program's errors may grow before this page's words for them do. */
function known(t: TFunction, code: string, part: 'title' | 'remedy', otherwise: string): string {
  return t(`failure.${code}.${part}` as 'failure.internal.title', { defaultValue: otherwise });
}

/** What an error is, in a few words of the page's language. */
export function whatFailed(t: TFunction, error: Pick<ErrorReport, 'code' | 'message'>): string {
  return known(t, error.code, 'title', error.message);
}

/** What to do about it, in the page's language. */
export function howToMend(t: TFunction, error: { code: string; remedy: string | null }): string {
  return known(t, error.code, 'remedy', error.remedy ?? '');
}
