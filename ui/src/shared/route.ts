import { useSyncExternalStore } from 'react';

/** A place in the page, kept behind the address's `#`. */
export type Route =
  | { screen: 'tasks' }
  | { screen: 'task'; id: string }
  | { screen: 'create'; id: string | null }
  | { screen: 'settings' };

export function href(route: Route): string {
  switch (route.screen) {
    case 'tasks':
      return '#/tasks';
    case 'task':
      return `#/tasks/${encodeURIComponent(route.id)}`;
    case 'create':
      return route.id === null ? '#/create' : `#/create/${encodeURIComponent(route.id)}`;
    case 'settings':
      return '#/settings';
  }
}

export function parseRoute(hash: string): Route {
  const [screen, id] = hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent);
  if (screen === 'settings') return { screen };
  if (screen === 'create') return { screen, id: id ?? null };
  return id ? { screen: 'task', id } : { screen: 'tasks' };
}

export function go(route: Route): void {
  window.location.hash = href(route);
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

/** The address's hash; renders again when it changes. */
export function useHash(): string {
  return useSyncExternalStore(subscribe, () => window.location.hash);
}
