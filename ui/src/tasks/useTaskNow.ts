import type { TaskState } from '../bindings';
import { useNow } from '../shared/useNow';

import { isLive } from './life';

/** How often the page of a task that rests is drawn anew, ms: its figures stand still, only its age grows. */
const AT_REST_MS = 30_000;

/** The time, as often as a task in this state needs it. */
export function useTaskNow(state: TaskState): number {
  // One that failed counts down to its next start.
  return useNow(isLive(state) || state === 'failed' ? undefined : AT_REST_MS);
}
