import type { CommandError, ConnectivityReport, ErrorReport, FieldError, Phrase, StageProgress, TaskEvent } from '../../bindings';
import english from '../../bindings/phrases.json';

export type PhraseKey = keyof typeof english;

/** A phrase as the program would send it. */
export function phrase(key: PhraseKey, values: Phrase['values'] = {}): Phrase {
  return { key, values };
}

/** Its English text, as the program would write it. */
export function inEnglish({ key, values }: Phrase): string {
  return english[key as PhraseKey].replaceAll(/{{(\w+)}}/g, (_, name: string) => {
    const value = values[name] ?? '';
    return typeof value === 'string' ? value : inEnglish(value);
  });
}

/** An error of the engine. */
export function failure(code: string, side: ErrorReport['side'], message: Phrase): ErrorReport {
  const remedy = phrase(`remedy.${code}` as PhraseKey);
  return { code, side, message: inEnglish(message), remedy: inEnglish(remedy), phrases: { message, remedy } };
}

/** Nobody listens there. */
export function refused(host: string, address: string): Phrase {
  const what = phrase('failure.cannot_connect', { host, address });
  return phrase('failure.caused', { what, cause: phrase('os.refused', { words: 'Connection refused (os error 111)' }) });
}

/** What a command of the program answers when it cannot. */
export function refusal(code: string, message: Phrase, more: Partial<CommandError> = {}): CommandError {
  return { code, message: inEnglish(message), side: null, remedy: null, phrases: { message, remedy: null }, fields: [], ...more };
}

/** The store of the tasks, which nobody may open. */
export const storeGone = (): CommandError => {
  const cause = phrase('os.permission_denied', { words: 'Permission denied (os error 13)' });
  return asCommand('local_io', phrase('failure.caused', { what: '~/.local/share/keyferry', cause }));
};

/** One task among others, whose file holds something else. */
export const taskDamaged = (): CommandError =>
  asCommand('state_corrupt', phrase('failure.unreadable', { path: '~/.local/share/keyferry/tasks/9f31c0aa', cause: 'expected value at line 1 column 1' }));

/** A failure of this computer, as a command of the program answers with it. */
function asCommand(code: string, message: Phrase): CommandError {
  const error = failure(code, 'local', message);
  return { ...error, fields: [], phrases: { message, remedy: error.phrases?.remedy ?? null } };
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
