import { createContext, use } from 'react';

import type { Backend } from './backend';

export const BackendContext = createContext<Backend | null>(null);

/** The program behind the page. */
export function useBackend(): Backend {
  const backend = use(BackendContext);
  if (!backend) throw new Error('BackendContext is missing');
  return backend;
}
