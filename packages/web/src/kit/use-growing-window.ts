import { type RefObject, useEffect, useRef, useState } from 'react';

/** About three screens: drawn within one frame's budget or two. */
const STEP = 150;
/** The next rows are there before their place is. */
const AHEAD = '1200px';

/**
 * How many rows of a long list to draw: a few screens at first, more as the viewer comes near the
 * end. Put `end` on an element after the last row.
 */
export function useGrowingWindow(totalCount: number): {
  readonly count: number;
  readonly end: RefObject<HTMLDivElement | null>;
} {
  const [count, setCount] = useState(STEP);
  const end = useRef<HTMLDivElement>(null);
  const isWhole = count >= totalCount;
  useEffect(() => {
    const element = end.current;
    if (element === null || isWhole) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setCount(count + STEP);
      },
      { rootMargin: AHEAD },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [count, isWhole]);
  return { count, end };
}
