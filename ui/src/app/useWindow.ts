import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useBackend } from '../backend/context';
import type { ShellEvent } from '../bindings';
import { useKeychain } from '../settings/KeychainContext';
import { useSettings } from '../settings/SettingsContext';
import { go } from '../shared/route';
import { isLive } from '../tasks/life';
import { useTasks } from '../tasks/TasksContext';

type CloseAsked = Extract<ShellEvent, { kind: 'close_asked' }>;

/** Worst first. */
const ENVIRONMENTS = ['production', 'staging', 'dev'] as const;

/** What the window around the page says: it is to be closed, a notification was clicked, keychain or settings changed. */
export function useShellEvents() {
  const backend = useBackend();
  const { told } = useKeychain();
  const { read } = useSettings();
  const [closing, setClosing] = useState<CloseAsked | null>(null);
  useEffect(() => {
    const subscription = backend.subscribeShell((event) => {
      if (event.kind === 'close_asked') setClosing(event);
      else if (event.kind === 'open_task') go({ screen: 'task', id: event.id });
      else if (event.kind === 'settings') read();
      else told(event.status);
    });
    // A page without a window around it works all the same.
    subscription.ready.catch(() => undefined);
    return () => subscription.end();
  }, [backend, told, read]);
  return { closing, answered: () => setClosing(null) };
}

/** The window's title names the environments of what runs. */
export function useWindowTitle(): void {
  const { t } = useTranslation();
  const backend = useBackend();
  const { tasks } = useTasks();
  const live = tasks?.filter((task) => isLive(task.report.state)) ?? [];
  const touched = ENVIRONMENTS.filter((one) => live.some((task) => task.source.environment === one || task.destination.environment === one));
  const name = t('app.name');
  const title = live.length === 0
    ? name
    : [...touched.map((one) => t(`environment.tag.${one}`)), t('window.count', { count: live.length }), name].join(' · ');
  useEffect(() => {
    document.title = title;
    backend.setTitle(title).catch(() => undefined);
  }, [backend, title]);
}
