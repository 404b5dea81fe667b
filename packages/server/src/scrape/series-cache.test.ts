import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom, type Random } from '../platform/index.ts';
import { isStale, type Labels, METRIC_NAME, labelValue } from '../series/index.ts';
import { DEFAULT_HISTOGRAMS } from './config.ts';
import { LineTexts } from './line-texts.ts';
import { SampleBuffer } from './sample-buffer.ts';
import { type ReadOptions, SeriesCache } from './series-cache.ts';
import type { ReadCounts } from './series-ledger.ts';
import { createMemoryAppender, type MemoryAppender } from './testing.ts';
import { TextFault } from './text-lexer.ts';
import { TextPool } from './text-pool.ts';

/** One for all, as for all targets of a server. */
const TEXTS = new LineTexts(3);

/** A cache with a store behind it. Each scrape is a minute after the one before. */
class Bench {
  readonly appender: MemoryAppender = createMemoryAppender();
  readonly out = new SampleBuffer();
  readonly cache: SeriesCache;
  readonly #options: Partial<ReadOptions>;
  mapCount = 0;
  timeMs = 0;

  constructor(
    options: Partial<ReadOptions> = {},
    keeps: (labels: Labels) => boolean = () => true,
    texts: LineTexts = TEXTS,
  ) {
    this.#options = options;
    const mapLabels = (labels: Labels): Labels | undefined => {
      this.mapCount++;
      return keeps(labels) ? labels : undefined;
    };
    this.cache = new SeriesCache({ mapLabels, pool: new TextPool(), texts });
  }

  /** Scrapes a body; undefined stands for a scrape that failed. */
  scrape(body: string | undefined): ReadCounts {
    this.timeMs += 60_000;
    this.out.clear();
    if (body === undefined) this.cache.begin();
    else this.read(body);
    const { counts } = this.cache;
    this.cache.addVanished(this.out, this.timeMs);
    this.appender.append(this.out);
    this.cache.commit();
    return counts;
  }

  read(body: string): void {
    const options: ReadOptions = {
      timeMs: this.timeMs,
      timeMsMax: 1e9,
      honorTimestamps: true,
      trackTimestampsStaleness: false,
      sampleLimit: 0,
      format: 'text' as const,
      histograms: DEFAULT_HISTOGRAMS,
      ...this.#options,
    };
    this.cache.read(Buffer.from(body), options, this.out);
    this.cache.resolve(this.appender, this.out);
  }

  /** The values of a series, by minute. */
  values(series: string): string {
    const samples = this.appender.stored.get(series) ?? [];
    return samples.map(({ timeMs, value }) => `${timeMs / 60_000}:${value}`).join(' ');
  }
}

const BODY = '# HELP a x\n# TYPE a gauge\na{i="1"} 1\na{i="2"} 2\n\nb 3\n';

describe('the second scrape of the same lines', () => {
  it('resolves nothing and maps nothing', () => {
    const bench = new Bench();
    assert.equal(bench.scrape(BODY).seriesAddedCount, 3);
    assert.deepEqual([bench.appender.resolveCount(), bench.mapCount], [3, 3]);
    const counts = bench.scrape(BODY.replaceAll(/ \d$/gm, ' 9'));
    assert.deepEqual([bench.appender.resolveCount(), bench.mapCount], [3, 3]);
    assert.deepEqual([counts.scrapedCount, counts.seriesAddedCount], [3, 0]);
    assert.equal(bench.values('a{i="2"}'), '1:2 2:9');
    assert.equal(bench.values('b'), '1:3 2:9');
  });

  it('recognises lines in any order', () => {
    const bench = new Bench();
    bench.scrape('a 1\nb 2\nc 3\n');
    bench.scrape('c 4\na 5\nb 6\n');
    assert.equal(bench.mapCount, 3);
    assert.equal(bench.values('c'), '1:3 2:4');
    assert.equal(bench.values('b'), '1:2 2:6');
  });

  it('does not take a longer name or a brace for a known line', () => {
    const bench = new Bench();
    bench.scrape('foo-1\nbar 1\nbaz{} 1\n');
    bench.scrape('foobar 2\nbar {x="y"} 3\nbaz{}4\n');
    assert.equal(bench.values('foobar'), '2:2');
    assert.equal(bench.values('bar{x="y"}'), '2:3');
    assert.equal(bench.values('foo'), '1:-1 2:stale');
    assert.equal(bench.values('baz'), '1:1 2:4');
  });

  it('tells texts of any length and bytes apart', () => {
    for (let length = 0; length < 24; length++) {
      for (const fill of ['v', '\0', '\u{10ffff}']) {
        const bench = new Bench();
        const value = fill.repeat(length);
        for (const text of [value, value, `${value}x`]) bench.scrape(`a{b="${text}"} 1\nz 1\n`);
        const counts = [...bench.appender.stored.values()].map((samples) => samples.length);
        const say = `${length} times ${JSON.stringify(fill)}`;
        // The first one has a marker at its end.
        assert.deepEqual([bench.mapCount, counts], [3, [3, 3, 1]], say);
      }
    }
  });

  it('takes a repeated line once, and none that is dropped', () => {
    const bench = new Bench({}, (labels) => labelValue(labels, METRIC_NAME) !== 'b');
    for (let round = 1; round <= 3; round++) {
      const counts = bench.scrape(`a ${round}\nb 1\na 9\nc ${round}\n`);
      const { scrapedCount, keptCount, duplicateCount } = counts;
      assert.deepEqual([scrapedCount, keptCount, duplicateCount], [4, 3, 1]);
    }
    assert.equal(bench.values('a'), '1:1 2:2 3:3');
    assert.equal(bench.values('c'), '1:1 2:2 3:3');
    assert.equal(bench.values('b'), '');
  });

  it('keeps the form of bounds for series that come later', () => {
    const bench = new Bench();
    bench.scrape('# TYPE h histogram\nh_bucket{le="1"} 1\n');
    bench.scrape('# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="2"} 1\n');
    assert.equal(bench.values('h_bucket{le="2.0"}'), '2:1');
  });

  it('forgets lines that are gone, so that memory follows the body', () => {
    const bench = new Bench();
    const body = (round: number): string =>
      Array.from({ length: 50 }, (_, i) => `a{round="${round}",i="${i}"} 1\n`).join('');
    for (let round = 0; round < 5; round++) bench.scrape(body(round));
    const held = (): number => bench.cache.sizeBytes + TEXTS.sizeBytes;
    const sizeBytes = held();
    for (let round = 5; round < 100; round++) bench.scrape(body(round));
    assert.ok(held() < 1.5 * sizeBytes, `${held()} of ${sizeBytes}`);
  });
});

