import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createSamples, isStale, setStale } from './sample.ts';

it('the staleness marker keeps its bits, and is no other NaN', () => {
  const samples = createSamples(3);
  setStale(samples.bits, 0);
  samples.values[1] = Number.NaN;
  samples.values[2] = 1;
  assert.deepEqual(
    [0, 1, 2].map((i) => isStale(samples.bits, i)),
    [true, false, false],
  );
  assert.equal(new BigUint64Array(samples.values.buffer)[0], 0x7ff0000000000002n);
  const copy = samples.values.slice();
  assert.ok(isStale(new Uint32Array(copy.buffer), 0), 'copies of typed arrays keep the bits');
});
