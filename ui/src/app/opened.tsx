import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import '../i18n';
import type { Backend } from '../backend/backend';
import { mockBackend, type MockOptions } from '../backend/mock/mock';

import { App } from './App';

/** A loaded machine needs its time. */
export const WAIT = { timeout: 10_000 };

/** The whole page on the mock, at `hash`; for tests. */
export function opened(options: MockOptions = {}, hash = '', change: Partial<Backend> = {}) {
  window.location.hash = hash;
  const backend = { ...mockBackend({ pace_ms: 0, ...options }), ...change };
  render(<App backend={backend} />);
  return { backend, user: userEvent.setup() };
}

export const find = (id: string) => screen.findByTestId(id, undefined, WAIT);
export const get = (id: string) => screen.getByTestId(id);
