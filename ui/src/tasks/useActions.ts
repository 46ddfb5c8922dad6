import { useCallback, useState } from 'react';

import { asCommandError, type Backend } from '../backend/backend';
import { useBackend } from '../backend/context';
import type { CommandError, Limits, PasswordInput } from '../bindings';

/** What was asked and is not done yet. */
export type Pending =
  | 'pause'
  | 'resume'
  | 'stop'
  | 'release'
  | 'retry'
  | 'delete'
  | 'credentials'
  | 'limits'
  | 'end_demo';

export interface Failed {
  action: Pending;
  error: CommandError;
}

export interface Actions {
  pending: Pending | null;
  failed: Failed | null;
  /** Each gives whether it worked; why not is in `failed`. */
  pause: () => Promise<boolean>;
  resume: () => Promise<boolean>;
  stop: () => Promise<boolean>;
  release: () => Promise<boolean>;
  retry: () => Promise<boolean>;
  remove: () => Promise<boolean>;
  endDemo: () => Promise<boolean>;
  setLimits: (limits: Limits) => Promise<boolean>;
  provideCredentials: (source: string | null, destination: string | null) => Promise<boolean>;
}

/** A field that was left empty leaves the stored password as it is. */
const given = (password: string | null): PasswordInput => (password === null ? { from: 'keep' } : { from: 'typed', password });

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
        return true;
      } catch (reason) {
        setFailed({ action, error: asCommandError(reason) });
        return false;
      } finally {
        setPending(null);
      }
    },
    [backend],
  );

  return {
    pending,
    failed,
    pause: () => ask('pause', (b) => b.pauseTask(id)),
    resume: () => ask('resume', (b) => b.resumeTask(id)),
    stop: () => ask('stop', (b) => b.stopTask(id)),
    release: () => ask('release', (b) => b.releaseTask(id)),
    retry: () => ask('retry', (b) => b.retryNow(id)),
    remove: () => ask('delete', (b) => b.deleteTask(id)),
    endDemo: () => ask('end_demo', (b) => b.endDemo()),
    setLimits: (limits) => ask('limits', (b) => b.setLimits(id, limits)),
    provideCredentials: (source, destination) => ask('credentials', (b) => b.provideCredentials(id, given(source), given(destination))),
  };
}
