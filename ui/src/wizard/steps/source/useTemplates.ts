import { useCallback, useEffect, useState } from 'react';

import { asCommandError } from '../../../backend/backend';
import { useBackend } from '../../../backend/context';
import type { CommandError, Template } from '../../../bindings';

export interface Templates {
  /** Null while they are read. */
  all: Template[] | null;
  error: CommandError | null;
  reload: () => void;
}

/** The saved connections; what a template says now counts when it is selected, not later. */
export function useTemplates(): Templates {
  const backend = useBackend();
  const [all, setAll] = useState<Template[] | null>(null);
  const [error, setError] = useState<CommandError | null>(null);
  const [asked, setAsked] = useState(0);

  useEffect(() => {
    let gone = false;
    backend.listTemplates().then(
      (next) => {
        if (gone) return;
        setAll(next);
        setError(null);
      },
      (reason: unknown) => gone || setError(asCommandError(reason)),
    );
    return () => {
      gone = true;
    };
  }, [backend, asked]);

  return { all, error, reload: useCallback(() => setAsked((before) => before + 1), []) };
}
