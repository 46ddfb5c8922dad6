import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { TaskSummary } from '../bindings';
import type { Question } from '../shared/ConfirmDialog';

import type { Actions } from './useActions';

type Kind = 'stop' | 'release' | 'delete';

/** The dialogs before what cannot be undone. */
export function useQuestions(task: TaskSummary, actions: Actions, onDeleted?: () => void) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<Kind | null>(null);
  const carryOut: Record<Kind, () => void> = {
    stop: () => void actions.stop(),
    release: () => void actions.release(),
    delete: () => void actions.remove().then((done) => done && onDeleted?.()),
  };
  const question: Question | null = kind && {
    title: t(`confirm.${kind}.title`, { name: task.name }),
    body: t(`confirm.${kind}.body`, { destination: task.destination.label }),
    ok: t(`confirm.${kind}.ok`),
    danger: true,
    onOk: carryOut[kind],
  };
  return { question, ask: setKind, close: () => setKind(null) };
}
