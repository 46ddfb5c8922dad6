import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// `--mode mock` puts the in-browser backend behind the page: for work on the page, and for screenshots.
export default defineConfig({
  base: './',
  plugins: [react()],
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
