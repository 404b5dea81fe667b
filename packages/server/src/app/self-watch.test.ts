import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createManualClock } from '../platform/index.ts';
import { createNotices } from './notices.ts';
import type { Offender } from '../tsdb/index.ts';
import { createBlockWatch, createDiskWatch, createSeriesWatch } from './self-watch.ts';

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

describe('the watch over blocks', () => {
  it('names what cannot be read, and why, until it is over', () => {
    const notices = createNotices(createManualClock(0), () => undefined);
    let unreadable = Array.from({ length: 7 }, (_, i) => ({ dir: `/b/${i}`, reason: 'torn' }));
    const look = createBlockWatch({ unreadable: () => unreadable, notices });
    look();
    const [notice] = notices.list();
    assert.equal(notice.title, 'Part of the history cannot be read');
    assert.deepEqual(notice.details.slice(0, 1), ['/b/0: torn']);
    assert.equal(notice.details[5], '2 more cannot be read.');
    unreadable = [];
    look();
    assert.deepEqual(notices.list(), []);
  });
});

describe('the watch over series', () => {
  const offender: Offender = {
    kind: 'job',
    name: 'wild',
    seriesCount: 10,
    seriesMax: 10,
    refusedCount: 3,
    widestLabel: 'path',
    widestLabelValues: 9,
  };

  it('names who has too many, by which label, and what to raise, until it is over', async () => {
    const notices = createNotices(createManualClock(0), () => undefined);
    let offenders: readonly Offender[] = [
      offender,
      { ...offender, kind: 'store', name: '', widestLabel: '' },
      ...Array.from({ length: 5 }, (_, i) => ({ ...offender, name: `job${i}` })),
    ];
    const look = createSeriesWatch({ offenders: () => offenders, notices });
    await look();
    const [notice] = notices.list();
    assert.equal(notice.level, 'ticket');
    assert.match(
      notice.details[0],
      /^The job "wild" has 10 series, and may have 10: its label "path" has the most values \(9 .*storage.series_max_per_job\.$/,
    );
    assert.match(notice.details[1], /^The store has .*nines tsdb top.*storage.series_max\.$/);
    assert.equal(notice.details[5], '2 more have used up their budget.');
    offenders = [];
    await look();
    assert.deepEqual(notices.list(), []);
  });
});
