import type { TFunction } from 'i18next';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import type { ErrorPhrases, FieldError, Phrase } from '../bindings';

/** What no text is: i18next gives it where it has no words. */
const NOTHING = '\u0000';

/** A phrase in the page's language; null where there are no words for it, or for a phrase in it. */
function said(t: TFunction, { key, values }: Phrase): string | null {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    const text = typeof value === 'string' ? value : said(t, value);
    if (text === null) return null;
    texts[name] = text;
  }
  const say = t as unknown as (key: string, values: Record<string, string>) => string;
  const text = say(`phrases.${key}`, { ...texts, defaultValue: NOTHING });
  return text === NOTHING ? null : text;
}

/** A phrase of the program in the page's language; `english` where there is none, or no words for it. */
export function sayPhrase(t: TFunction, phrase: Phrase | null | undefined, english: string): string {
  return phrase ? (said(t, phrase) ?? english) : english;
}

/** What happened, with the server's own words where it had any. */
export function sayError(t: TFunction, error: { message: string; phrases: ErrorPhrases | null }): string {
  return sayPhrase(t, error.phrases?.message, error.message);
}

/** Words that a form says by itself. */
export type OwnWords =
  | 'wizard.name_required' | 'objects.retry_number' | 'objects.spool_number' | 'objects.map_number' | 'alerting.threshold_number'
  | 'alerting.contacts_required' | 'instance.number' | 'endpoint.path_required' | 'endpoint.host_required' | 'rename.required';

/** What is wrong with a field, by the page or by the program: kept as it is, so that it follows the language. */
export type Mistake = OwnWords | { phrase: Phrase; english: string };
export type Mistakes = Record<string, Mistake>;

/** The mistakes that the program found in a form, by field; `place` is what the page calls one. */
export function fieldMistakes(fields: FieldError[], place: (field: string) => string = (field) => field): Mistakes {
  return Object.fromEntries(fields.map(({ field, message, phrase }) => [place(field), { phrase, english: message }]));
}

/** The texts of mistakes in the page's language. */
export function useMistakes(mistakes: Mistakes): Record<string, string> {
  const { t } = useTranslation();
  return useMemo(
    () => Object.fromEntries(Object.entries(mistakes).map(([field, mistake]) => [field, typeof mistake === 'string' ? t(mistake) : sayPhrase(t, mistake.phrase, mistake.english)])),
    [mistakes, t],
  );
}
