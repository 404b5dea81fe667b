import { useRef, useState } from 'react';

/** The id `by` places on; the ends hold. Undefined for an empty list. */
export function moveCursor(
  ids: readonly string[],
  currentId: string | undefined,
  by: 1 | -1,
): string | undefined {
  const index = currentId === undefined ? -1 : ids.indexOf(currentId);
  if (index === -1) return by === 1 ? ids[0] : ids.at(-1);
  return ids[Math.min(ids.length - 1, Math.max(0, index + by))];
}

/**
 * Walking through a list with `j` and `k`. The cursor is the focus itself, so whatever reads the
 * screen follows it too. A list that draws only what is in sight passes `reveal`: it brings a row
 * into sight, which then takes the focus when it is drawn.
 */
export function useListCursor(ids: readonly string[], reveal?: (index: number) => void) {
  const [lastId, setLastId] = useState<string>();
  const elements = useRef(new Map<string, HTMLElement>());
  const awaitedId = useRef<string>(undefined);
  const currentId = lastId !== undefined && ids.includes(lastId) ? lastId : undefined;
  const move = (by: 1 | -1) => {
    const id = moveCursor(ids, currentId, by);
    if (id === undefined) return;
    setLastId(id);
    const element = elements.current.get(id);
    awaitedId.current = element === undefined ? id : undefined;
    if (element === undefined) reveal?.(ids.indexOf(id));
    else element.focus();
  };
  const itemProps = (id: string) => ({
    tabIndex: -1,
    onFocus: () => setLastId(id),
    ref: (element: HTMLElement | null) => {
      if (element === null) {
        elements.current.delete(id);
        return;
      }
      elements.current.set(id, element);
      if (awaitedId.current !== id) return;
      awaitedId.current = undefined;
      element.focus({ preventScroll: true });
    },
  });
  return { currentId, move, itemProps };
}
