import { useSyncExternalStore } from 'react';

/** The wizard's steps, as addresses have them. */
export const WIZARD_STEPS = ['source', 'objects', 'precheck', 'class'] as const;
export type WizardStep = (typeof WIZARD_STEPS)[number];

/** A place in the page, kept behind the address's `#`. */
export type Route =
  | { screen: 'tasks' }
  | { screen: 'task'; id: string }
  | { screen: 'create'; id: string | null; /** Left out where the draft itself knows it. */ step?: WizardStep | undefined }
  | { screen: 'templates'; /** With the dialog that makes them from other programs' lists. */ importing?: boolean }
  | { screen: 'settings' };

export function href(route: Route): string {
  switch (route.screen) {
    case 'tasks':
      return '#/tasks';
    case 'task':
      return `#/tasks/${encodeURIComponent(route.id)}`;
    case 'create':
      return ['#/create', ...(route.id === null ? [] : [encodeURIComponent(route.id), ...(route.step ? [route.step] : [])])].join('/');
    case 'templates':
      return route.importing ? '#/templates/import' : '#/templates';
    case 'settings':
      return '#/settings';
  }
}

export function parseRoute(hash: string): Route {
  const [screen, id, part] = hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent);
  if (screen === 'settings') return { screen };
  if (screen === 'templates') return id === 'import' ? { screen, importing: true } : { screen };
  if (screen === 'create') return { screen, id: id ?? null, step: WIZARD_STEPS.find((step) => step === part) };
  return id ? { screen: 'task', id } : { screen: 'tasks' };
}

/** Goes there without a way back to where it was. */
export function replace(route: Route): void {
  window.history.replaceState(null, '', href(route));
  window.dispatchEvent(new HashChangeEvent('hashchange'));
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
