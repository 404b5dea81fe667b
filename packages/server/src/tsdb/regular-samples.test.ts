import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom, type Random } from '../platform/index.ts';
import { createLabels, setStale } from '../series/index.ts';
import { Head } from './head.ts';
import { addRegular } from './regular-samples.ts';

const SERIES = 24;
const ROUNDS = 400;

function createHead(): Head {
  const head = new Head({ seriesMax: 1_000, slabsMax: 4 });
  for (let i = 0; i < SERIES; i++) head.addSeries(createLabels({ __name__: 'm', i: String(i) }));
  return head;
}

/** A value after another one: the same, a count, a measurement, or anything at all. */
function nextValue(random: Random, before: number): number {
  const kind = Math.floor(random.float() * 6);
  if (kind === 0) return before;
  if (kind === 1) return before + Math.floor(random.float() * 100);
  if (kind === 2) return Math.floor(random.float() * 1e6) / 256;
  if (kind === 3) return -before;
  if (kind === 4) return Number.isFinite(before) ? before * (1 + 2 ** -52) : 0;
  return random.float() * 10 ** (random.float() * 600 - 300);
}

function openChunkOf(head: Head, slot: number): unknown {
  const { open } = head;
  const { words, bitCount, sampleCount } = head.openChunk(slot);
  const stream = [...words.subarray(0, Math.ceil(bitCount / 32))];
  const newest = [open.lastMs[slot], open.lastLow[slot], open.lastHigh[slot], open.hasMarker[slot]];
  const window = [open.deltaMs[slot], open.leading[slot], open.trailing[slot]];
  return { stream, bitCount, sampleCount, newest, window };
}

describe('addRegular', () => {
  it('writes the bits that samples one by one would', () => {
    const seed = 20261123;
    const random = createSeededRandom(seed);
    const [quick, plain] = [createHead(), createHead()];
    const values = new Float64Array(SERIES).fill(1);
    const bits = new Uint32Array(values.buffer);
    const refs = new Uint32Array(SERIES);
    const timesMs = new Float64Array(SERIES);
    const slots = Uint32Array.from({ length: SERIES }, (_, i) => i);
    let nowMs = 1_700_000_000_000;
    let regularCount = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const lateMs = round % 3 === 0 ? 0 : random.float() * 2 ** (random.float() * 15);
      nowMs += 15_000 + Math.floor(lateMs);
      for (let i = 0; i < SERIES; i++) {
        timesMs[i] = nowMs;
        if (random.float() < 0.01) setStale(bits, i);
        else if (random.float() < i / SERIES) values[i] = nextValue(random, values[i]);
      }
      const batch = { count: SERIES, refs, timesMs, values, bits };
      const chosen = { indexes: slots, slots };
      for (let k = 0; k < SERIES; k++) {
        const unusual = addRegular(quick.open, quick.pool.slabs, batch, chosen, k, SERIES);
        regularCount += unusual - k;
        k = unusual;
        if (k < SERIES) quick.add(k, timesMs[k], bits[2 * k], bits[2 * k + 1]);
      }
      for (let k = 0; k < SERIES; k++) plain.add(k, timesMs[k], bits[2 * k], bits[2 * k + 1]);
      for (let slot = 0; slot < SERIES; slot++) {
        const [got, want] = [openChunkOf(quick, slot), openChunkOf(plain, slot)];
        assert.deepEqual(got, want, `seed ${seed}, round ${round}, series ${slot}`);
      }
    }
    assert.ok(regularCount > (SERIES * ROUNDS) / 2, `${regularCount} were of the usual kind`);
  });

  it('stops where a sample is not newer, or by quite another distance', () => {
    const head = createHead();
    const bits = new Uint32Array(2);
    const chosen = { indexes: new Uint32Array(1), slots: new Uint32Array(1) };
    const add = (timeMs: number): number => {
      const batch = {
        count: 1,
        refs: new Uint32Array(1),
        timesMs: Float64Array.of(timeMs),
        values: new Float64Array(bits.buffer),
        bits,
      };
      return addRegular(head.open, head.pool.slabs, batch, chosen, 0, 1);
    };
    assert.equal(add(1_000), 0, 'no chunk is open');
    head.add(0, 1_000, 0, 0);
    assert.equal(add(2_000), 0, 'the chunk has one sample');
    head.add(0, 2_000, 0, 0);
    assert.equal(add(2_000), 0, 'the same time');
    assert.equal(add(1_000), 0, 'late');
    assert.equal(add(4_000_000), 0, 'quite another distance');
    assert.equal(add(3_000), 1);
    assert.equal(head.open.count[0], 3);
  });
});
