import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSeededRandom } from '../platform/index.ts';
import { EMPTY_LABELS, type Labels, STALE_HIGH, STALE_LOW } from '../series/index.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { CHECKPOINT_FORMAT } from './checkpoint.ts';
import { createHistogram, formatHistogram, RandomHistograms } from './histogram-fixture.ts';
import { beginRecord, endRecord, putFileHeader } from './records.ts';
import { WAL_FORMAT } from './wal.ts';
import {
  appendOne,
  bitsOf,
  type Fixture,
  formatRow,
  formatValue,
  named,
  openFixture,
  readAll,
  START_MS,
  type Value,
} from './store-fixture.ts';
import { SampleRuns } from './sample-runs.ts';
import {
  type ExtendedSample,
  putSeries,
  readMixed,
  readSeries,
  SAMPLE_BYTES_MAX,
  SampleEncoder,
} from './wal-records.ts';

const SEGMENT = '/data/wal/00000001';

describe('numbers and text', () => {
  test('come back as they were written', () => {
    const writer = new ByteWriter(1);
    const numbers = [0, 1, 127, 128, 16383, 16384, 2 ** 31, 2 ** 32, 2 ** 53 - 1];
    const signed = [0, -1, 1, 63, -64, 64, 2 ** 31, -(2 ** 40), 2 ** 52 - 1, -(2 ** 52) + 1];
    const texts = ['', 'a', 'ü'.repeat(100), '😀', 'x'.repeat(127), 'x'.repeat(20_000)];
    for (const value of numbers) writer.varint(value);
    for (const value of signed) writer.zigzag(value);
    for (const value of texts) writer.text(value);
    writer.double(-0.5);
    writer.word(0xfffffffe);
    const reader = new ByteReader(writer.written());
    assert.deepEqual(
      numbers.map(() => reader.varint()),
      numbers,
    );
    assert.deepEqual(
      signed.map(() => reader.zigzag()),
      signed,
    );
    assert.deepEqual(
      texts.map(() => reader.text()),
      texts,
    );
    assert.equal(reader.double(), -0.5);
    assert.equal(reader.word(), 0xfffffffe);
    assert.ok(reader.isAtEnd && !reader.isShort);
    reader.byte();
    assert.ok(reader.isShort);
  });

  test('a varint without an end is short', () => {
    const reader = new ByteReader(new Uint8Array(20).fill(255));
    assert.equal(reader.varint(), 0);
    assert.ok(reader.isShort);
  });
});

