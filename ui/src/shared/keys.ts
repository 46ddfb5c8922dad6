import { useSyncExternalStore } from 'react';

const STORED = 'keyferry.single-keys';
const listeners = new Set<() => void>();

/** Whether a key alone is a command. People who dictate switch it off; the page remembers it by itself. */
export function singleKeys(): boolean {
  return window.localStorage.getItem(STORED) !== 'off';
}

export function setSingleKeys(on: boolean): void {
  window.localStorage.setItem(STORED, on ? 'on' : 'off');
  listeners.forEach((each) => each());
}

export function useSingleKeys(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    singleKeys,
  );
}

/** The keyboard of a Mac says ⌘ where others say Ctrl. */
export const MODIFIER = navigator.userAgent.includes('Mac') ? '⌘' : 'Ctrl';

const withModifier = (event: KeyboardEvent) => (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;

/** Ctrl or ⌘ and `key`. */
export function isChord(event: KeyboardEvent, key: string): boolean {
  return withModifier(event) && event.key.toLowerCase() === key;
}

/** `key` by itself, outside of fields and of dialogs, which have a use for it of their own. */
export function isAlone(event: KeyboardEvent, key: string): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.key.toLowerCase() !== key || !singleKeys()) return false;
  const target = event.target instanceof Element ? event.target : null;
  return !target?.closest('input, textarea, select, [contenteditable="true"], [role="dialog"], [role="menu"], [role="listbox"], [role="combobox"]');
}
