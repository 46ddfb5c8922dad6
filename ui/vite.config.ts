import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/**
 * The component library stops the document from scrolling behind a dialog with a style element that has no
 * nonce, which the content security policy refuses. The document never scrolls: its parts do.
 */
const noScrollLock: Plugin = {
  name: 'no-scroll-lock',
  enforce: 'pre',
  load: (id) => (/@rc-component\/portal\/es\/useScrollLocker\.js/.test(id) ? 'export default function useScrollLocker() {}' : null),
};

// `--mode mock` puts the in-browser backend behind the page: for work on the page, and for screenshots.
export default defineConfig({
  base: './',
  plugins: [noScrollLock, react()],
  build: {
    target: 'es2022',
    // The content security policy has no `data:` but for images: fonts stay files.
    assetsInlineLimit: 0,
    // One program on one disk: a request more or less costs nothing, so the size of a chunk says little.
    chunkSizeWarningLimit: 1500,
  },
  test: {
    environment: 'happy-dom',
    setupFiles: ['src/testing.ts'],
    testTimeout: 30_000,
    restoreMocks: true,
  },
});
