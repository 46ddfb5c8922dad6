import { useTranslation } from 'react-i18next';

import { useSession } from '../../session';
import { useLimits } from '../../useLimits';
import { usePhrases } from '../../usePhrases';

export interface Risk {
  id: string;
  text: string;
}

/** What may go wrong with this pair and these settings: limits that apply, warnings, and what the user chose to ignore; null until all of it is known. */
export function useRisks(): Risk[] | null {
  const { t } = useTranslation();
  const { values, precheck } = useSession();
  const { limit, texts } = usePhrases();
  const limits = useLimits();
  if (limits === null) return null;
  const checks = precheck.items.filter(({ verdict }) => verdict === 'warning' || verdict === 'ignored');
  return [
    ...(values.conflict === 'report' ? [] : [{ id: 'conflict', text: t(`objects.conflict_note.${values.conflict}`) }]),
    ...checks.map((item) => ({ id: item.id, text: t('terms.check', { item: texts(item).title, risk: texts(item).risk || texts(item).found }) })),
    ...limits.filter(({ applies }) => applies).map((note) => ({ id: note.id, text: limit(note) })),
  ];
}
