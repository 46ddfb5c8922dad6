import { useEffect } from 'react';

import { isAlone, isChord } from '../shared/keys';
import { go } from '../shared/route';

/** What is on top of the screen. */
export type Overlay = 'palette' | 'keys' | null;

/** The keys that work on every screen. */
export function useShortcuts(onOverlay: (overlay: Overlay) => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const act = actionOf(event);
      if (!act) return;
      event.preventDefault();
      act();
    };
    const actionOf = (event: KeyboardEvent): (() => void) | null => {
      if (isChord(event, 'k')) return () => onOverlay('palette');
      if (event.key === 'F1' || isChord(event, '/') || isAlone(event, '/') || isAlone(event, '?')) return () => onOverlay('keys');
      if (isChord(event, 'n') || isAlone(event, 'n')) return () => go({ screen: 'create', id: null });
      if (isChord(event, ',') || isAlone(event, ',')) return () => go({ screen: 'settings' });
      return null;
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [onOverlay]);
}