describe('records of the log', () => {
  type Sample = readonly [id: number, timeMs: number, low: number, high: number];

  function encode(samples: readonly Sample[]): Uint8Array {
    const writer = new ByteWriter(samples.length * SAMPLE_BYTES_MAX);
    const encoder = new SampleEncoder(writer);
    encoder.begin();
    for (const sample of samples) encoder.put(...sample);
    return writer.written();
  }

  function decode(bytes: Uint8Array): Sample[] | undefined {
    const samples: Sample[] = [];
    const runs = new SampleRuns();
    const isWhole = runs.read(bytes, 0, bytes.length, (count) => {
      for (let i = 0; i < count; i++) {
        samples.push([runs.ids[i], runs.timesMs[i], runs.bits[2 * i], runs.bits[2 * i + 1]]);
      }
    });
    return isWhole ? samples : undefined;
  }

  test('samples of every kind come back', () => {
    const values = [0, -0, 1, -1, 2, 1000, 1234567, 0.1, 1e300, Infinity, -Infinity, 5e-324];
    const samples: Sample[] = values.map((value, i) => [i + 1, 1000, ...bitsOf(value)]);
    samples.push([500, 1000, STALE_LOW, STALE_HIGH], [3, 999, 0xffffffff, 0xffffffff]);
    samples.push([0xfffffff0, -5, 0x10000, 0], [1, 2 ** 52, 0x1000000, 0xff000000]);
    assert.deepEqual(decode(encode(samples)), samples);
  });

  test('random samples come back', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const random = createSeededRandom(seed);
      const below = (count: number): number => Math.floor(random.float() * count);
      const samples = Array.from({ length: 50 }, (): Sample => {
        const mask = [0, 0xff000000, 0xffff0000, 0xffffff00, 0xffffffff][below(5)];
        const low = random.float() < 0.5 ? 0 : (below(2 ** 32) & mask) >>> 0;
        return [
          1 + below(2 ** below(33)),
          below(2 ** below(50)),
          low,
          (below(2 ** 32) & mask) >>> 0,
        ];
      });
      assert.deepEqual(decode(encode(samples)), samples, `seed ${seed}`);
    }
  });

  test('more samples than a run holds come back', () => {
    const samples = Array.from({ length: 5000 }, (_, i): Sample => [i * 7, i, ...bitsOf(i / 7)]);
    assert.deepEqual(decode(encode(samples)), samples);
  });

  test('a number that none can have is refused', () => {
    const bytes = encode([
      [0xffffffff, 0, 0, 0],
      [0xffffffff + 1, 0, 0, 0],
    ]);
    assert.equal(decode(bytes), undefined);
  });

  test('a sample of a scrape takes five bytes or less', () => {
    const samples = Array.from({ length: 500 }, (_, i): Sample => [i + 1, 1, ...bitsOf(i * 3)]);
    assert.ok(encode(samples).length / 500 <= 5);
  });

  test('a record that is cut is refused, or gives the samples before the cut', () => {
    const samples = Array.from({ length: 20 }, (_, i): Sample => [i * 99, i * 7, ...bitsOf(i / 3)]);
    const bytes = encode(samples);
    for (let cut = 0; cut < bytes.length; cut++) {
      const got = decode(bytes.subarray(0, cut));
      assert.deepEqual(got ?? [], got === undefined ? [] : samples.slice(0, got.length));
    }
  });

  test('samples of every kind come back in their order, and whole ones before a cut', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const random = createSeededRandom(seed);
      const histograms = new RandomHistograms(random);
      const below = (count: number): number => Math.floor(random.float() * count);
      const writer = new ByteWriter(SAMPLE_BYTES_MAX * 20);
      const encoder = new SampleEncoder(writer);
      const want: string[] = [];
      const ends: number[] = [];
      encoder.begin();
      for (let i = 0; i < 20; i++) {
        const plain = { id: 1 + below(100), timeMs: below(1e6), low: below(9), high: below(9) };
        if (below(2) === 0) {
          encoder.put(plain.id, plain.timeMs, plain.low, plain.high);
          want.push(JSON.stringify(plain));
        } else {
          const histogram = below(2) === 0 ? histograms.next() : undefined;
          const startTimeMs = [undefined, 0, -5, 1e12][below(4)];
          const words = histogram === undefined ? {} : { low: 0, high: 0 };
          const sample = { ...plain, ...words, histogram, startTimeMs, isLate: below(2) === 0 };
          encoder.putExtended(sample, 20 - i);
          want.push(formatExtended(sample));
        }
        ends.push(writer.at);
      }
      const bytes = writer.written().slice();
      for (let cut = bytes.length; cut >= 0; cut--) {
        const got: string[] = [];
        const isWhole = readMixed(bytes, 0, cut, {
          sample: (id, timeMs, low, high) => got.push(JSON.stringify({ id, timeMs, low, high })),
          extended: (sample) => got.push(formatExtended(sample)),
        });
        const count = ends.filter((end) => end <= cut).length;
        assert.deepEqual(got, want.slice(0, count), `seed ${seed}, cut at ${cut}`);
        assert.equal(isWhole, cut === 0 || ends.includes(cut), `seed ${seed}, cut at ${cut}`);
      }
    }
  });

  function formatExtended({ histogram, ...sample }: ExtendedSample): string {
    return JSON.stringify({ ...sample, text: histogram && formatHistogram(histogram, true) });
  }

  test('labels of every kind come back', () => {
    const series: (readonly [number, Labels])[] = [
      [1, EMPTY_LABELS],
      [2, named('up', 'a:1')],
      [4_000_000_000, { names: ['ä', '名'], values: ['😀', 'x'.repeat(1000)] }],
    ];
    const writer = new ByteWriter(16);
    for (const [id, labels] of series) putSeries(writer, id, labels);
    const got: (readonly [number, Labels])[] = [];
    const bytes = writer.written();
    assert.ok(readSeries(bytes, 0, bytes.length, (id, labels) => got.push([id, labels])));
    assert.deepEqual(got, series);
    assert.equal(
      readSeries(bytes, 0, bytes.length - 1, () => {}),
      false,
    );
  });
});

