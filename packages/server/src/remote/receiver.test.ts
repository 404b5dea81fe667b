import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { zstdCompressSync } from 'node:zlib';
import { AppError, createSeededRandom, ProtoWriter, unavailable } from '../platform/index.ts';
import {
  createLabels,
  createLabelsFromPairs,
  type Histogram,
  NO_BUCKETS,
} from '../series/index.ts';
import { createWriteReceiver, type WriteOutcome, type WriteVersion } from './receiver.ts';
import { packSnappy, unpackSnappy } from './snappy.ts';
import { bitsOf, createRequest, createTestStore, type TestStore } from './testing.ts';
import { createWriteEncoder, type WriteEncoder } from './write-encoder.ts';
import { createSentSeries as sent } from './write-encoder.ts';

const VERSIONS: readonly WriteVersion[] = ['v1', 'v2'];
const AT = 1_760_000_000_000;
const UP = createLabels({ __name__: 'up', job: 'node' });

const HISTOGRAM: Histogram = {
  schema: 0,
  counterReset: 'unknown',
  isInteger: true,
  zeroThreshold: 0.001,
  zeroCount: 1,
  count: 27,
  sum: 1,
  positive: {
    spanOffsets: [0, 2],
    spanLengths: [3, 2],
    counts: Float64Array.of(1, 3, 4, 7, 8),
  },
  negative: { spanOffsets: [0], spanLengths: [2], counts: Float64Array.of(1, 2) },
  customBounds: undefined,
};

function setUp(store: TestStore = createTestStore()) {
  const receiver = createWriteReceiver({ store, seed: 1 });
  const send = async (
    version: WriteVersion,
    fill: (encoder: WriteEncoder, series: typeof sent) => void,
  ): Promise<WriteOutcome> =>
    receiver.receive({ version, encoding: 'snappy', body: createRequest(version, fill) });
  const sendRaw = async (version: WriteVersion, fill: (writer: ProtoWriter) => void) => {
    const writer = new ProtoWriter();
    fill(writer);
    return receiver.receive({ version, encoding: 'snappy', body: packSnappy(writer.finish()) });
  };
  return { store, receiver, send, sendRaw };
}

