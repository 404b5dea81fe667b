/** Positioned reading and writing of an open file, whole: the system may do less than it was asked. */
import { readSync, writeSync } from 'node:fs';

/** Writes all of the bytes at a place, or throws the system's error. */
export function writeAll(handle: number, bytes: Uint8Array, at: number): void {
  let done = 0;
  while (done < bytes.length) {
    done += writeSync(handle, bytes, done, bytes.length - done, at + done);
  }
}

/** Reads up to the length of `into`; answers how many bytes there were. */
export function readUpTo(handle: number, into: Uint8Array, at: number): number {
  let done = 0;
  while (done < into.length) {
    const count = readSync(handle, into, done, into.length - done, at + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}
