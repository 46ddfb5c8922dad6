import { useTranslation } from 'react-i18next';

import type { TemplateUse } from '../bindings';
import { href } from '../shared/route';

/** The tasks that were made from a template. */
export function Uses({ uses }: { uses: TemplateUse[] }) {
  const { t } = useTranslation();
  return (
    <ul className="uses">
      {uses.map(({ task_id, task_name, side, state }) => (
        <li key={`${task_id}-${side}`}>
          <a href={href({ screen: 'task', id: task_id })}>{task_name}</a> <code className="quiet">{task_id.slice(0, 4)}</code>{' '}
          <span className="quiet">{t(`side.${side}`)} · {t(`state.${state}`)}</span>
        </li>
      ))}
    </ul>
  );
}
