import { cleanup } from '@testing-library/react';
import { afterEach, vi } from 'vitest';

afterEach(() => {
  cleanup();
  window.location.hash = '';
});

// Draws on a canvas, which the test's document has not.
vi.mock('uplot', () => ({
  default: class {
    setData = () => undefined;
    setSize = () => undefined;
    destroy = () => undefined;
  },
}));
