import { useState } from 'react';
import { type HeldItem, holdOrder } from './hold-order.ts';

/** A live list that stands still while the pointer is on it; spread `hold` on its element. */
export function useHeldList<T>(next: readonly T[], keyOf: (item: T) => string) {
  const [shown, setShown] = useState<readonly T[] | undefined>();
  const items: readonly HeldItem<T>[] =
    shown === undefined
      ? next.map((item) => ({ item, isGone: false }))
      : holdOrder(shown, next, keyOf);
  const hold = {
    onPointerEnter: (event: { readonly pointerType: string }) => {
      // A finger leaves no pointer behind that could let the list go again.
      if (event.pointerType === 'mouse') setShown(next);
    },
    onPointerLeave: () => setShown(undefined),
  };
  return { items, hold };
}
