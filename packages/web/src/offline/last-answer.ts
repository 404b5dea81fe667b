/** When the server last answered this browser: what the offline page tells. */
import type { Storage } from '../platform/browser.ts';

const KEY = 'nines.lastAnswer';

export function keepLastAnswer(storage: Storage, atMs: number): void {
  storage.write(KEY, String(Math.round(atMs)));
}

/** Epoch milliseconds; undefined where it is not known. */
export function readLastAnswer(storage: Storage): number | undefined {
  const atMs = Number(storage.read(KEY) ?? Number.NaN);
  return Number.isFinite(atMs) ? atMs : undefined;
}
