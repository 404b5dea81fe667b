import type { Sparkline } from '@nines/contract';
import { formatDuration } from '../format/duration.ts';

/** How long a time a small line shows, in words: `1 h`. */
export function spanOf({ stepMs, values }: Sparkline): string {
  return formatDuration(stepMs * values.length);
}

/** The path of a small line; a gap in the values is a gap in the line. */
export function sparklinePath(
  values: readonly (number | null)[],
  box: { readonly width: number; readonly height: number },
): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return '';
  const low = Math.min(0, ...known);
  const span = Math.max(...known) - low || 1;
  const stepX = values.length > 1 ? box.width / (values.length - 1) : 0;
  let path = '';
  let isPenDown = false;
  for (const [index, value] of values.entries()) {
    if (value !== null) {
      const x = (index * stepX).toFixed(1);
      const y = (box.height - 2 - ((value - low) / span) * (box.height - 4)).toFixed(1);
      // A lone point between two gaps is drawn as a dot: a line of no length with round ends.
      path += isPenDown ? `L${x} ${y}` : `M${x} ${y}h0`;
    }
    isPenDown = value !== null;
  }
  return path;
}
