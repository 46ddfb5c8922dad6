import type { ButtonProps } from 'antd';

/** A test id for a button that a component of the library makes itself. */
export const identify = (testId: string): ButtonProps => ({ 'data-testid': testId });
