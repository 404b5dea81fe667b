/** What scrapes make of OpenMetrics: which bodies Prometheus 3 takes and refuses, and what is in them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError, createSeededRandom } from '../platform/index.ts';
import type { HistogramOptions } from './config.ts';
import { FormatBench } from './testing.ts';
import { TextFault } from './text-lexer.ts';
import { TextPool } from './text-pool.ts';

const POOL = new TextPool();

const createBench = (histograms?: Partial<HistogramOptions>): FormatBench =>
  new FormatBench({ format: 'openmetrics', pool: POOL, histograms });

const read = (body: string | Buffer): FormatBench => createBench().read(body);

const check = (lines: string, ...wants: readonly string[]): void =>
  assert.deepEqual(read(`${lines}# EOF\n`).rows(), wants, lines);

const refuse = (body: string, want: RegExp): void =>
  assert.throws(
    () => read(body),
    (error) => error instanceof TextFault && want.test(error.message),
    `${JSON.stringify(body)} must fail with ${want}`,
  );

describe('a body of OpenMetrics', () => {
  it('ends with # EOF and nothing after it', () => {
    check('');
    check('a 1\n', 'a 1');
    assert.deepEqual(read('a 1\n# EOF').rows(), ['a 1']);
    refuse('a 1\n', /data does not end with # EOF/);
    refuse('a 1\n# EOF\n\n', /unexpected data after # EOF/);
    refuse('# EOFblah', /expected HELP, TYPE, UNIT or EOF/);
  });

  it('has times in seconds', () => {
    check('a 1 1.5\nb 2 -0.0015\nc 3 2e3\n', 'a 1 @1500', 'b 2 @-1', 'c 3 @2000000');
    refuse('a 1 NaN\n# EOF\n', /invalid timestamp NaN/);
    refuse('a 1 x\n# EOF\n', /"x" is not a number/);
    const bench = read('a 1 1e300\n# EOF\n');
    assert.equal(bench.cache.counts.aheadCount, 1);
  });

  it('has one space where a space is, and no blank lines or comments', () => {
    refuse('a  1\n# EOF\n', /expected a value after one space/);
    refuse('a 1 \n# EOF\n', /expected a value after one space/);
    refuse(' a 1\n# EOF\n', /expected a metric name, "# " or "\{"/);
    refuse('a{b="c"}1\n# EOF\n', /expected a space and a value/);
    refuse('a{ b="c"} 1\n# EOF\n', /expected label name/);
    refuse('a 1\n\n# EOF\n', /expected a metric name/);
    refuse('# a comment\n# EOF\n', /expected HELP, TYPE, UNIT or EOF/);
    refuse('a\t1\n# EOF\n', /expected a space and a value/);
  });

  it('may have what its specification forbids and Prometheus takes', () => {
    check('a{b="c",} 1\n', 'a{b="c"} 1');
    check('# TYPE a counter\na -1\na_total NaN\n', 'a -1', 'a_total NaN');
    check('# TYPE a histogram\na_bucket{le="1"} 2\nb 1\n', 'a_bucket{le="1.0"} 2', 'b 1');
    check('{"a name",b="c"} 1\n{"x y"} 2\n', '{"a name", b="c"} 1', '{"x y"} 2');
  });

  it('knows more types than text, and not untyped', () => {
    for (const type of ['info', 'stateset', 'gaugehistogram', 'unknown', 'counter', 'summary']) {
      check(`# TYPE a ${type}\na 1\n`, 'a 1');
    }
    refuse('# TYPE a untyped\n# EOF\n', /invalid metric type "untyped"/);
    refuse('# TYPE a gauge \n# EOF\n', /invalid metric type "gauge "/);
    refuse('# UNIT a_seconds bytes\n# EOF\n', /unit "bytes" not a suffix of metric "a_seconds"/);
    refuse('# HELP a\n# EOF\n', /expected text in HELP/);
  });

  it('tells its metadata', () => {
    const bench = read(
      '# TYPE a_s info\n# HELP a_s x\\ny\n# UNIT a_s s\n# TYPE b unknown\n# EOF\n',
    );
    bench.cache.commit();
    assert.deepEqual(Object.fromEntries(bench.cache.metadata()), {
      a_s: { type: 'info', help: 'x\ny', unit: 's' },
      b: { type: 'unknown', help: '', unit: '' },
    });
  });
});

describe('an exemplar', () => {
  it('comes with its labels, its value and its time', () => {
    const bench = read(
      'a_total 1 # {trace_id="x\\"",b="c"} 0.5 1.5\nb_bucket{le="1"} 2 7 # {} 0.25\n# EOF\n',
    );
    assert.deepEqual(bench.exemplars(), [
      'a_total {"b":"c","trace_id":"x\\""} 0.5 @1500',
      'b_bucket{le="1"} {} 0.25 @7000',
    ]);
    assert.deepEqual(bench.rows(), ['a_total 1', 'b_bucket{le="1"} 2 @7000']);
  });

  it('is handed over again only when it is another one', () => {
    const bench = createBench();
    const bodies = [
      '1 # {a="1"} 1 1',
      '2 # {a="1"} 1 1',
      '3 # {a="2"} 1 1',
      '4',
      '5 # {a="2"} 1 1',
    ];
    const counts = bodies.map((value) => {
      bench.read(`a_total ${value}\n# EOF\n`);
      bench.cache.commit();
      return bench.exemplars().length;
    });
    assert.deepEqual(counts, [1, 0, 1, 0, 0]);
    assert.equal(bench.out.values[0], 5);
  });

  it('is handed over again where the store did not take the scrape', () => {
    const bench = createBench();
    bench.read('a_total 1\n# EOF\n');
    bench.cache.commit();
    bench.read('a_total 2 # {a="1"} 1 1\n# EOF\n');
    bench.cache.rollback();
    bench.read('a_total 2 # {a="1"} 1 1\n# EOF\n');
    assert.equal(bench.exemplars().length, 1);
  });

  it('with too many characters is left out, and one that is broken fails the scrape', () => {
    assert.deepEqual(read(`a 1 # {a="${'x'.repeat(128)}"} 1\n# EOF\n`).exemplars(), []);
    refuse('a 1 # {"a"} 1\n# EOF\n', /expected equal/);
    refuse('a 1 # {a="b"}\n# EOF\n', /expected a space and a value/);
    refuse('a 1 # {a="b"} 1 Inf\n# EOF\n', /invalid timestamp/);
    refuse('a 1 # {a="b"} 1 1 1\n# EOF\n', /expected next entry after exemplar timestamp/);
    refuse('a 1 #{a="b"} 1\n# EOF\n', /"#\{a=\\?"b\\?"\}" is not a number/);
  });
});

describe('a start time', () => {
  it('is what _created says of the samples of the same metric', () => {
    check(
      '# TYPE a counter\na_total{i="1"} 1\na_created{i="1"} 5.5\na_total{i="2"} 2\n# TYPE b gauge\nb_created 7\n',
      'a_total{i="1"} 1 ^5500',
      'a_created{i="1"} 5.5 ^5500',
      'a_total{i="2"} 2',
      'b_created 7',
    );
    check(
      '# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="+Inf"} 2\nh_sum 3\nh_count 2\nh_created 9\n',
      'h_bucket{le="1.0"} 1 ^9000',
      'h_bucket{le="+Inf"} 2 ^9000',
      'h_sum 3 ^9000',
      'h_count 2 ^9000',
      'h_created 9 ^9000',
    );
  });

  it('is told at each scrape, and follows a restart of the target', () => {
    const bench = createBench();
    for (const [value, created] of [
      [1, 100],
      [2, 100],
      [0, 200],
    ]) {
      bench.read(`# TYPE a counter\na_total ${value}\na_created ${created}\n# EOF\n`);
      bench.cache.commit();
      assert.equal(bench.rows()[0], `a_total ${value} ^${created * 1000}`);
    }
  });
});

describe('a classic histogram that is to be converted', () => {
  const body = (count: number, exemplar = ''): string =>
    `# TYPE h histogram\nh_bucket{x="1",le="1"} 1${exemplar}\nh_bucket{x="1",le="+Inf"} ${count}\n` +
    `h_sum{x="1"} 5\nh_count{x="1"} ${count}\nh_created{x="1"} 9\n# TYPE g gauge\ng 1\n# EOF\n`;
  const native = 'h{x="1"} {{schema:-53 count:3 sum:5 custom_values:[1] buckets:[1 2]}} ^9000';
  const rest = ['h_created{x="1"} 9 ^9000', 'g 1'];

  it('is one sample, with the exemplars of its buckets', () => {
    const bench = createBench({ isClassicConverted: true });
    bench.read(body(3, ' # {t="1"} 0.5 7'));
    assert.deepEqual(bench.rows(), [native, ...rest]);
    assert.deepEqual(bench.exemplars(), ['h{x="1"} {"t":"1"} 0.5 @7000']);
    const counts = bench.cache.counts;
    assert.deepEqual([counts.scrapedCount, counts.seriesAddedCount], [3, 3]);
  });

  it('is known at the next scrape, and marked when it has vanished', () => {
    const bench = createBench({ isClassicConverted: true });
    for (const count of [2, 3]) {
      bench.read(body(count));
      bench.cache.commit();
    }
    assert.deepEqual(bench.rows(), [native, ...rest]);
    assert.equal(bench.appender.resolveCount(), 3);
    bench.read('# TYPE g gauge\ng 1\n# EOF\n');
    bench.cache.addVanished(bench.out, FormatBench.NOW_MS);
    assert.deepEqual(bench.rows().sort(), ['g 1', 'h_created{x="1"} stale', 'h{x="1"} stale']);
    bench.appender.forget('h{x="1"}');
    const owner = bench.out.owners[1];
    assert.ok(bench.cache.resolveAgain(owner, bench.appender) >= 3);
  });

  it('keeps its classic series besides where the job says so', () => {
    const bench = createBench({ isClassicConverted: true, isClassicAlwaysScraped: true });
    bench.read(body(3));
    assert.equal(bench.rows().length, 7);
    assert.equal(bench.rows()[4], native);
  });

  it('is left out where its parts contradict each other, and fails nothing', () => {
    const bench = createBench({ isClassicConverted: true });
    bench.read(body(0));
    assert.deepEqual(bench.rows(), rest);
    bench.cache.commit();
    bench.read(body(3));
    assert.deepEqual(bench.rows(), [native, ...rest]);
  });
});

describe('a target that changes its format', () => {
  it('keeps its series, and the new grammar holds for lines that are known', () => {
    const bench = createBench();
    bench.read('a{b="c"} 1\nd{e="f"}2\n', 'text');
    bench.cache.commit();
    bench.read('a{b="c"} 2\nd{e="f"} 3\n# EOF\n');
    assert.deepEqual(bench.rows(), ['a{b="c"} 2', 'd{e="f"} 3']);
    assert.equal(bench.appender.resolveCount(), 2);
    bench.cache.commit();
    bench.read('a{b="c"} 1\nd{e="f"}2\n', 'text');
    bench.cache.commit();
    assert.throws(() => bench.read('a{b="c"} 2\nd{e="f"}3\n# EOF\n'), TextFault);
  });
});

describe('any bytes as OpenMetrics', () => {
  it('are read or refused, the same with and without a memory of them', () => {
    const seed = 4_112_026;
    const random = createSeededRandom(seed);
    const pieces = [
      'a',
      '_total',
      '{',
      '}',
      'b="c"',
      '"',
      ',',
      ' ',
      ' ',
      '\n',
      '# ',
      '{} ',
      ' 1\n',
    ];
    pieces.push(
      '# TYPE a counter\n',
      '_created 5\n',
      ' 1 # {x="y"} 1\n',
      'é',
      '\0',
      '# EOF\n',
      '1.5',
    );
    const pick = (): string => pieces[Math.floor(random.float() * pieces.length)];
    const outcome = (bench: FormatBench, body: string): string => {
      try {
        bench.read(body);
        return bench.rows().join('\n');
      } catch (error) {
        assert.ok(error instanceof TextFault || error instanceof AppError, String(error));
        bench.cache.rollback();
        return `refused: ${error.message}`;
      }
    };
    for (let round = 0; round < 1500; round++) {
      const text = Array.from({ length: 1 + Math.floor(random.float() * 14) }, pick).join('');
      const body = `a_total 1\n${text}# EOF\n`;
      const fresh = outcome(createBench(), body);
      const used = createBench();
      outcome(used, 'a_total 0\na_created 1\na 1\n# EOF\n');
      used.cache.commit();
      const names = (rows: string): string => rows.replaceAll(/ \^\d+/g, '');
      assert.equal(
        names(outcome(used, body)),
        names(fresh),
        `seed ${seed}: ${JSON.stringify(body)}`,
      );
    }
  });
});
