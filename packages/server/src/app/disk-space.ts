/**
 * How much room the disk has left, asked at most every other second: the store asks before every
 * write, and the answer does not change by more than a few megabytes in between.
 */
import { statfsSync } from 'node:fs';
import type { Clock } from '../platform/index.ts';

const ASK_EVERY_MS = 2_000;

/** Answers the bytes that this user may still write on the disk that holds a folder. */
export function createFreeSpace(dir: string, clock: Clock): () => number {
  let askedMs = Number.NEGATIVE_INFINITY;
  let freeBytes = 0;
  return () => {
    const nowMs = clock.monotonicMs();
    if (nowMs - askedMs >= ASK_EVERY_MS) {
      const { bavail, bsize } = statfsSync(dir);
      freeBytes = bavail * bsize;
      askedMs = nowMs;
    }
    return freeBytes;
  };
}
