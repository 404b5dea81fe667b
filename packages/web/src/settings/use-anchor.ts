import { type RefObject, useEffect, useRef } from 'react';

/** A part of the page that a link with this hash leads to: scrolled to, its first field focused. */
export function useAnchor<T extends HTMLElement>(hash: string): RefObject<T | null> {
  const ref = useRef<T>(null);
  useEffect(() => {
    const element = ref.current;
    if (element === null || window.location.hash !== hash) return;
    element.scrollIntoView({ block: 'center' });
    element.querySelector('input')?.focus();
  }, [hash]);
  return ref;
}
