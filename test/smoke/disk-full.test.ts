/** The promise: a full disk stops scraping, with a page, and loses nothing. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DISK_BYTES, runDiskFull } from '../disk-full/story.ts';
import { mountSmallDisk } from '../harness/small-disk.ts';

const disk = mountSmallDisk(DISK_BYTES);

describe('a disk that runs full', {
  skip: disk === undefined ? 'no tmpfs can be mounted here' : false,
}, () => {
  it('stops scraping with a page, keeps what is stored, and goes on when there is room', async () => {
    assert.ok(disk);
    try {
      const report = await runDiskFull(disk);
      assert.deepEqual(report.misses, []);
    } finally {
      disk.unmount();
    }
  });
});
