/** What scrapes make of Prometheus' protobuf format: bodies built field by field, then read. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError, createSeededRandom, ProtoWriter } from '../platform/index.ts';
import type { HistogramOptions } from './config.ts';
import { COUNTER, GAUGE, GAUGE_HISTOGRAM, HISTOGRAM, SUMMARY, UNTYPED } from './proto-metrics.ts';
import { ProtoFault } from './proto-wire.ts';
import { FormatBench } from './testing.ts';
import { TextPool } from './text-pool.ts';

type Write = (to: ProtoWriter) => void;

const POOL = new TextPool();

function message(to: ProtoWriter, field: number, write: Write): void {
  const start = to.begin(field);
  write(to);
  to.end(start);
}

const label =
  (name: string, value: string): Write =>
  (to) =>
    message(to, 1, () => {
      to.string(1, name);
      to.string(2, value);
    });

const seconds =
  (field: number, value: number): Write =>
  (to) =>
    message(to, field, () => to.int(1, value));

const exemplar =
  (field: number, id: string, timeSeconds?: number): Write =>
  (to) =>
    message(to, field, () => {
      label('id', id)(to);
      to.double(2, 0.5);
      if (timeSeconds !== undefined) seconds(3, timeSeconds)(to);
    });

const all =
  (...writes: readonly Write[]): Write =>
  (to) =>
    writes.forEach((write) => write(to));

/** The value field of a metric, by the family's type. */
const value = (type: number, write: Write): Write => {
  const field = [3, 2, 4, 5, 7, 7][type];
  return (to) => message(to, field, write);
};

const plain = (type: number, number: number, ...more: readonly Write[]): Write =>
  value(type, (to) => {
    to.double(1, number);
    all(...more)(to);
  });

function family(name: string, type: number, ...metrics: readonly Write[]): Buffer {
  const to = new ProtoWriter();
  to.string(1, name);
  to.string(2, `Help of ${name}.`);
  if (type !== COUNTER) to.uint(3, type);
  for (const write of metrics) message(to, 4, write);
  to.string(5, 'bytes');
  const body = Buffer.from(to.finish());
  const length: number[] = [];
  let rest = body.length;
  for (; rest >= 0x80; rest = rest >>> 7) length.push((rest & 0x7f) | 0x80);
  return Buffer.concat([Buffer.from([...length, rest]), body]);
}

const createBench = (histograms?: Partial<HistogramOptions>): FormatBench =>
  new FormatBench({ format: 'protobuf', pool: POOL, histograms });

const rowsOf = (body: Buffer, options?: Partial<HistogramOptions>): string[] =>
  createBench(options).read(body).rows();

describe('a plain metric in protobuf', () => {
  it('is one series, with the time that it carries', () => {
    const body = family(
      'a',
      COUNTER,
      all(label('x', '1'), plain(COUNTER, 1.5)),
      all(label('x', '2'), plain(COUNTER, 2), (to) => to.int(6, 5000)),
    );
    assert.deepEqual(rowsOf(body), ['a{x="1"} 1.5', 'a{x="2"} 2 @5000']);
    assert.deepEqual(rowsOf(family('b', GAUGE, plain(GAUGE, -Infinity))), ['b -Infinity']);
    assert.deepEqual(rowsOf(family('c', UNTYPED, plain(UNTYPED, 3))), ['c 3']);
    assert.deepEqual(rowsOf(family('d', GAUGE)), []);
  });

  it('tells since when it counts, and an exemplar', () => {
    const more = [exemplar(2, 'x', 7), seconds(3, 100)];
    const bench = createBench().read(family('a_total', COUNTER, plain(COUNTER, 1, ...more)));
    assert.deepEqual(bench.rows(), ['a_total 1 ^100000']);
    assert.deepEqual(bench.exemplars(), ['a_total {"id":"x"} 0.5 @7000']);
  });

  it('may have its labels in pieces and in any order', () => {
    const body = family('a', GAUGE, all(label('z', '1'), plain(GAUGE, 1), label('b', '2')));
    assert.deepEqual(rowsOf(body), ['a{b="2", z="1"} 1']);
  });

  it('is refused with two labels of one name, or without any', () => {
    const twice = family('a', GAUGE, all(label('x', '1'), label('x', '2'), plain(GAUGE, 1)));
    assert.throws(() => rowsOf(twice), /a label of "a" is not unique/);
    assert.throws(() => rowsOf(family('', GAUGE, plain(GAUGE, 1))), /has no name/);
    assert.throws(() => rowsOf(family('a', 9, plain(GAUGE, 1))), /unknown type 9/);
  });
});

