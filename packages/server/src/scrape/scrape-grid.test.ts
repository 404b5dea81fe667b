import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom } from '../platform/index.ts';
import { alignTime, createGrid, firstScrapeTime, nextGridTime } from './scrape-grid.ts';

describe('the grid of a target', () => {
  it('is the same for the same identity, and spreads others over the interval', () => {
    const random = createSeededRandom(1);
    const offsets = Array.from({ length: 1000 }, () => {
      const identity = Buffer.from(random.bytes(16)).toString('hex');
      assert.deepEqual(createGrid(10_000, identity), createGrid(10_000, identity));
      return createGrid(10_000, identity).offsetMs;
    });
    for (let tenth = 0; tenth < 10; tenth++) {
      const share = offsets.filter((offset) => Math.floor(offset / 1000) === tenth).length;
      assert.ok(share > 60 && share < 140, `${share} of 1000 in tenth ${tenth}`);
    }
  });

  it('puts targets into slots, so that several are scraped at a time', () => {
    const slots = (intervalMs: number): Set<number> => {
      const identities = Array.from({ length: 5000 }, (_, i) => (i * 7919).toString(16));
      return new Set(
        identities.map((one) => createGrid(intervalMs, one.padStart(12, '0')).offsetMs),
      );
    };
    assert.deepEqual([...slots(1000)].sort((a, b) => a - b).slice(0, 3), [0, 20, 40]);
    assert.equal(slots(1000).size, 50);
    assert.equal(slots(250).size, 50);
    assert.equal(slots(15_000).size, 750);
    assert.equal(slots(10).size, 10);
  });

  it('has its times at even distances, always in the future', () => {
    const grid = { intervalMs: 1000, offsetMs: 300 };
    assert.equal(nextGridTime(grid, 0), 300);
    assert.equal(nextGridTime(grid, 299), 300);
    assert.equal(nextGridTime(grid, 300), 1300);
    assert.equal(nextGridTime(grid, 5_000_000_299), 5_000_000_300);
  });

  it('squeezes the first wait', () => {
    const grid = { intervalMs: 60_000, offsetMs: 30_000 };
    assert.equal(firstScrapeTime(grid, 0, 2000), 1000);
    assert.equal(firstScrapeTime(grid, 0, 60_000), 30_000);
    assert.equal(firstScrapeTime(grid, 0, 1e9), 30_000);
    assert.equal(firstScrapeTime(grid, 0, 0), 0);
  });

  it('rounds a start that is close to its due time, and only that', () => {
    const grid = { intervalMs: 15_000, offsetMs: 0 };
    assert.equal(alignTime(grid, 15_000, 15_020), 15_000);
    assert.equal(alignTime(grid, 15_000, 14_999), 15_000);
    assert.equal(alignTime(grid, 15_000, 15_021), 15_021);
    assert.equal(alignTime({ intervalMs: 1000, offsetMs: 0 }, 1000, 1011), 1011);
  });
});
