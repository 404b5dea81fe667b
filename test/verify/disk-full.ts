/** A full disk costs new samples, and nothing else. */
import { DISK_BYTES, runDiskFull } from '../disk-full/story.ts';
import { mountSmallDisk } from '../harness/small-disk.ts';
import { missing, type Verification } from './verification.ts';

export const diskFull: Verification = {
  name: 'disk-full',
  promise:
    'a full disk stops scraping with a page, loses nothing stored, and scraping goes on after',
  async run() {
    const disk = mountSmallDisk(DISK_BYTES);
    if (disk === undefined) return missing('a tmpfs (root, and the right to mount)');
    try {
      const { misses, ...figures } = await runDiskFull(disk);
      return { isKept: misses.length === 0, figures, misses };
    } finally {
      disk.unmount();
    }
  },
};
