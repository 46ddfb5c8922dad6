import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useRef, useState } from 'react';

import { asCommandError } from '../backend/backend';
import { useBackend } from '../backend/context';
import type { CommandError, Settings, SettingsPart } from '../bindings';

interface Kept {
  settings: Settings;
  error: CommandError | null;
  /** Takes effect at once; stored behind it, and taken back where that is refused. */
  change: (part: SettingsPart) => void;
  /** Reads them again: the program has changed them by itself. */
  read: () => void;
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
  /** As the program said last; until it can say, what would hold without a file. */
  const [stored, setStored] = useState(DEFAULTS);
  /** What was changed here and is not answered yet. Only that is sent: the rest may be another by then. */
  const [asked, setAsked] = useState<SettingsPart[]>([]);
  const [error, setError] = useState<CommandError | null>(null);
  const queue = useRef<Promise<unknown>>(Promise.resolve());

  /** One call at a time, in order: no answer is older than one before it. */
  const ask = useCallback((call: () => Promise<Settings>, answered: () => void) => {
    queue.current = queue.current.then(call).then(
      (now) => {
        setStored(now);
        answered();
      },
      (reason: unknown) => {
        setError(asCommandError(reason));
        answered();
      },
    );
  }, []);
  const read = useCallback(() => ask(() => backend.getSettings(), () => undefined), [ask, backend]);
  useEffect(read, [read]);
  const change = useCallback(
    (part: SettingsPart) => {
      setAsked((before) => [...before, part]);
      setError(null);
      ask(() => backend.setSettings(part), () => setAsked((before) => before.filter((one) => one !== part)));
    },
    [ask, backend],
  );

  const settings = useMemo(() => asked.reduce<Settings>((shown, part) => ({ ...shown, ...part }), stored), [stored, asked]);
  const value = useMemo(() => ({ settings, error, change, read }), [settings, error, change, read]);
  return <SettingsContext value={value}>{children}</SettingsContext>;
}