describe('a metric of several series in protobuf', () => {
  const bucket =
    (bound: number, count: number, ...more: readonly Write[]): Write =>
    (to) =>
      message(to, 3, () => {
        to.uint(1, count);
        to.double(2, bound);
        all(...more)(to);
      });

  const classic = family(
    'h',
    HISTOGRAM,
    value(
      HISTOGRAM,
      all(
        (to) => to.uint(1, 3),
        (to) => to.double(2, 1.5),
        bucket(1, 1),
        bucket(2.5, 2, exemplar(3, 'e', 1)),
      ),
    ),
  );
  const series = ['h_count 3', 'h_sum 1.5', 'h_bucket{le="1.0"} 1', 'h_bucket{le="2.5"} 2'];

  it('is a summary with its quantiles', () => {
    const quantile: Write = (to) =>
      message(to, 3, () => {
        to.double(1, 0.99);
        to.double(2, 7);
      });
    const write = all(
      (to) => to.uint(1, 5),
      (to) => to.double(2, 9),
      quantile,
    );
    assert.deepEqual(rowsOf(family('s', SUMMARY, value(SUMMARY, write))), [
      's_count 5',
      's_sum 9',
      's{quantile="0.99"} 7',
    ]);
  });

  it('is a classic histogram, which always has a bucket for all', () => {
    const bench = createBench().read(classic);
    assert.deepEqual(bench.rows(), [...series, 'h_bucket{le="+Inf"} 3']);
    assert.deepEqual(bench.exemplars(), ['h_bucket{le="2.5"} {"id":"e"} 0.5 @1000']);
  });

  it('is converted to a native histogram with its bounds where the job says so', () => {
    const native = 'h {{schema:-53 count:3 sum:1.5 custom_values:[1 2.5] buckets:[1 1 1]}}';
    assert.deepEqual(rowsOf(classic, { isClassicConverted: true }), [native]);
    const both = rowsOf(classic, { isClassicConverted: true, isClassicAlwaysScraped: true });
    assert.deepEqual(both, [...series, 'h_bucket{le="+Inf"} 3', native]);
    assert.throws(
      () => rowsOf(classic, { isClassicConverted: true, nativeBucketCountMax: 2 }),
      /native_histogram_bucket_limit exceeded: "h" has 3 buckets, limit 2/,
    );
  });
});

describe('a native histogram in protobuf', () => {
  const span =
    (field: number, offset: number, length: number): Write =>
    (to) =>
      message(to, field, () => {
        to.sint(1, offset);
        to.uint(2, length);
      });
  const packed =
    (field: number, ...deltas: readonly number[]): Write =>
    (to) =>
      message(to, field, () => deltas.forEach((delta) => to.packedSint(delta)));
  const write = all(
    (to) => to.uint(1, 12),
    (to) => to.double(2, 18.4),
    (to) => to.sint(5, 3),
    (to) => to.double(6, 0.001),
    (to) => to.uint(7, 2),
    span(9, 0, 1),
    packed(10, 1),
    span(12, -2, 2),
    span(12, 1, 2),
    packed(13, 1, 1, -1, 4),
    seconds(15, 50),
    exemplar(16, 'timed', 3),
    exemplar(16, 'untimed'),
  );
  const body = family('n', HISTOGRAM, value(HISTOGRAM, write));
  const text =
    'n {{schema:3 count:12 sum:18.4 z_bucket:2 z_bucket_w:0.001 offset:-2 buckets:[1 2 0 1 5] n_buckets:[1]}} ^50000';

  it('is one sample', () => {
    const bench = createBench({ isNativeScraped: true }).read(body);
    assert.deepEqual(bench.rows(), [text]);
    assert.deepEqual(bench.exemplars(), ['n {"id":"timed"} 0.5 @3000']);
  });

  it('is left to its classic form where the job does not want it', () => {
    const want = ['n_count 12 ^50000', 'n_sum 18.4 ^50000', 'n_bucket{le="+Inf"} 12 ^50000'];
    assert.deepEqual(rowsOf(body), want);
  });

  it('is made coarser to fit the bounds of the job', () => {
    const schemaWith = (options: Partial<HistogramOptions>): string =>
      /schema:(-?\d)/.exec(rowsOf(body, { isNativeScraped: true, ...options })[0])?.[1] ?? '0';
    assert.equal(schemaWith({ nativeBucketFactorMin: 1.1 }), '2');
    assert.equal(schemaWith({ nativeBucketCountMax: 4 }), '2');
    assert.throws(() => schemaWith({ nativeBucketCountMax: 1 }), /bucket_limit exceeded/);
  });

  it('of floats is kept as floats, and a gauge says that it is one', () => {
    const floats = all(
      (to) => to.double(4, 1.5),
      (to) => to.double(2, 3),
      span(12, 0, 1),
      (to) => message(to, 14, () => to.packedDouble(1.5)),
    );
    const rows = rowsOf(family('g', GAUGE_HISTOGRAM, value(GAUGE_HISTOGRAM, floats)), {
      isNativeScraped: true,
    });
    assert.deepEqual(rows, ['g {{count:1.5 sum:3 counter_reset_hint:gauge buckets:[1.5]}}']);
  });

  it('that contradicts itself fails the scrape and says what is wrong', () => {
    const broken = all((to) => to.uint(1, 5), span(12, 0, 3), packed(13, 1));
    assert.throws(
      () => rowsOf(family('n', HISTOGRAM, value(HISTOGRAM, broken)), { isNativeScraped: true }),
      /histogram "n": invalid histogram: positive side: spans need 3 buckets, have 1/,
    );
  });
});

