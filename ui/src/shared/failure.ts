import type { TFunction } from 'i18next';

import type { ErrorPhrases, ErrorReport, TaskEvent } from '../bindings';
import { sayError, sayPhrase } from './phrases';

/** What happened: the phrase, and of an error what it is, before its words. */
export function whatHappened(t: TFunction, event: TaskEvent): string {
  const own = event.phrase === null || /^(plain$|failure\.)/.test(event.phrase.key);
  const title = own ? known(t, event.code, 'title', '') : '';
  const words = sayPhrase(t, event.phrase, event.message);
  return title === '' ? words : withWords(t, title, words);
}

/** What an error is, and its words, in one line. */
export function withWords(t: TFunction, title: string, words: string): string {
  return t('task.events.failed', { title, words });
}

/** The program's errors may grow before this page's words for them do. */
function known(t: TFunction, code: string, part: 'title' | 'remedy', otherwise: string): string {
  return t(`failure.${code}.${part}` as 'failure.internal.title', { defaultValue: otherwise });
}

/** What an error is, in a few words of the page's language. A precheck fails with its item's id. */
export function whatFailed(t: TFunction, error: Pick<ErrorReport, 'code' | 'message' | 'phrases'>): string {
  return known(t, error.code, 'title', sayPhrase(t, { key: `item.${error.code}`, values: {} }, sayError(t, error)));
}

/** What to do about it, in the page's language. */
export function howToMend(t: TFunction, error: { code: string; remedy: string | null; phrases: ErrorPhrases | null }): string {
  return known(t, error.code, 'remedy', sayPhrase(t, error.phrases?.remedy, error.remedy ?? ''));
}
