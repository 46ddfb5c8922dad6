import type { Backend } from '../backend/backend';
import type { CommandInfo, ItemReport, LimitNote, ServerSummary, TaskDraft } from '../bindings';

export type { CommandInfo, LimitNote };

/** A text of the program in words that can be translated. */
export interface Phrase {
  key: string;
  values: Record<string, string>;
}

export interface KeysOfDatabase {
  source: number;
  destination: number;
  count: number;
  samples: { text: string; hex: string }[];
}

/** What an item may tell beyond its verdict. */
export interface FullItem extends ItemReport {
  fix_command: string;
  how: string;
  risk: string;
  ignore: 'never' | 'confirm' | 'type_name';
  keys: KeysOfDatabase[];
  phrases: { found: Phrase; expected: Phrase; fix: Phrase | null; how: Phrase; risk: Phrase } | null;
}

/** Whether a remedy is a line for `redis-cli` rather than words. */
const isCommand = (fix: string) => /^[A-Z]{2,}( [A-Z]{2,})? \S/.test(fix) && !fix.endsWith('.');

export function fullItem(item: ItemReport): FullItem {
  const told: Partial<FullItem> = item;
  return {
    how: '', risk: '', keys: [], phrases: null, ignore: item.ignorable ? 'confirm' : 'never', fix_command: isCommand(item.fix) ? item.fix : '',
    ...told,
  } as FullItem;
}

/** Calls that a program may not have. */
export type FullBackend = Backend & {
  commandCatalogue?: (version: string | null) => Promise<CommandInfo[]>;
  limits?: (draft: TaskDraft, source: ServerSummary | null, destination: ServerSummary | null) => Promise<LimitNote[]>;
};
