/** A short seeded run of every target, and that the fuzzer sees what it is there to see. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runSession } from './session.ts';
import { ofBytes } from './target.ts';
import { FUZZ_TARGETS } from './targets.ts';

const SEED = 20_261_124;
const INPUTS = 2_000;
const TIME_MS = 35;

describe('spoiled inputs', () => {
  for (const target of FUZZ_TARGETS) {
    it(`are read or refused by ${target.name}`, async () => {
      const endAtMs = performance.now() + TIME_MS;
      const { miss } = await runSession(target, { seed: SEED, inputs: INPUTS, endAtMs });
      assert.equal(miss, undefined, `seed ${SEED}: ${JSON.stringify(miss)}`);
    });
  }
});

describe('the fuzzer', () => {
  const read = (bytes: Uint8Array): void => {
    if (bytes[1] === 0xff) throw new TypeError('a crash');
    if (bytes[0] !== 1) throw new RangeError('refused');
  };
  const target = ofBytes({
    name: 'planted',
    corpus: [Uint8Array.of(1, 2, 3)],
    refusals: ['RangeError'],
    read,
  });
  const run = async () =>
    runSession(target, { seed: 1, inputs: 10_000, endAtMs: Number.POSITIVE_INFINITY });

  it('finds an input that crashes, the same one from the same seed', async () => {
    const { miss, counts } = await run();
    assert.equal(miss?.inputHex.slice(2, 4), 'ff');
    assert.match(miss.reason, /a crash/);
    assert.deepEqual((await run()).miss?.inputHex, miss.inputHex);
    assert.ok(counts.accepted > 0 && counts.refused['RangeError'] > 0);
  });
});
