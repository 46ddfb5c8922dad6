import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import type { ItemReport, LimitNote, Phrase } from '../bindings';
import { sayPhrase } from '../shared/phrases';

/** An item's texts in the page's language. */
export interface ItemTexts {
  title: string;
  how: string;
  found: string;
  expected: string;
  risk: string;
  /** Words, beside the command where there is one. */
  fix: string;
}

/** The program's phrases in the page's language; its English where the catalogue has none. */
export function usePhrases(): { limit: (note: LimitNote) => string; texts: (item: ItemReport) => ItemTexts } {
  const { t } = useTranslation();
  return useMemo(() => {
    const say = t as unknown as (key: string, values: Record<string, string>) => string;
    const phrase = (wanted: Phrase | null | undefined, english: string) => sayPhrase(t, wanted, english);
    const named = (key: string, english: string) => say(`phrases.${key}`, { defaultValue: english });
    return {
      limit: (note) => phrase(note.text, note.id),
      texts: (item) => ({
        title: named(`item.${item.id}`, plain(item.id)),
        how: phrase(item.phrases?.how, item.how),
        found: phrase(item.phrases?.found, item.found),
        expected: phrase(item.phrases?.expected, item.expected),
        risk: phrase(item.phrases?.risk, item.risk),
        fix: phrase(item.phrases?.fix, item.fix === item.fix_command ? '' : item.fix),
      }),
    };
  }, [t]);
}

const plain = (id: string) => id.replaceAll('_', ' ').replace(/^./, (letter) => letter.toUpperCase());