describe('a series that vanishes', () => {
  it('gets one marker, and goes on without being new when it comes back in time', () => {
    const bench = new Bench();
    bench.scrape('a 1\nb 1\n');
    bench.scrape('a 2\n');
    bench.scrape('a 3\n');
    assert.equal(bench.scrape('a 4\nb 4\n').seriesAddedCount, 1);
    assert.equal(bench.values('a'), '1:1 2:2 3:3 4:4');
    assert.equal(bench.values('b'), '1:1 2:stale 4:4');
  });

  it('gets its marker when the whole scrape fails, and is known when that is over', () => {
    const bench = new Bench();
    bench.scrape(BODY);
    bench.scrape(undefined);
    bench.scrape(undefined);
    assert.equal(bench.scrape(BODY).seriesAddedCount, 0);
    assert.equal(bench.values('b'), '1:3 2:stale 4:3');
    assert.equal(bench.appender.resolveCount(), 3);
  });

  it('gets it in an empty body, too', () => {
    const bench = new Bench();
    bench.scrape(BODY);
    bench.scrape('');
    assert.equal(bench.values('b'), '1:3 2:stale');
    assert.equal(bench.cache.hasLive, false);
  });

  it('gets none while another line of the same series is there', () => {
    const bench = new Bench();
    bench.scrape('a{x="1",y="2"} 1\n');
    bench.scrape('a{y="2",x="1"} 2\n');
    assert.equal(bench.values('a{x="1", y="2"}'), '1:1 2:2');
  });

  it('gets none where its samples carried times of their own', () => {
    const bench = new Bench();
    bench.scrape('a 1 30000\nb 1\n');
    bench.scrape('b 1\n');
    assert.equal(bench.values('a'), '0.5:1');
  });

  it('gets one for those as well where the configuration tracks them', () => {
    const bench = new Bench({ trackTimestampsStaleness: true });
    bench.scrape('a 1 30000\nb 1\n');
    bench.scrape('b 1\n');
    assert.equal(bench.values('a'), '0.5:1 2:stale');
  });

  it('gets one when it begins to carry times', () => {
    const bench = new Bench();
    bench.scrape('a 1\n');
    bench.scrape('a 2 90000\n');
    assert.equal(bench.values('a'), '1:1 1.5:2 2:stale');
  });
});

describe('times in the body', () => {
  it('are ignored where the configuration does not honour them', () => {
    const bench = new Bench({ honorTimestamps: false });
    bench.scrape('a 1 30000\n');
    bench.scrape('b 1\n');
    assert.equal(bench.values('a'), '1:1 2:stale');
  });

  it('may be several for one series', () => {
    const bench = new Bench();
    const counts = bench.scrape('a 1 10000\na 2 20000\n');
    assert.deepEqual([counts.keptCount, counts.duplicateCount], [2, 0]);
    assert.equal(bench.appender.stored.get('a')?.length, 2);
  });

  it('that are too far ahead cost the sample', () => {
    const bench = new Bench({ timeMsMax: 70_000 });
    const counts = bench.scrape('a 1 70000\nb 1 70001\n');
    assert.deepEqual([counts.aheadCount, counts.keptCount], [1, 2]);
    assert.deepEqual([bench.values('b')], ['']);
  });
});

