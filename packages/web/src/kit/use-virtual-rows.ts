import { type RefObject, useLayoutEffect, useState } from 'react';
import { chooseRange, type RowRange } from './virtual-range.ts';

/** Until the list has been measured once; as many as fit on a large screen. */
const FIRST: RowRange = { from: 0, to: 32 };

/**
 * Draws only what is in sight of a list whose rows all have the same height, in a page that
 * scrolls as a whole. Belongs into the component that draws the rows and nothing else: while one
 * scrolls it is drawn again and again.
 */
export function useVirtualRows(
  list: RefObject<HTMLElement | null>,
  about: { readonly count: number; readonly rowPx: number },
): RowRange {
  const { count, rowPx } = about;
  const [range, setRange] = useState(FIRST);
  useLayoutEffect(() => {
    const measure = () => {
      const topPx = list.current?.getBoundingClientRect().top;
      if (topPx === undefined) return;
      const next = chooseRange({ topPx, screenPx: window.innerHeight, rowPx, count });
      setRange((now) => (now.from === next.from && now.to === next.to ? now : next));
    };
    measure();
    window.addEventListener('scroll', measure, { passive: true });
    window.addEventListener('resize', measure);
    return () => {
      window.removeEventListener('scroll', measure);
      window.removeEventListener('resize', measure);
    };
  }, [list, count, rowPx]);
  return { from: range.from, to: Math.min(range.to, count) };
}

/** Scrolls a row that may not be drawn into the middle of the screen. */
export function revealRow(list: HTMLElement | null, inListPx: number): void {
  if (list === null) return;
  const rowTopPx = list.getBoundingClientRect().top + inListPx;
  window.scrollBy({ top: rowTopPx - window.innerHeight / 2, behavior: 'instant' });
}