describe('damage', () => {
  /** A store with ten records of one sample each, and how long its log was after each. */
  function fill(): { readonly fixture: Fixture; readonly ends: readonly number[] } {
    const fixture = openFixture();
    const ends: number[] = [];
    for (let i = 0; i < 10; i++) {
      appendOne(fixture.db, { __name__: 'm', i: String(i % 3) }, START_MS + i, valueOf(i));
      ends.push(fixture.disk.content(SEGMENT)?.length ?? 0);
    }
    return { fixture, ends };
  }

  /** Histograms are in records of another kind. */
  function valueOf(i: number): Value {
    return i % 3 === 2 ? createHistogram(i) : i / 3;
  }

  /** The rows of the first `count` records. */
  function rowsOf(count: number): Map<string, string[]> {
    const rows = new Map<string, string[]>();
    for (let i = 0; i < count; i++) {
      const name = `m{i="${i % 3}"}`;
      const row = formatValue(START_MS + i, valueOf(i));
      rows.set(name, [...(rows.get(name) ?? []), row]);
    }
    return rows;
  }

  test('a log cut at any byte keeps every whole record before the cut', () => {
    const { fixture, ends } = fill();
    const bytes = fixture.disk.content(SEGMENT) ?? new Uint8Array(0);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const disk = fixture.disk.copy();
      disk.setContent(SEGMENT, bytes.slice(0, cut));
      const { db } = openFixture({ disk });
      const whole = ends.filter((end) => end <= cut).length;
      assert.deepEqual(readAll(db), rowsOf(whole), `cut at ${cut}`);
      const isClean = cut === 0 || cut === bytes.length || ends.includes(cut) || cut === 8;
      const { damagedSegments, droppedLogBytes } = db.stats().replay;
      // Series and samples of one append are two records; a cut between them is clean as well.
      if (!isClean && damagedSegments === 0) continue;
      assert.equal(damagedSegments, isClean ? 0 : 1, `cut at ${cut}`);
      if (!isClean) assert.ok(droppedLogBytes > 0, `cut at ${cut}`);
    }
  });

  test('a flipped bit anywhere costs nothing that stands before it', () => {
    const { fixture, ends } = fill();
    const bytes = fixture.disk.content(SEGMENT) ?? new Uint8Array(0);
    for (let at = 0; at < bytes.length; at++) {
      const disk = fixture.disk.copy();
      const damaged = bytes.slice();
      damaged[at] ^= 1 << (at % 8);
      disk.setContent(SEGMENT, damaged);
      const { db } = openFixture({ disk });
      const whole = ends.filter((end) => end <= at).length;
      assert.deepEqual(readAll(db), rowsOf(whole), `bit in byte ${at}`);
      assert.equal(db.stats().replay.damagedSegments, 1, `bit in byte ${at}`);
    }
  });

  test('segments after a damaged one are used, and their numbers not given out again', () => {
    const { fixture } = fill();
    const { disk } = fixture;
    const bytes = disk.content(SEGMENT) ?? new Uint8Array(0);
    const again = openFixture({ disk: disk.copy() });
    appendOne(again.db, { __name__: 'm', i: '0' }, START_MS + 100, 1);
    appendOne(again.db, { __name__: 'new' }, START_MS + 100, 1);
    const damaged = again.disk.copy();
    // The first record, of series m{i="0"}, is lost; what refers to it cannot be told apart.
    damaged.setContent(
      SEGMENT,
      bytes.map((byte, i) => (i === 20 ? byte ^ 1 : byte)),
    );
    const { db } = openFixture({ disk: damaged });
    assert.deepEqual([...readAll(db).keys()], ['new']);
    assert.equal(db.stats().replay.unknownSamples, 1);
    appendOne(db, { __name__: 'm', i: '0' }, START_MS + 200, 7);
    assert.deepEqual(readAll(db).get('m{i="0"}'), [formatRow(START_MS + 200, ...bitsOf(7))]);
    const last = openFixture({ disk: damaged.copy() });
    assert.deepEqual(readAll(last.db), readAll(db));
  });

  test('a number that only samples know is not given out again', () => {
    const first = openFixture();
    appendOne(first.db, { __name__: 'a' }, START_MS, 1);
    const second = openFixture({ disk: first.disk });
    const lost = second.db.resolve(named('lost'));
    appendOne(second.db, { __name__: 'lost' }, START_MS, 1);
    const third = openFixture({ disk: first.disk });
    appendOne(third.db, { __name__: 'lost' }, START_MS + 1, 2);
    const disk = first.disk.copy();
    disk.setContent('/data/wal/00000002', new Uint8Array(0));
    const { db } = openFixture({ disk });
    assert.equal(db.stats().replay.unknownSamples, 1);
    assert.ok(db.resolve(named('new')) > lost);
    appendOne(db, { __name__: 'new' }, START_MS + 2, 3);
    const again = openFixture({ disk: disk.copy() });
    assert.deepEqual(readAll(again.db), readAll(db));
    assert.deepEqual(again.db.stats().replay.unknownSamples, 1);
  });

  test('a checkpoint after damage leaves a log that is clean', async () => {
    const { fixture } = fill();
    const disk = fixture.disk.copy();
    disk.setContent(SEGMENT, (disk.content(SEGMENT) ?? new Uint8Array(0)).slice(0, -3));
    const first = openFixture({ disk });
    assert.equal(first.db.stats().replay.damagedSegments, 1);
    await first.db.maintain(START_MS);
    const second = openFixture({ disk: disk.copy() });
    assert.equal(second.db.stats().replay.damagedSegments, 0);
    assert.deepEqual(readAll(second.db), rowsOf(9));
  });

  test('records of random content with a good checksum neither crash nor hang the start', () => {
    for (let seed = 1; seed <= 150; seed++) {
      const { fixture } = fill();
      const random = createSeededRandom(seed);
      const below = (count: number): number => Math.floor(random.float() * count);
      const writer = new ByteWriter(64);
      const isLog = seed % 2 === 0;
      const format = isLog ? WAL_FORMAT : CHECKPOINT_FORMAT;
      putFileHeader(writer, format.magic, format.version);
      for (let i = 0; i < 8; i++) {
        const start = beginRecord(writer, 1 + below(3));
        // Small numbers now and then, so that some of it makes sense.
        const mask = [255, 7, 3][below(3)];
        for (const byte of random.bytes(below(60))) writer.byte(byte & mask);
        endRecord(writer, start);
      }
      const disk = fixture.disk.copy();
      disk.setContent(isLog ? '/data/wal/00000002' : '/data/checkpoint', writer.written().slice());
      const { db } = openFixture({ disk });
      try {
        appendOne(db, { __name__: 'after' }, START_MS + 1000, 1);
      } catch (error) {
        // A record may well say that all numbers have been given out.
        assert.match(String(error), /numbers for series are used up/);
      }
      const kept = readAll(db);
      assert.deepEqual(readAll(openFixture({ disk: disk.copy() }).db), kept, `seed ${seed}`);
    }
  });

  test('random bytes in place of any file neither crash nor hang the start', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const { fixture } = fill();
      const random = createSeededRandom(seed);
      const disk = fixture.disk.copy();
      const paths = [SEGMENT, '/data/checkpoint', '/data/chunks/000001', '/data/wal/00000002'];
      for (const path of paths) {
        if (random.float() < 0.5) continue;
        const known = disk.content(path) ?? new Uint8Array(0);
        const noise = random.bytes(Math.floor(random.float() * 300));
        disk.setContent(path, new Uint8Array([...known.slice(0, 8 * (seed % 3)), ...noise]));
      }
      const { db } = openFixture({ disk });
      appendOne(db, { __name__: 'after' }, START_MS + 1000, 1);
      assert.ok(readAll(db).has('after'), `seed ${seed}`);
    }
  });
});
