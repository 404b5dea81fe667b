/** The store against a simple model; see store-model.ts. `verify -- power-cut` runs 100 seeds. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { StoreModel } from './store-model.ts';

describe('model', () => {
  for (let seed = 1; seed <= 2; seed++) {
    test(`nothing is lost, doubled or made up (seed ${seed})`, async () => {
      const world = new StoreModel(seed);
      for (let i = 0; i < 1200; i++) await world.step();
      world.kill();
      const { db } = world.fixture;
      assert.ok(world.seriesRemoved > 0 && world.filesDeleted > 0);
      assert.ok(db.stats().blocks > 0);
      assert.equal(db.stats().corruptChunks, 0);
      assert.equal(db.stats().replay.unknownSamples, 0);
    });
  }

  test('late samples are found after a hole in the log has cut off what came between', async () => {
    const world = new StoreModel(369);
    for (let i = 0; i < 500; i++) await world.step();
    assert.ok(world.powerCuts > 0);
  });

  test('a range is read alike twice where floats in a file are followed by histograms', async () => {
    const world = new StoreModel(17);
    for (let i = 0; i < 160; i++) await world.step();
    assert.ok(world.fixture.db.stats().chunkFiles > 0);
  });
});
