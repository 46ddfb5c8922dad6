import { useCallback, useEffect, useState } from 'react';

import { asCommandError } from '../backend/backend';
import { useBackend } from '../backend/context';
import type { CommandError, Template } from '../bindings';

export interface Templates {
  /** Null until they were read. */
  templates: Template[] | null;
  /** They could not be read, or what was asked was refused. */
  error: { during: 'read' | 'change'; error: CommandError } | null;
  reload: () => void;
  /** Does something and reads again; gives whether it worked. */
  change: (what: () => Promise<unknown>) => Promise<boolean>;
}

export function useTemplates(): Templates {
  const backend = useBackend();
  const [templates, setTemplates] = useState<Template[] | null>(null);
  const [error, setError] = useState<Templates['error']>(null);

  const read = useCallback(
    () => backend.listTemplates().then(setTemplates, (reason: unknown) => setError({ during: 'read', error: asCommandError(reason) })),
    [backend],
  );
  useEffect(() => {
    void read();
  }, [read]);

  const change = useCallback(
    async (what: () => Promise<unknown>) => {
      setError(null);
      try {
        await what();
      } catch (reason) {
        setError({ during: 'change', error: asCommandError(reason) });
        return false;
      }
      await read();
      return true;
    },
    [read],
  );
  const reload = useCallback(() => {
    setError(null);
    void read();
  }, [read]);
  return { templates, error, reload, change };
}