describe('the second scrape of the same metrics', () => {
  const gauges = (...numbers: readonly number[]): Buffer =>
    family('a', GAUGE, ...numbers.map((n, i) => all(label('i', String(i)), plain(GAUGE, n))));

  it('asks the store for nothing, and marks what has vanished', () => {
    const bench = createBench();
    bench.scrape(Buffer.concat([gauges(1, 2, 3), family('b', COUNTER, plain(COUNTER, 4))]));
    assert.equal(bench.appender.resolveCount(), 4);
    assert.deepEqual(bench.scrape(gauges(5, 6)), [
      'a{i="0"} 5',
      'a{i="1"} 6',
      'a{i="2"} stale',
      'b stale',
    ]);
    assert.deepEqual(bench.scrape(gauges(7, 8, 9)), ['a{i="0"} 7', 'a{i="1"} 8', 'a{i="2"} 9']);
    assert.equal(bench.appender.resolveCount(), 5);
  });

  it('knows metrics in any order, and tells families of the same labels apart', () => {
    const a = gauges(1, 2);
    const b = family('b', GAUGE, all(label('i', '0'), plain(GAUGE, 3)));
    const bench = createBench();
    bench.scrape(Buffer.concat([a, b]));
    assert.deepEqual(bench.scrape(Buffer.concat([b, a])), [
      'b{i="0"} 3',
      'a{i="0"} 1',
      'a{i="1"} 2',
    ]);
    assert.equal(bench.appender.resolveCount(), 3);
  });

  it('tells the metadata of the families, and gives a forgotten series its labels again', () => {
    const bench = createBench();
    bench.scrape(gauges(1));
    assert.deepEqual(bench.cache.metadata().get('a'), {
      type: 'gauge',
      help: 'Help of a.',
      unit: 'bytes',
    });
    bench.appender.forget('a{i="0"}');
    const ref = bench.cache.resolveAgain(bench.out.owners[0], bench.appender);
    assert.equal(ref, 1);
  });
});

describe('any bytes as protobuf', () => {
  const sample = Buffer.concat([
    family('a', COUNTER, all(label('x', '1'), plain(COUNTER, 1, exemplar(2, 'i', 1)))),
    family(
      's',
      SUMMARY,
      value(SUMMARY, (to) => to.uint(1, 300)),
    ),
    family(
      'h',
      HISTOGRAM,
      value(
        HISTOGRAM,
        all((to) => to.uint(1, 3), seconds(15, 9)),
      ),
    ),
  ]);

  it('cut off anywhere are refused, or end between families', () => {
    for (let length = 0; length < sample.length; length++) {
      const run = (): unknown => rowsOf(sample.subarray(0, length), { isNativeScraped: true });
      try {
        run();
      } catch (error) {
        assert.ok(error instanceof ProtoFault, `${length}: ${String(error)}`);
      }
    }
  });

  it('with wrong bits are read or refused, and leave the memory of the target sound', () => {
    const seed = 77_120;
    const random = createSeededRandom(seed);
    const bench = createBench({ isNativeScraped: true, isClassicConverted: true });
    const expected = bench.scrape(sample);
    for (let round = 0; round < 3000; round++) {
      const body = Buffer.from(sample);
      for (let i = 0; i < 1 + (round % 3); i++) {
        body[Math.floor(random.float() * body.length)] = Math.floor(random.float() * 256);
      }
      try {
        bench.read(body);
      } catch (error) {
        const isKnown = error instanceof ProtoFault || error instanceof AppError;
        assert.ok(isKnown, `seed ${seed}, round ${round}: ${String(error)}`);
      }
      bench.cache.rollback();
      if (round % 500 === 0) assert.deepEqual(bench.scrape(sample), expected, `round ${round}`);
    }
  });
});
