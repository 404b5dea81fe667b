import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SampleBuffer } from '../sample-buffer.ts';
import { ChunkDecoder } from './chunk-decoder.ts';
import { ChunkJoiner, type JoinedChunk } from './chunk-joiner.ts';
import { RunEncoder } from './run-encoder.ts';
import type { Interval } from './tombstones.ts';

const ALL = { fromMs: -Infinity, toMs: Infinity };

/** A chunk of samples `[timeMs, value]`. */
function chunk(
  samples: readonly (readonly [number, number])[],
  gone: readonly Interval[] = [],
): JoinedChunk {
  const timesMs = Float64Array.from(samples, ([timeMs]) => timeMs);
  const values = Float64Array.from(samples, ([, value]) => value);
  const bits = new Uint32Array(values.buffer);
  const [encoded] = new RunEncoder().encode({ timesMs, values, bits, count: samples.length });
  return { ...encoded, gone };
}

/** What is left of the chunks in one, with the number of chunks. */
function check(chunks: readonly JoinedChunk[], want: readonly string[]): void {
  const buffer = new SampleBuffer();
  const got: string[] = [];
  for (const one of new ChunkJoiner().join(chunks)) {
    buffer.clear();
    new ChunkDecoder().decode(one, ALL, buffer);
    const { timesMs, values, count } = buffer;
    got.push(Array.from({ length: count }, (_, i) => `${timesMs[i]}:${values[i]}`).join(' '));
  }
  assert.deepEqual(got, want);
}

describe('chunks of a series from several places', () => {
  test('stay as they are where none overlap, in order of time', () => {
    check(
      [
        chunk([
          [3, 1],
          [4, 1],
        ]),
        chunk([
          [1, 1],
          [2, 1],
        ]),
      ],
      ['1:1 2:1', '3:1 4:1'],
    );
  });

  test('are one where they overlap', () => {
    check(
      [
        chunk([
          [1, 1],
          [5, 1],
        ]),
        chunk([
          [2, 2],
          [3, 2],
        ]),
      ],
      ['1:1 2:2 3:2 5:1'],
    );
  });

  test('of one time, that which was given first counts, whichever begins first', () => {
    const early = [
      [1, 1],
      [3, 1],
    ] as const;
    const late = [
      [2, 2],
      [3, 2],
    ] as const;
    check([chunk(early), chunk(late)], ['1:1 2:2 3:1']);
    check([chunk(late), chunk(early)], ['1:1 2:2 3:2']);
  });

  test('lose what was deleted from where they come from, and only that', () => {
    const gone = [{ fromMs: 2, toMs: 3 }];
    check(
      [
        chunk(
          [
            [1, 1],
            [3, 1],
          ],
          gone,
        ),
        chunk([
          [2, 2],
          [3, 2],
        ]),
      ],
      ['1:1 2:2 3:2'],
    );
    check(
      [
        chunk(
          [
            [2, 1],
            [3, 1],
          ],
          gone,
        ),
      ],
      [],
    );
  });
});
