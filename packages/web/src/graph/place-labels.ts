/**
 * Places labels of one height near their wanted positions without overlap, in the order of these
 * positions, within 0 … `height`. Where there is no room for all, the last ones go.
 */
export function placeLabels(
  wantedYs: readonly number[],
  box: { readonly height: number; readonly labelHeight: number },
): readonly (number | undefined)[] {
  const { height, labelHeight } = box;
  const room = Math.max(0, Math.floor(height / labelHeight));
  const order = [...wantedYs.keys()]
    .toSorted((a, b) => (wantedYs[a] ?? 0) - (wantedYs[b] ?? 0))
    .slice(0, room);
  const placed: (number | undefined)[] = wantedYs.map(() => undefined);
  let floor = labelHeight / 2;
  for (const index of order) {
    const y = Math.max(floor, wantedYs[index] ?? 0);
    placed[index] = y;
    floor = y + labelHeight;
  }
  // Those that were pushed out at the bottom push back.
  let ceiling = height - labelHeight / 2;
  for (const index of order.toReversed()) {
    const y = Math.min(ceiling, placed[index] ?? 0);
    placed[index] = y;
    ceiling = y - labelHeight;
  }
  return placed;
}
