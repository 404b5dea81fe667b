/** A disk whose power can be cut: ext4 in a file, on a loop device, where we may have one. */
import { execFileSync } from 'node:child_process';
import { closeSync, copyFileSync, ftruncateSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { createScratchFolder } from './server.ts';

export interface LoopDisk {
  readonly dir: string;
  /**
   * Goes on with what had reached the disk when it was called: what the system had not written yet
   * is gone. Whoever writes there must stand still by then, and be gone once `end` has answered.
   */
  cutPower(end: () => Promise<void>): Promise<void>;
  unmount(): void;
}

/** Makes and mounts one; undefined where this machine does not let us. */
export function mountLoopDisk(sizeBytes: number): LoopDisk | undefined {
  const folder = createScratchFolder();
  const dir = join(folder, 'disk');
  const image = join(folder, 'image');
  mkdirSync(dir);
  const file = openSync(image, 'w');
  ftruncateSync(file, sizeBytes);
  closeSync(file);
  const mount = (): void => run('mount', ['-o', 'loop', image, dir]);
  try {
    run('mkfs.ext4', ['-q', '-F', image]);
    mount();
  } catch {
    return undefined;
  }
  let isMounted = true;
  const unmount = (): void => {
    if (isMounted) run('umount', ['--lazy', dir]);
    isMounted = false;
  };
  process.once('exit', unmount);
  return {
    dir,
    async cutPower(end) {
      const left = join(folder, 'left');
      copyFileSync(image, left);
      await end();
      run('umount', [dir]);
      isMounted = false;
      renameSync(left, image);
      mount();
      isMounted = true;
    },
    unmount,
  };
}

function run(command: string, args: readonly string[]): void {
  execFileSync(command, [...args], { stdio: 'ignore' });
}