describe('remote write receiver', () => {
  for (const version of VERSIONS) {
    it(`${version}: stores floats of every kind, and answers after they are durable`, async () => {
      const { store, send } = setUp();
      const values = [1, Number.NaN, Infinity, -Infinity, -0.5];
      const outcome = await send(version, (to, series) => {
        values.forEach((value, i) => {
          to.addFloat(series(UP), { timeMs: AT + i, startMs: 0 }, bitsOf(value));
        });
        to.addFloat(series(UP), { timeMs: AT + 9, startMs: 0 }, [2, 0x7ff00000]);
      });
      assert.deepEqual(outcome, {
        samplesWritten: 6,
        histogramsWritten: 0,
        exemplarsWritten: 0,
        refused: '',
      });
      assert.deepEqual(store.rows.get('up{job="node"}'), [
        `${AT} 1`,
        `${AT + 1} NaN`,
        `${AT + 2} Infinity`,
        `${AT + 3} -Infinity`,
        `${AT + 4} -0.5`,
        `${AT + 9} stale`,
      ]);
      assert.equal(store.flushCount, 1);
    });

    it(`${version}: looks up labels once for each series`, async () => {
      const { store, send } = setUp();
      for (let round = 0; round < 5; round++) {
        await send(version, (to, series) => {
          for (let i = 0; i < 2_000; i++) {
            const labels = createLabels({ __name__: 'm', i: String(i), round: 'all' });
            to.addFloat(series(labels), { timeMs: AT + round, startMs: 0 }, bitsOf(i));
          }
        });
      }
      assert.equal(store.resolveCount, 2_000);
      assert.deepEqual(store.rows.get('m{i="1999", round="all"}')?.length, 5);
    });

    it(`${version}: learns series again that the store has forgotten`, async () => {
      const { store, send } = setUp();
      const push = async (timeMs: number) =>
        send(version, (to, series) => {
          to.addFloat(series(UP), { timeMs, startMs: 0 }, bitsOf(1));
        });
      await push(AT);
      store.forget();
      assert.equal((await push(AT + 1)).samplesWritten, 1);
      assert.equal(store.rows.get('up{job="node"}')?.length, 2);
    });

    it(`${version}: stores a series that changes its kind within a request in order of time`, async () => {
      const { store, send } = setUp();
      const other = createLabels({ __name__: 'other' });
      let next = 0;
      const outcome = await send(version, (to, series) => {
        for (const kind of ['float', 'histogram', 'float', 'histogram', 'histogram', 'float']) {
          const timeMs = AT + next++;
          const stamp = { timeMs, startMs: 0 };
          if (kind === 'float') to.addFloat(series(UP), stamp, bitsOf(timeMs - AT));
          else to.addHistogram(series(UP), stamp, HISTOGRAM);
          to.addFloat(series(other), stamp, bitsOf(0));
        }
      });
      const counts = [outcome.samplesWritten, outcome.histogramsWritten, outcome.refused];
      assert.deepEqual(counts, [9, 3, '']);
      assert.deepEqual(store.rows.get('up{job="node"}'), [
        `${AT} 0`,
        `${AT + 1} {27, 1}`,
        `${AT + 2} 2`,
        `${AT + 3} {27, 1}`,
        `${AT + 4} {27, 1}`,
        `${AT + 5} 5`,
      ]);
      assert.equal(store.rows.get('other')?.length, 6);
    });

    it(`${version}: bounds what changes of kind cost, and says what it left out`, async () => {
      const { store, send } = setUp();
      const outcome = await send(version, (to, series) => {
        for (let i = 0; i < 1_000; i++) {
          const stamp = { timeMs: AT + i, startMs: 0 };
          if (i % 2 === 0) to.addFloat(series(UP), stamp, bitsOf(i));
          else to.addHistogram(series(UP), stamp, HISTOGRAM);
        }
      });
      assert.match(outcome.refused, /out of order/);
      const written = outcome.samplesWritten + outcome.histogramsWritten;
      assert.equal(store.rows.get('up{job="node"}')?.length, written);
      assert.ok(written >= 500 && written < 1_000, `${written}`);
    });

    it(`${version}: stores native histograms, and their end`, async () => {
      const { store, send } = setUp();
      const custom: Histogram = {
        ...HISTOGRAM,
        schema: -53,
        zeroThreshold: 0,
        zeroCount: 0,
        count: 30,
        customBounds: Float64Array.of(0.1, 0.5, 1, 2.5, 5, 10),
        positive: {
          spanOffsets: [0],
          spanLengths: [6],
          counts: Float64Array.of(2, 3, 5, 8, 7, 5),
        },
        negative: NO_BUCKETS,
      };
      const floats: Histogram = { ...HISTOGRAM, isInteger: false };
      const outcome = await send(version, (to, series) => {
        [HISTOGRAM, custom, floats, undefined].forEach((histogram, i) => {
          to.addHistogram(series(UP), { timeMs: AT + i, startMs: 0 }, histogram);
        });
      });
      assert.equal(outcome.refused, '');
      assert.equal(outcome.histogramsWritten, 4);
      assert.deepEqual(store.rows.get('up{job="node"}'), [
        `${AT} {27, 1}`,
        `${AT + 1} {30, 1}`,
        `${AT + 2} {27, 1}`,
        `${AT + 3} stale`,
      ]);
    });

    it(`${version}: leaves out a histogram that makes no sense, and says so`, async () => {
      const { store, send } = setUp();
      const outcome = await send(version, (to, series) => {
        const stamp = { timeMs: AT, startMs: 0 };
        to.addHistogram(series(UP), stamp, { ...HISTOGRAM, count: 99 });
        const other = createLabels({ __name__: 'other' });
        to.addHistogram(series(other), stamp, HISTOGRAM);
      });
      assert.equal(outcome.histogramsWritten, 1);
      assert.match(outcome.refused, /27 observations found in buckets, but the count is 99/);
      assert.deepEqual([...store.rows.keys()], ['other']);
    });

    it(`${version}: takes any UTF-8 in names and values, in any order`, async () => {
      const { store, send } = setUp();
      const labels = { names: ['job name', '__name__', 'x'], values: ['a\nb', 'cpu usage', '🌍'] };
      const empty = { names: ['__name__', 'none'], values: ['bare', ''] };
      const outcome = await send(version, (to, series) => {
        to.addFloat(series(labels), { timeMs: AT, startMs: 0 }, bitsOf(1));
        to.addFloat(series(empty), { timeMs: AT, startMs: 0 }, bitsOf(1));
      });
      assert.equal(outcome.refused, '');
      assert.deepEqual(
        [...store.rows.keys()],
        ['{"cpu usage", "job name"="a\\nb", x="🌍"}', 'bare'],
      );
    });

    it(`${version}: refuses series that cannot be, and stores the others`, async () => {
      const check = async (names: string[], values: string[], why: RegExp): Promise<void> => {
        const { store, send } = setUp();
        const outcome = await send(version, (to, series) => {
          to.addFloat(series({ names, values }), { timeMs: AT, startMs: 0 }, bitsOf(1));
          to.addFloat(series(UP), { timeMs: AT, startMs: 0 }, bitsOf(2));
        });
        assert.match(outcome.refused, why);
        assert.equal(outcome.samplesWritten, 1);
        assert.deepEqual(store.rows.get('up{job="node"}'), [`${AT} 2`]);
        assert.equal(store.rows.size, 1);
      };
      await check(['job'], ['a'], /there is no __name__, in \{job="a"\}/);
      await check([], [], /there is no __name__/);
      await check(['__name__'], [''], /there is no __name__/);
      await check(['', '__name__'], ['x', 'up'], /a label has an empty name/);
      await check(['__name__', 'a', 'a'], ['up', '1', '2'], /the label "a" stands twice/);
    });

    it(`${version}: counts what the store refuses; the same again is no fault`, async () => {
      const { send } = setUp();
      const push = async (timeMs: number, value: number) =>
        send(version, (to, series) => {
          to.addFloat(series(UP), { timeMs, startMs: 0 }, bitsOf(value));
        });
      await push(AT, 1);
      assert.deepEqual(await push(AT, 1), {
        samplesWritten: 1,
        histogramsWritten: 0,
        exemplarsWritten: 0,
        refused: '',
      });
      const old = await push(AT - 1, 1);
      assert.equal(old.samplesWritten, 0);
      assert.match(old.refused, /^1 samples are out of order/);
      assert.match(
        (await push(AT, 2)).refused,
        /^1 samples have another value than the one stored/,
      );
    });

    it(`${version}: stores exemplars with their series`, async () => {
      const { store, sendRaw } = setUp();
      const series = version === 'v1' ? exemplarV1 : exemplarV2;
      const outcome = await sendRaw(version, (writer) => series(writer, 'abc'));
      assert.equal(outcome.refused, '');
      assert.equal(outcome.exemplarsWritten, 1);
      assert.deepEqual(store.exemplars, [`up {trace_id="abc"} ${AT} 0.5`]);
      const long = await sendRaw(version, (writer) => series(writer, 'x'.repeat(200)));
      assert.match(long.refused, /exemplar: its labels have 208 characters; at most 128/);
    });

    it(`${version}: tells a disk that refuses from a request that is wrong`, async () => {
      const store = createTestStore();
      const { send } = setUp(store);
      store.append = () => {
        throw unavailable('TSDB_LOG_WRITE_FAILED', 'the disk is full');
      };
      await assert.rejects(
        send(version, (to, series) => {
          to.addFloat(series(UP), { timeMs: AT, startMs: 0 }, bitsOf(1));
        }),
        (error) => error instanceof AppError && error.kind === 'unavailable',
      );
    });

    it(`${version}: takes any bytes without a crash, and stores nothing of what is damaged`, async () => {
      const seed = version === 'v1' ? 5 : 6;
      const random = createSeededRandom(seed);
      const whole = unpackSnappy(
        createRequest(version, (to, series) => {
          to.addFloat(series(UP), { timeMs: AT, startMs: 0 }, bitsOf(1));
          const exemplars = [{ labels: UP, value: 1, timeMs: AT }];
          to.addHistogram(series(UP), { timeMs: AT, startMs: 0, exemplars }, HISTOGRAM);
        }),
        1_000_000,
      );
      const { receiver } = setUp();
      for (let round = 0; round < 600; round++) {
        const bytes = Uint8Array.from(whole);
        for (let flips = 0; flips < 2; flips++) {
          bytes[Math.floor(random.float() * bytes.length)] = Math.floor(random.float() * 256);
        }
        const body = packSnappy(bytes);
        try {
          await receiver.receive({ version, encoding: 'snappy', body });
        } catch (error) {
          const isExpected = error instanceof AppError && error.kind === 'invalid';
          assert.ok(isExpected, `seed ${seed}, round ${round}: ${String(error)}`);
        }
      }
    });
  }

  it('v2: keeps start times, of the sample or of the series as it was before', async () => {
    const { store, send, sendRaw } = setUp();
    await send('v2', (to, series) => {
      to.addFloat(series(UP), { timeMs: AT, startMs: AT - 5 }, bitsOf(1));
    });
    await sendRaw('v2', (writer) => {
      writeSymbols(writer, ['', '__name__', 'up', 'job', 'node']);
      const series = writer.begin(5);
      writer.bytes(1, Uint8Array.of(1, 2, 3, 4));
      const sample = writer.begin(2);
      writer.double(1, 2);
      writer.int(2, AT + 1);
      writer.end(sample);
      writer.int(6, AT - 7);
      writer.end(series);
    });
    assert.deepEqual(store.rows.get('up{job="node"}'), [
      `${AT} 1 @${AT - 5}`,
      `${AT + 1} 2 @${AT - 7}`,
    ]);
  });

  it('v2: refuses references that lead nowhere, and series without samples', async () => {
    const check = async (refs: readonly number[], why: RegExp, hasSample = true): Promise<void> => {
      const { store, sendRaw } = setUp();
      const { refused } = await sendRaw('v2', (writer) => {
        writeSymbols(writer, ['', '__name__', 'up']);
        const series = writer.begin(5);
        writer.bytes(1, Uint8Array.from(refs));
        if (hasSample) writer.bytes(2, new Uint8Array(0));
        writer.end(series);
      });
      assert.match(refused, why);
      assert.equal(store.rows.size, 0);
    };
    await check([1, 3], /a reference to symbol 3; there are 3/);
    await check([1], /1 references to labels; want pairs of name and value/);
    await check([1, 2], /neither samples nor histograms: __name__="up"/, false);
  });

  it('remembers what metrics are, by the last word', async () => {
    const { receiver, sendRaw } = setUp();
    await sendRaw('v1', (writer) => {
      const start = writer.begin(3);
      writer.uint(1, 1);
      writer.string(2, 'requests_total');
      writer.string(4, 'Requests.');
      writer.end(start);
    });
    const help = 'Whether it is up.';
    const v2 = (type: number) => (writer: ProtoWriter) => {
      writeSymbols(writer, ['', '__name__', 'up', help]);
      const series = writer.begin(5);
      writer.bytes(1, Uint8Array.of(1, 2));
      writer.bytes(2, new Uint8Array(0));
      const metadata = writer.begin(5);
      writer.uint(1, type);
      writer.uint(3, 3);
      writer.end(metadata);
      writer.end(series);
    };
    await sendRaw('v2', v2(6));
    await sendRaw('v2', v2(2));
    assert.deepEqual(receiver.metadata(), [
      { metric: 'requests_total', type: 'counter', help: 'Requests.', unit: '' },
      { metric: 'up', type: 'gauge', help, unit: '' },
    ]);
  });

  it('unpacks zstd too, within the same bound', async () => {
    const { store, receiver } = setUp();
    const encoder = createWriteEncoder('v1');
    encoder.begin();
    encoder.addFloat(sent(UP), { timeMs: AT, startMs: 0 }, bitsOf(1));
    const body = zstdCompressSync(encoder.finish());
    await receiver.receive({ version: 'v1', encoding: 'zstd', body });
    assert.equal(store.rows.size, 1);
    const bomb = zstdCompressSync(Buffer.alloc(64 * 1024 * 1024));
    await assert.rejects(
      receiver.receive({ version: 'v1', encoding: 'zstd', body: bomb }),
      /cannot unpack the body \(zstd\): it has more than/,
    );
    await assert.rejects(
      receiver.receive({ version: 'v1', encoding: 'zstd', body: Buffer.from('none') }),
      /cannot unpack the body \(zstd\): it is damaged/,
    );
  });
});

function writeSymbols(writer: ProtoWriter, symbols: readonly string[]): void {
  for (const symbol of symbols) writer.string(4, symbol);
}

function exemplarV1(writer: ProtoWriter, trace: string): void {
  const series = writer.begin(1);
  writer.raw(sent(createLabelsFromPairs([['__name__', 'up']])).labelBytes);
  writer.bytes(2, new Uint8Array(0));
  const exemplar = writer.begin(3);
  writer.raw(sent(createLabels({ trace_id: trace })).labelBytes);
  writer.double(2, 0.5);
  writer.int(3, AT);
  writer.end(exemplar);
  writer.end(series);
}

function exemplarV2(writer: ProtoWriter, trace: string): void {
  writeSymbols(writer, ['', '__name__', 'up', 'trace_id', trace]);
  const series = writer.begin(5);
  writer.bytes(1, Uint8Array.of(1, 2));
  writer.bytes(2, new Uint8Array(0));
  const exemplar = writer.begin(4);
  writer.bytes(1, Uint8Array.of(3, 4));
  writer.double(2, 0.5);
  writer.int(3, AT);
  writer.end(exemplar);
  writer.end(series);
}
