import { useCallback, useMemo, useState } from 'react';

import { asCommandError, type Backend } from '../backend/backend';
import { useBackend } from '../backend/context';
import type { AlertRules, CommandError, InstanceClass, Limits, PasswordInput } from '../bindings';
import { go } from '../shared/route';

/** What was asked and is not done yet. */
export type Pending =
  | 'pause'
  | 'resume'
  | 'stop'
  | 'release'
  | 'retry'
  | 'agree'
  | 'delete'
  | 'credentials'
  | 'limits'
  | 'class'
  | 'alerts'
  | 'awake'
  | 'rename'
  | 'duplicate'
  | 'end_demo';

export interface Failed {
  action: Pending;
  error: CommandError;
}

/** What can be asked; the same for as long as the page is. */
export interface Asks {
  /** Each gives whether it worked; why not is in `failed`. */
  pause: () => Promise<boolean>;
  resume: () => Promise<boolean>;
  stop: () => Promise<boolean>;
  release: () => Promise<boolean>;
  retry: () => Promise<boolean>;
  /** To what the task proposes that holds at the error with this code. */
  agree: (code: string) => Promise<boolean>;
  remove: () => Promise<boolean>;
  endDemo: () => Promise<boolean>;
  setLimits: (limits: Limits) => Promise<boolean>;
  setClass: (cls: InstanceClass | null) => Promise<boolean>;
  setAlerts: (rules: AlertRules | null) => Promise<boolean>;
  setKeepAwake: (keep: boolean) => Promise<boolean>;
  rename: (name: string) => Promise<boolean>;
  /** Opens the copy. */
  duplicate: () => Promise<boolean>;
  provideCredentials: (source: PasswordInput, destination: PasswordInput) => Promise<boolean>;
}

export interface Actions extends Asks {
  pending: Pending | null;
  failed: Failed | null;
}

/** After these there is no task left to be done anything with: they stay pending until its page or row is left. */
const LAST: Pending[] = ['delete', 'end_demo'];

/** What can be done to the task `id`, acknowledged at once. */
export function useActions(id: string): Actions {
  const backend = useBackend();
  const [pending, setPending] = useState<Pending | null>(null);
  const [failed, setFailed] = useState<Failed | null>(null);

  const ask = useCallback(
    async (action: Pending, call: (backend: Backend) => Promise<void>): Promise<boolean> => {
      setPending(action);
      setFailed(null);
      try {
        await call(backend);
        if (!LAST.includes(action)) setPending(null);
        return true;
      } catch (reason) {
        setPending(null);
        setFailed({ action, error: asCommandError(reason) });
        return false;
      }
    },
    [backend],
  );

  const asks = useMemo<Asks>(
    () => ({
      pause: () => ask('pause', (b) => b.pauseTask(id)),
      resume: () => ask('resume', (b) => b.resumeTask(id)),
      stop: () => ask('stop', (b) => b.stopTask(id)),
      release: () => ask('release', (b) => b.releaseTask(id)),
      retry: () => ask('retry', (b) => b.retryNow(id)),
      agree: (code) => ask('agree', (b) => b.agree(id, code)),
      remove: () => ask('delete', (b) => b.deleteTask(id)),
      endDemo: () => ask('end_demo', (b) => b.endDemo()),
      setLimits: (limits) => ask('limits', (b) => b.setLimits(id, limits)),
      setClass: (cls) => ask('class', (b) => b.setClass(id, cls)),
      setAlerts: (rules) => ask('alerts', (b) => b.setAlerts(id, rules)),
      setKeepAwake: (keep) => ask('awake', (b) => b.setKeepAwake(id, keep)),
      rename: (name) => ask('rename', (b) => b.renameTask(id, name)),
      duplicate: () => ask('duplicate', async (b) => go({ screen: 'create', id: await b.duplicateTask(id) })),
      provideCredentials: (source, destination) => ask('credentials', (b) => b.provideCredentials(id, source, destination)),
    }),
    [ask, id],
  );
  return { pending, failed, ...asks };
}
