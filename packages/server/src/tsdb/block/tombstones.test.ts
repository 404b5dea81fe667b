import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { crc32c } from '../../platform/index.ts';
import { ByteWriter } from '../bytes.ts';
import { formatTombstones, type Interval, parseTombstones } from './tombstones.ts';

type Entry = readonly [series: number, fromMs: number, toMs: number];

/** A file with its entries as they are. */
function createFile(entries: readonly Entry[]): Uint8Array {
  const to = new ByteWriter(64);
  to.bigWord(0x0130ba30);
  to.byte(1);
  for (const [series, fromMs, toMs] of entries) {
    to.varint(series);
    to.zigzag(fromMs);
    to.zigzag(toMs);
  }
  to.bigWord(crc32c(to.bytes, 5, to.at));
  return to.written();
}

describe('tombstones', () => {
  const check = (entries: readonly Entry[], want: readonly (readonly [number, Interval[]])[]) => {
    const tombstones = parseTombstones(createFile(entries));
    assert.deepEqual([...tombstones], want);
    assert.deepEqual(parseTombstones(formatTombstones(tombstones)), tombstones);
  };

  it('are read in order and joined where they touch', () => {
    check([], []);
    check([[1, -5, 5]], [[1, [{ fromMs: -5, toMs: 5 }]]]);
    check(
      [
        [1, 20, 30],
        [2, 1, 1],
        [1, 0, 5],
        [1, 6, 8],
        [1, 22, 25],
      ],
      [
        [
          1,
          [
            { fromMs: 0, toMs: 8 },
            { fromMs: 20, toMs: 30 },
          ],
        ],
        [2, [{ fromMs: 1, toMs: 1 }]],
      ],
    );
  });

  it('that end before they begin are damage', () => {
    assert.throws(() => parseTombstones(createFile([[1, 5, 4]])), /is from 5 to 4/);
  });

  it('of a series with very many are read in a moment', () => {
    const entries = Array.from({ length: 200_000 }, (_, i): Entry => [7, 4 * i, 4 * i + 1]);
    const beganMs = performance.now();
    assert.equal(parseTombstones(createFile(entries)).get(7)?.length, entries.length);
    assert.ok(performance.now() - beganMs < 5_000);
  });
});