describe('a line that stands twice', () => {
  it('is the same whatever stands between it and its value', () => {
    const bench = new Bench();
    assert.equal(bench.scrape('a{}1\na{}\t2\na{} 3\nb-1\nb 2\n').duplicateCount, 3);
  });

  it('counts, but its first value stays', () => {
    const bench = new Bench();
    for (let round = 1; round <= 2; round++) {
      const counts = bench.scrape('a 1\nb 1\na 2\n');
      assert.deepEqual([counts.scrapedCount, counts.keptCount, counts.duplicateCount], [3, 3, 1]);
    }
    assert.equal(bench.values('a'), '1:1 2:1');
  });
});

describe('dropped series', () => {
  it('are counted and never resolved', () => {
    const bench = new Bench({}, (labels) => labelValue(labels, METRIC_NAME) !== 'a');
    for (let round = 1; round <= 2; round++) {
      const counts = bench.scrape('a 1\nb 1\n');
      assert.deepEqual([counts.scrapedCount, counts.keptCount], [2, 1]);
    }
    assert.deepEqual([bench.mapCount, bench.appender.resolveCount()], [2, 1]);
  });
});

describe('the sample limit', () => {
  it('is told, with what the whole body holds', () => {
    const bench = new Bench({ sampleLimit: 2 });
    bench.out.clear();
    const { keptCount, isOverSampleLimit, seriesAddedCount } = bench.scrape('a 1\nb 1\nc 1\nd 1\n');
    assert.deepEqual([keptCount, isOverSampleLimit, seriesAddedCount], [4, true, 2]);
    assert.equal(bench.scrape('a 1\nb 1\n').isOverSampleLimit, false);
  });
});

describe('a body that breaks off', () => {
  it('leaves no trace', () => {
    const bench = new Bench();
    bench.scrape('a 1\nb 1\n');
    bench.timeMs += 60_000;
    bench.out.clear();
    assert.throws(() => bench.read('b 2\nnew{x="y"} 1\nc 3\nbroken\n'), TextFault);
    assert.equal(bench.cache.counts.scrapedCount, 3, 'what was read is told');
    bench.cache.rollback();
    assert.deepEqual([...bench.appender.stored.keys()], ['a', 'b'], 'no series was made');
    assert.equal(bench.scrape('b 3\n').seriesAddedCount, 0);
    assert.equal(bench.values('a'), '1:1 3:stale', 'the marker is not lost');
  });
});

describe('a series that the store has forgotten', () => {
  it('gets a new number with the same labels', () => {
    const bench = new Bench();
    bench.scrape('# TYPE h histogram\nh_bucket{le="1"} 1\n');
    const [before] = bench.out.refs;
    bench.appender.forget('h_bucket{le="1.0"}');
    const after = bench.cache.resolveAgain(bench.out.owners[0], bench.appender);
    assert.notEqual(after, before);
    assert.deepEqual([...bench.appender.stored.keys()], ['h_bucket{le="1.0"}']);
  });
});

/** Lines that a target might send, and some that no target should. */
function randomBody(random: Random): string {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random.float() * items.length)];
  const lines = Array.from({ length: Math.floor(random.float() * 40) }, () => {
    const name = pick([
      'a',
      'ab',
      'abc',
      'foo',
      '{"q.r"}',
      'foo{x="1"}',
      'foo{x="1",y="2"}',
      'a{}',
    ]);
    const blank = pick([' ', ' ', ' ', '\t', '  ', '']);
    const value = pick(['1', '2.5', '-3', 'NaN', '+Inf', '1e3', '12345678901234567890']);
    const time = random.float() < 0.2 ? ` ${Math.floor(random.float() * 1e5)}` : '';
    const usual = `${name}${blank}${value}${time}`;
    return random.float() < 0.8 ? usual : pick(['', '# c', '# TYPE a gauge', '# HELP a', '  a 1']);
  });
  return `${lines.join('\n')}${random.float() < 0.8 ? '\n' : ''}`;
}

/** What a cache makes of a body: each sample, and the counts, or the fault. */
function readAll(bench: Bench, body: Buffer): string {
  bench.out.clear();
  try {
    const { seriesAddedCount: _, ...counts } = bench.cache.read(body, FUZZ_OPTIONS, bench.out);
    bench.cache.resolve(bench.appender, bench.out);
    const names = [...bench.appender.stored.keys()];
    const { refs, values, timesMs, count } = bench.out;
    const rows = Array.from(
      { length: count },
      (_row, i) => `${names[refs[i]]} ${values[i]} @${timesMs[i]}`,
    );
    bench.cache.commit();
    return JSON.stringify([rows, counts]);
  } catch (error) {
    if (!(error instanceof TextFault)) throw error;
    const { scrapedCount } = bench.cache.counts;
    bench.cache.rollback();
    return `${error.at}: ${error.message}, after ${scrapedCount}`;
  }
}

