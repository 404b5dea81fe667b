/** A disk of a few hundred megabytes that a test may fill: a tmpfs, where we may mount one. */
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createScratchFolder } from './server.ts';

export interface SmallDisk {
  readonly dir: string;
  /** Fills it up to so many bytes. */
  fillUpTo(freeBytes: number): void;
  /** Takes away what filled it. */
  clear(): void;
  unmount(): void;
}

const BLOCK = Buffer.alloc(1024 * 1024, 1);

/** Mounts one; undefined where this machine does not let us. */
export function mountSmallDisk(sizeBytes: number): SmallDisk | undefined {
  const dir = createScratchFolder();
  const filler = join(dir, 'filler');
  try {
    const options = ['-t', 'tmpfs', '-o', `size=${sizeBytes}`, 'tmpfs', dir];
    execFileSync('mount', options, { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  let isMounted = true;
  const unmount = (): void => {
    if (isMounted) execFileSync('umount', ['--lazy', dir], { stdio: 'ignore' });
    isMounted = false;
  };
  process.once('exit', unmount);
  return {
    dir,
    fillUpTo(freeBytes) {
      const file = openSync(filler, 'a');
      try {
        while (readFree(dir) > freeBytes + BLOCK.length) writeSync(file, BLOCK);
      } finally {
        closeSync(file);
      }
    },
    clear: () => rmSync(filler, { force: true }),
    unmount,
  };
}

function readFree(dir: string): number {
  const { bavail, bsize } = statfsSync(dir);
  return bavail * bsize;
}
