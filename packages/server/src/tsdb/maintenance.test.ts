import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBatch, type Fixture, named, openFixture, START_MS } from './store-fixture.ts';

/** Half an hour after the end of the window that START_MS lies in: its file can be sealed. */
const OVER_MS = Date.UTC(2026, 0, 1, 4, 31);

/** Opens a store anew that was killed with the samples of a window, at a time after its end. */
function restartAt(timeMs: number): Fixture {
  const { db, disk, clock } = openFixture();
  const ref = db.resolve(named('m'));
  for (let i = 0; i < 300; i++) db.append(createBatch([[ref, START_MS + i * 10_000, i]]));
  clock.advance(timeMs - clock.now());
  return openFixture({ disk: disk.copy(), clock });
}

/** Runs background work each second; answers after how many there is a block. */
async function secondsToBlock({ db, clock }: Fixture): Promise<number> {
  for (let seconds = 1; seconds < 300; seconds++) {
    clock.advance(1_000);
    await db.maintain(clock.now());
    if (db.stats().blocks > 0) return seconds;
  }
  return Infinity;
}

test('the block of a window that has just ended is written a minute after the start', async () => {
  const seconds = await secondsToBlock(restartAt(OVER_MS));
  assert.ok(seconds >= 60 && seconds < 70, `after ${seconds} s`);
});

test('a block that has waited for as long as a window lasts is written at once', async () => {
  const seconds = await secondsToBlock(restartAt(OVER_MS + 2 * 3_600_000));
  assert.ok(seconds < 10, `after ${seconds} s`);
});
