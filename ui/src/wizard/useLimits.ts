import { useEffect, useState } from 'react';

import { useBackend } from '../backend/context';
import type { LimitNote } from '../bindings';

import { useSession } from './session';
import { draftOf } from './values';

/** What holds for this kind of migration, with what applies to this pair; null while it is asked. */
export function useLimits(): LimitNote[] | null {
  const backend = useBackend();
  const { values, tester } = useSession();
  const [limits, setLimits] = useState<LimitNote[] | null>(null);
  const source = tester.tests.source?.report?.server ?? null;
  const destination = tester.tests.destination?.report?.server ?? null;
  const draft = draftOf(values);
  const key = JSON.stringify([draft, source, destination]);

  useEffect(() => {
    let gone = false;
    // Asked again with each change; where it fails the last answer stays.
    const timer = setTimeout(() => {
      backend.limits(draft, source, destination).then((next) => gone || setLimits(next), () => gone || setLimits((last) => last ?? []));
    }, 100);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
    // `key` is what the answer depends on.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [backend, key]);
  return limits;
}
