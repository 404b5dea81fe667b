import { type RefObject, useEffect, useRef } from 'react';

/** Focuses an element when it comes on screen by the viewer's own act. */
export function useAutofocus<T extends HTMLElement>(): RefObject<T | null> {
  const ref = useRef<T>(null);
  useEffect(() => ref.current?.focus(), []);
  return ref;
}
