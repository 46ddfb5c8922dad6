import type { ButtonProps } from 'antd';

/** A test id for a button that a component of the library makes itself. */
export const identify = (testId: string): ButtonProps => ({ 'data-testid': testId });

/** For a dialog's `afterOpenChange`: the library takes the focus to the dialog itself where nothing moves. */
export const focusOnOpen = (testId: string) => (open: boolean) => {
  if (open) document.querySelector<HTMLElement>(`[data-testid="${testId}"]`)?.focus();
};
