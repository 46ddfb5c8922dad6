import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useState } from 'react';

import { asCommandError } from '../backend/backend';
import { useBackend } from '../backend/context';
import type { CommandError, Settings } from '../bindings';

interface Kept {
  settings: Settings;
  error: CommandError | null;
  /** Takes effect at once; stored behind it, and taken back where that is refused. */
  change: (part: Partial<Settings>) => void;
}

const DEFAULTS: Settings = {
  theme: 'system', language: 'system', resume_on_start: true, close: 'ask', notifications: true, autostart: false,
};
const SettingsContext = createContext<Kept | null>(null);

export function useSettings(): Kept {
  const kept = use(SettingsContext);
  if (!kept) throw new Error('SettingsProvider is missing');
  return kept;
}

export function SettingsProvider({ children }: { children: ReactNode }) {
  const backend = useBackend();
  const [settings, setSettings] = useState(DEFAULTS);
  const [error, setError] = useState<CommandError | null>(null);

  useEffect(() => {
    let gone = false;
    backend.getSettings().then(
      (stored) => gone || setSettings(stored),
      (reason: unknown) => gone || setError(asCommandError(reason)),
    );
    return () => { gone = true; };
  }, [backend]);

  const change = useCallback(
    (part: Partial<Settings>) => {
      const next = { ...settings, ...part };
      setSettings(next);
      setError(null);
      backend.setSettings(next).catch((reason: unknown) => {
        setError(asCommandError(reason));
        backend.getSettings().then(setSettings, () => undefined);
      });
    },
    [backend, settings],
  );
  const value = useMemo(() => ({ settings, error, change }), [settings, error, change]);
  return <SettingsContext value={value}>{children}</SettingsContext>;
}
