import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';

import { KeychainNotice } from '../settings/KeychainNotice';
import { parseRoute, useHash } from '../shared/route';

import { Screen } from './Screen';
import { ScreenBoundary } from './ScreenBoundary';
import { Sidebar } from './Sidebar';
import { type Overlay, useShortcuts } from './useShortcuts';
import { useShellEvents, useWindowTitle } from './useWindow';

const CommandPalette = lazy(() => import('./CommandPalette').then((module) => ({ default: module.CommandPalette })));
const CloseQuestion = lazy(() => import('./CloseQuestion').then((module) => ({ default: module.CloseQuestion })));
const CheatSheet = lazy(() => import('./CheatSheet').then((module) => ({ default: module.CheatSheet })));

/** The side bar, the screen beside it, and what lies on top. */
export function Shell() {
  const route = parseRoute(useHash());
  const place = route.screen === 'task' || route.screen === 'create' ? `${route.screen}/${route.id ?? ''}` : route.screen;
  const [overlay, setOverlay] = useState<Overlay>(null);
  const main = useRef<HTMLElement>(null);
  const before = useRef(place);
  useShortcuts(setOverlay);
  useWindowTitle();
  const { closing, answered } = useShellEvents();
  const help = useCallback(() => setOverlay('keys'), []);
  const close = useCallback(() => setOverlay(null), []);

  useEffect(() => {
    if (before.current === place) return;
    before.current = place;
    main.current?.scrollTo(0, 0);
    // The keyboard goes on in the new screen, unless that has its own idea of where.
    if (!main.current?.contains(document.activeElement)) main.current?.focus({ preventScroll: true });
  }, [place]);

  return (
    <div className="shell">
      <Sidebar screen={route.screen} onHelp={help} />
      <main ref={main} tabIndex={-1}>
        <div className="content">
          <KeychainNotice />
          <ScreenBoundary place={place}>
            <Screen route={route} />
          </ScreenBoundary>
        </div>
      </main>
      <Suspense>
        {overlay === 'palette' ? <CommandPalette onClose={close} onHelp={help} /> : null}
        {closing ? <CloseQuestion running={closing.running} tray={closing.tray} onAnswered={answered} /> : null}
        {overlay === 'keys' ? <CheatSheet onClose={close} /> : null}
      </Suspense>
    </div>
  );
}
