import type { TFunction } from 'i18next';

import type { ErrorReport, TaskEvent } from '../bindings';
import { sayPhrase } from './phrases';

/** What happened: the phrase, and of an error what it is, before the server's own words. */
export function whatHappened(t: TFunction, event: TaskEvent): string {
  const own = event.phrase === null || event.phrase.key === 'plain';
  const title = own ? known(t, event.code, 'title', '') : '';
  const words = sayPhrase(t, event.phrase, event.message);
  return title === '' ? words : t('task.events.failed', { title, words });
}

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
