import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, it } from 'node:test';
import { createManualClock } from '../platform/index.ts';
import { createFilesystemReader } from './filesystem-size.ts';
import { FILESYSTEM_TIMEOUT_MS } from './limits.ts';

const SIZE = { sizeBytes: 9, freeBytes: 8, availBytes: 7, files: 6, filesFree: 5 };
const nfs = (mountpoint: string) => ({ mountpoint, fstype: 'nfs4' });
const ext4 = (mountpoint: string) => ({ mountpoint, fstype: 'ext4' });

function createStage() {
  const clock = createManualClock(0);
  const asked: string[] = [];
  const hanging = new Map<string, () => void>();
  const read = createFilesystemReader({
    clock,
    async ask(mountpoint) {
      asked.push(mountpoint);
      if (mountpoint.startsWith('/gone')) throw new Error('ENOENT');
      if (mountpoint.startsWith('/away')) {
        await new Promise<void>((end) => hanging.set(mountpoint, end));
      }
      return SIZE;
    },
  });
  return { clock, asked, hanging, read };
}

describe('the size of a filesystem', () => {
  it('is not known where it cannot be asked', async () => {
    const { read } = createStage();
    assert.deepEqual(await read(ext4('/')), SIZE);
    assert.equal(await read(ext4('/gone')), undefined);
    assert.deepEqual(await read(ext4('/')), SIZE);
  });

  it('keeps one thread at most, however many servers are away', async () => {
    const { clock, asked, hanging, read } = createStage();
    const away = ['/away1', '/away2', '/away3', '/away4', '/well'].map((point) => read(nfs(point)));
    assert.deepEqual(await read(ext4('/')), SIZE);
    assert.deepEqual(asked, ['/away1', '/']);
    clock.advance(FILESYSTEM_TIMEOUT_MS);
    assert.deepEqual(await Promise.all(away), Array(5).fill(undefined));
    assert.equal(await read(nfs('/away2')), undefined);
    assert.deepEqual(asked, ['/away1', '/']);
    hanging.get('/away1')?.();
    await nextTurn();
    assert.deepEqual(asked, ['/away1', '/']);
    assert.deepEqual(await read(nfs('/well')), SIZE);
  });
});
