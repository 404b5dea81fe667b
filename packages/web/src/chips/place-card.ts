/** Where a card stands on the screen, as fixed distances from its edges. */
export interface CardPlace {
  readonly left: number;
  readonly top?: number;
  readonly bottom?: number;
}

const GAP_PX = 6;
/** As wide as a card may be, and as high as one usually is. */
export const CARD_WIDTH_PX = 300;
const CARD_HEIGHT_PX = 160;

interface Anchor {
  readonly left: number;
  readonly top: number;
  readonly bottom: number;
}

/** Below its anchor, or above where there is no room below; never over the right edge. */
export function placeCard(
  anchor: Anchor,
  screen: { readonly width: number; readonly height: number },
): CardPlace {
  const left = Math.max(0, Math.min(anchor.left, screen.width - CARD_WIDTH_PX - GAP_PX));
  const isRoomBelow = anchor.bottom + GAP_PX + CARD_HEIGHT_PX <= screen.height;
  return isRoomBelow
    ? { left, top: anchor.bottom + GAP_PX }
    : { left, bottom: screen.height - anchor.top + GAP_PX };
}
