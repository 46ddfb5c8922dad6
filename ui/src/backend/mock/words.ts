import type { ConnectivityReport, FieldError, Phrase, StageProgress, TaskEvent } from '../../bindings';
import english from '../../bindings/phrases.json';

export type PhraseKey = keyof typeof english;

/** A phrase as the program would send it. */
export function phrase(key: PhraseKey, values: Record<string, string> = {}): Phrase {
  return { key, values };
}

/** Its English text, as the program would write it. */
export function inEnglish({ key, values }: Phrase): string {
  return english[key as PhraseKey].replaceAll(/{{(\w+)}}/g, (_, name: string) => values[name] ?? '');
}

export function fieldError(field: string, code: string, key: PhraseKey): FieldError {
  return { field, code, message: inEnglish(phrase(key)), phrase: phrase(key) };
}

export function happened(at: string, code: string, words: Phrase, level: TaskEvent['level'] = 'info'): TaskEvent {
  return { at, level, code, message: inEnglish(words), phrase: words };
}

/** What is told while a connectivity test runs: each stage as it begins and as it passes. */
export function stagesOf({ passed, failed }: ConnectivityReport): StageProgress[] {
  return [
    ...passed.flatMap((done) => [{ stage: done.stage, ms: null }, done]),
    ...(failed ? [{ stage: failed.stage, ms: null }] : []),
  ];
}
