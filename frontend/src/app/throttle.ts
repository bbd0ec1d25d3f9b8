// Many wishes, few deeds: what happens a hundred times a second is asked for once.
import { useEffect, useRef, useState } from 'react';

/** What comes together is answered together, after this many milliseconds. */
const SOON = 150;
/** Between two calls at least this many milliseconds go by. */
const APART = 1000;

/**
 * Grants wishes soon, and at most one a second however many there are. The last wish is always granted; a
 * call that takes long makes the next wait five times as long.
 */
export function throttle() {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let free = 0;
  let wanted: (() => unknown) | undefined;
  const run = async () => {
    const began = Date.now();
    free = Number.POSITIVE_INFINITY;
    timer = undefined;
    const call = wanted;
    wanted = undefined;
    await call?.();
    free = began + Math.max(APART, 5 * (Date.now() - began));
    if (wanted) wish(wanted);
  };
  const wish = (call: () => unknown) => {
    wanted = call;
    if (timer !== undefined || free === Number.POSITIVE_INFINITY) return;
    timer = setTimeout(() => void run(), Math.max(SOON, free - Date.now()));
  };
  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  return { wish, stop };
}

/** `call`, soon and at most once a second; not any more when the component is gone. */
export function useThrottled(call: () => unknown): () => void {
  const latest = useRef(call);
  useEffect(() => {
    latest.current = call;
  });
  const [throttled] = useState(throttle);
  useEffect(() => throttled.stop, [throttled]);
  return () => throttled.wish(() => latest.current());
}
