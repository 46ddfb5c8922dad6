import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useState } from 'react';

import { asCommandError } from '../backend/backend';
import { useBackend } from '../backend/context';
import type { KeychainStatus } from '../bindings';

interface Keychain {
  /** Null until it is known. */
  status: KeychainStatus | null;
  /** It is being looked at again. */
  busy: boolean;
  again: () => void;
  /** The program told how it stands now. */
  told: (status: KeychainStatus) => void;
}

const KeychainContext = createContext<Keychain | null>(null);

/** Whether passwords can be kept here. */
export function useKeychain(): Keychain {
  const keychain = use(KeychainContext);
  if (!keychain) throw new Error('KeychainProvider is missing');
  return keychain;
}

export function KeychainProvider({ children }: { children: ReactNode }) {
  const backend = useBackend();
  const [status, setStatus] = useState<KeychainStatus | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    let gone = false;
    // Where the program cannot say, the settings page shows why.
    backend.appInfo().then((info) => gone || setStatus(info.keychain), () => undefined);
    return () => { gone = true; };
  }, [backend]);
  const again = useCallback(() => {
    setBusy(true);
    backend.probeKeychain()
      .then(setStatus, (reason: unknown) => {
        const { message, phrases } = asCommandError(reason);
        setStatus({ state: 'refused', available: false, reason: message, phrase: phrases.message });
      })
      .finally(() => setBusy(false));
  }, [backend]);
  const value = useMemo(() => ({ status, busy, again, told: setStatus }), [status, busy, again]);
  return <KeychainContext value={value}>{children}</KeychainContext>;
}
