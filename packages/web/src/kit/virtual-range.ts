/** Which rows of a long list are drawn: those in sight, and a few around them. */
export interface RowRange {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** Rows come and go in blocks: a few at a time cost little, and not every pixel costs something. */
const BLOCK = 4;
/** Drawn beyond the edges of the screen, so that a flick of the wheel shows rows and not a gap. */
const AROUND = 4 * BLOCK;

/** `topPx`: how far the list's beginning is below the top of the screen; negative once scrolled. */
export function chooseRange(about: {
  readonly topPx: number;
  readonly screenPx: number;
  readonly rowPx: number;
  readonly count: number;
}): RowRange {
  const { topPx, screenPx, rowPx, count } = about;
  const firstSeen = Math.max(0, Math.floor(-topPx / rowPx));
  const lastSeen = Math.max(firstSeen, Math.ceil((screenPx - topPx) / rowPx));
  const from = Math.max(0, Math.floor((firstSeen - AROUND) / BLOCK) * BLOCK);
  const to = Math.ceil((lastSeen + AROUND) / BLOCK) * BLOCK;
  return { from: Math.min(from, count), to: Math.min(to, count) };
}
