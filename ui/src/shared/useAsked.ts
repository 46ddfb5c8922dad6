import { useEffect, useState } from 'react';

/** What `ask` answers, once; asked again when `key` changes. Null until then, and the reason where it failed. */
export function useAsked<T>(ask: () => Promise<T>, key = ''): [T | null, unknown] {
  const [answer, setAnswer] = useState<{ value: T | null; reason: unknown }>({ value: null, reason: null });
  useEffect(() => {
    let gone = false;
    ask().then(
      (value) => gone || setAnswer({ value, reason: null }),
      (reason: unknown) => gone || setAnswer((before) => ({ ...before, reason })),
    );
    return () => {
      gone = true;
    };
    // `key` says when the question is another one; the function is made anew each time.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key]);
  return [answer.value, answer.reason];
}
