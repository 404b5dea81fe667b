/** Durations as Prometheus writes them: `1h30m`, `15s`, `500ms`. */
import { invalid } from './errors.ts';

/** What each unit is worth, from large to small. */
export const DURATION_UNIT_MS: Readonly<Record<string, number>> = {
  y: 365 * 86_400_000,
  w: 7 * 86_400_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
};
const SHAPE = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const UNITS = Object.keys(DURATION_UNIT_MS);
/** 292 years: Prometheus counts nanoseconds in 63 bits. */
export const DURATION_MS_MAX = 9_223_372_036_854;

/**
 * Reads a duration into milliseconds; units from large to small, each at most once, or `0`. Throws
 * `DURATION_INVALID`.
 */
export function parseDuration(text: string): number {
  if (text === '0') return 0;
  const match = SHAPE.exec(text);
  if (text === '' || match === null) {
    throw invalid('DURATION_INVALID', `not a valid duration string: "${text}"`);
  }
  const sumMs = UNITS.reduce(
    (sum, unit, i) => sum + Number(match[i + 1] ?? 0) * DURATION_UNIT_MS[unit],
    0,
  );
  if (sumMs > DURATION_MS_MAX) {
    throw invalid('DURATION_INVALID', `duration out of range: "${text}"`);
  }
  return sumMs;
}

/** Writes milliseconds the same way: 90000 is `1m30s`. Years and weeks only where they fit exactly. */
export function formatDuration(durationMs: number): string {
  if (durationMs === 0) return '0s';
  let restMs = Math.round(Math.abs(durationMs));
  let text = durationMs < 0 ? '-' : '';
  for (const unit of UNITS) {
    const sizeMs = DURATION_UNIT_MS[unit];
    const isCoarse = unit === 'y' || unit === 'w';
    if (restMs < sizeMs || (isCoarse && restMs % sizeMs !== 0)) continue;
    text += `${Math.floor(restMs / sizeMs)}${unit}`;
    restMs %= sizeMs;
  }
  return text;
}
