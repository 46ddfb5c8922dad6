import type { TFunction } from 'i18next';

import type { FieldError, Phrase } from '../bindings';

/** A phrase of the program in the page's language; `english` where there is none, or no words for it. */
export function sayPhrase(t: TFunction, phrase: Phrase | null | undefined, english: string): string {
  if (!phrase) return english;
  const say = t as unknown as (key: string, values: Record<string, string>) => string;
  return say(`phrases.${phrase.key}`, { ...phrase.values, defaultValue: english });
}

/** The mistakes that the program found in a form, by field; `place` is what the page calls one. */
export function fieldTexts(t: TFunction, fields: FieldError[], place: (field: string) => string = (field) => field): Record<string, string> {
  return Object.fromEntries(fields.map(({ field, message, phrase }) => [place(field), sayPhrase(t, phrase, message)]));
}
