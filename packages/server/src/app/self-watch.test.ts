import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createManualClock } from '../platform/index.ts';
import { createNotices } from './notices.ts';
import { createDiskWatch } from './self-watch.ts';

const MIB = 1024 * 1024;

describe('the watch over the disk', () => {
  /** Looks once for each figure of free space; answers what was done to the alert. */
  const watch = async (...freeMebibytes: readonly number[]): Promise<readonly string[]> => {
    const acts: string[] = [];
    let free = 0;
    const look = createDiskWatch({
      dataDir: '/data',
      freeBytes: () => free * MIB,
      alerts: {
        internal: {
          raiseInternal: async ({ name }) => void acts.push(`raise ${name}`),
          clearInternal: async (name) => void acts.push(`clear ${name}`),
        },
      },
      notices: createNotices(createManualClock(0), () => undefined),
    });
    for (free of freeMebibytes) await look();
    return acts;
  };

  it('raises the alert where scraping stops, and clears it with room to spare', async () => {
    const acts = await watch(1000, 200, 60, 100, 1000);
    assert.deepEqual(acts, ['clear NinesDiskFull', 'raise NinesDiskFull', 'clear NinesDiskFull']);
  });

  it('clears at its first look what an earlier process has left', async () => {
    assert.deepEqual(await watch(1000, 1000), ['clear NinesDiskFull']);
  });
});