const FUZZ_OPTIONS: ReadOptions = {
  timeMs: 5e4,
  timeMsMax: 1e9,
  honorTimestamps: true,
  trackTimestampsStaleness: false,
  sampleLimit: 0,
  format: 'text' as const,
  histograms: DEFAULT_HISTOGRAMS,
};

describe('a cache that has seen much', () => {
  it('reads every body as a new one does', () => {
    const seed = 7;
    const random = createSeededRandom(seed);
    const old = new Bench();
    for (let round = 0; round < 1500; round++) {
      const body = Buffer.from(randomBody(random));
      const want = readAll(new Bench(), body);
      assert.equal(readAll(old, body), want, `seed ${seed}, round ${round}: ${String(body)}`);
    }
  });

  it('survives every mutation of a body', () => {
    const seed = 11;
    const random = createSeededRandom(seed);
    const bench = new Bench();
    const good = Buffer.from(`${BODY}{"q.r",le="1"} 5 100\n# HELP "x.y" z\\n\n`);
    for (let round = 0; round < 4000; round++) {
      const body = Buffer.from(good.subarray(0, Math.ceil(random.float() * good.length)));
      for (let k = Math.floor(random.float() * 4); k > 0; k--) {
        body[Math.floor(random.float() * body.length)] = Math.floor(random.float() * 256);
      }
      // Anything but a TextFault travels out of here and fails the test.
      readAll(bench, body);
    }
    assert.match(readAll(bench, good), /q\.r/, `seed ${seed}`);
  });
});

describe('markers', () => {
  it('keep their bits on the way through a growing buffer', () => {
    const out = new SampleBuffer();
    for (let i = 0; i < 5000; i++) {
      if (i % 2 === 0) out.addStale(i, i, i);
      else out.add(i, i, i, Number.NaN);
    }
    out.filter((row) => out.refs[row] % 4 < 2);
    assert.equal(out.count, 2500);
    for (let i = 0; i < out.count; i++) assert.equal(isStale(out.bits, i), out.refs[i] % 2 === 0);
  });
});

describe('targets that share the texts of their lines', () => {
  it('are read as if each were alone, whatever comes in which order', () => {
    const seed = 11;
    const random = createSeededRandom(seed);
    const shared = new LineTexts(1);
    const bench = (own: LineTexts): Bench => new Bench({}, undefined, own);
    const pairs = Array.from({ length: 4 }, () => [bench(shared), bench(new LineTexts(1))]);
    for (let round = 0; round < 300; round++) {
      const [together, alone] = pairs[Math.floor(random.float() * pairs.length)];
      const lines = Array.from({ length: 30 }, (_, i) => `s${i}{a="${i % 7}"} ${round}\n`);
      const body = disturb(lines, random).join('');
      assert.deepEqual(together.scrape(body), alone.scrape(body), `seed ${seed}, round ${round}`);
    }
    for (const [together, alone] of pairs) {
      assert.deepEqual([...together.appender.stored], [...alone.appender.stored]);
    }
  });

  it('count scrapes beyond what is remembered of them', () => {
    const bench = new Bench();
    for (let round = 0; round < 600; round++)
      bench.scrape(round % 2 === 0 ? 'a 1\nb 1\n' : 'b 1\n');
    assert.equal(bench.values('a').split(' ').length, 600);
    assert.ok(!bench.values('b').includes('stale'));
  });

  it('expect nothing where another body came between reading and keeping', () => {
    const [one, other] = [new Bench(), new Bench()];
    one.timeMs = 60_000;
    one.read('a 1\nb 1\n');
    other.scrape('b 1\na 1\n');
    one.cache.commit();
    one.scrape('b 2\na 2\n');
    assert.equal(one.values('a'), '2:2');
  });
});

/** Mostly the same lines; now and then some are missing, new, twice or in another place. */
function disturb(lines: readonly string[], random: Random): string[] {
  const body = [...lines];
  if (random.float() < 0.5) return body;
  const at = Math.floor(random.float() * body.length);
  const choice = random.float();
  if (choice < 0.3) body.splice(at, 3);
  else if (choice < 0.5) body.splice(at, 0, `extra_${Math.floor(random.float() * 5)} 1\n`);
  else if (choice < 0.6) body.splice(at, 0, body[at]);
  else if (choice < 0.8) body.unshift(...body.splice(at, 5));
  else body.reverse();
  return body;
}
