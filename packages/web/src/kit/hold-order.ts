/**
 * Live lists must not move what the pointer is on. While a list is held, what was shown keeps its
 * place, even when it is over; what is new comes after it.
 */
export interface HeldItem<T> {
  readonly item: T;
  /** It is no longer in the list and leaves once the list is let go. */
  readonly isGone: boolean;
}

export function holdOrder<T>(
  shown: readonly T[],
  next: readonly T[],
  keyOf: (item: T) => string,
): readonly HeldItem<T>[] {
  const fresh = new Map(next.map((item) => [keyOf(item), item]));
  const kept = shown.map((item) => {
    const key = keyOf(item);
    const update = fresh.get(key);
    fresh.delete(key);
    return { item: update ?? item, isGone: update === undefined };
  });
  return [...kept, ...[...fresh.values()].map((item) => ({ item, isGone: false }))];
}
