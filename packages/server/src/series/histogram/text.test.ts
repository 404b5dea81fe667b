import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom, errorMessage } from '../../platform/index.ts';
import { createFromClassic } from './classic.ts';
import { isEqualHistogram } from './equality.ts';
import { CUSTOM_BUCKETS_SCHEMA, type Histogram } from './histogram.ts';
import { parseHistogram, parseHistogramSeries } from './notation.ts';
import { createTestRandom, randomHistogram } from './testing.ts';
import { createHistogramJson, formatHistogram, formatHistogramNotation } from './text.ts';

const read = (text: string): Histogram => parseHistogram(`{{${text}}}`).histogram;

describe('a histogram is written', () => {
  it('as Prometheus shows it', () => {
    const check = (text: string, want: string): void =>
      assert.equal(formatHistogram(read(text)), want);
    check('', '{count:0, sum:0}');
    check(
      'count:13 sum:1.5e7 z_bucket:1 z_bucket_w:1e-128 buckets:[2 0 3] n_buckets:[4 3]',
      '{count:13, sum:1.5e+07, [-2,-1):3, [-1,-0.5):4, [-1e-128,1e-128]:1, (0.5,1]:2, (2,4]:3}',
    );
    check('z_bucket:1 z_bucket_w:0.75 buckets:[2]', '{count:0, sum:0, [-0.75,0.75]:1, (0.5,1]:2}');
    check(
      'schema:-53 count:6 sum:NaN custom_values:[1 2.5] buckets:[1 2 3]',
      '{count:6, sum:NaN, [-Inf,1]:1, (1,2.5]:2, (2.5,+Inf]:3}',
    );
  });
  it('in the notation of tests, with one span per side', () => {
    const check = (text: string, want = text): void =>
      assert.equal(formatHistogramNotation(read(text)), `{{${want}}}`);
    check('');
    check(
      'schema:1 count:6 sum:-0.5 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:gauge offset:-2 buckets:[1 0 2] n_offset:3 n_buckets:[2]',
    );
    check(
      'schema:-53 count:3 sum:+Inf custom_values:[1 2] counter_reset_hint:not_reset buckets:[1 2]',
    );
    check('offset:2 buckets:[0 0 1 0]', 'offset:4 buckets:[1]');
    const wide = {
      ...read('count:2'),
      positive: { spanOffsets: [0, 1e6], spanLengths: [1, 1], counts: Float64Array.of(1, 1) },
    };
    assert.equal(formatHistogramNotation(wide), formatHistogram(wide));
  });
  it('as the API answers it', () => {
    const check = (text: string, want: unknown): void =>
      assert.deepEqual(createHistogramJson(read(text)), want);
    check('', { count: '0', sum: '0' });
    check('count:42 sum:34593.34 z_bucket:3 z_bucket_w:0.25 n_buckets:[1] buckets:[2 0 6]', {
      count: '42',
      sum: '34593.34',
      buckets: [
        [1, '-1', '-0.5', '1'],
        [3, '-0.25', '0.25', '3'],
        [0, '0.5', '1', '2'],
        [0, '2', '4', '6'],
      ],
    });
    check('schema:-53 count:1e21 sum:-1.5e-7 custom_values:[1e6] buckets:[1 2]', {
      count: '1e+21',
      sum: '-1.5e-07',
      buckets: [
        [3, '-Inf', '1000000', '1'],
        [0, '1000000', '+Inf', '2'],
      ],
    });
  });
});

describe('the notation of tests', () => {
  it('is read back as it was written', () => {
    const { random, seed } = createTestRandom();
    for (let i = 0; i < 300; i++) {
      const histogram = randomHistogram(random);
      const text = formatHistogramNotation(histogram);
      const { histogram: back } = parseHistogram(text);
      assert.ok(isEqualHistogram(histogram, back), `seed ${seed}: ${text}`);
      assert.equal(formatHistogramNotation(back), text);
    }
  });
  it('takes all spellings', () => {
    const check = (text: string, want: string): void =>
      assert.equal(formatHistogramNotation(parseHistogram(text).histogram), want);
    check('{{ count:1.5 }}', '{{count:1.5}}');
    check('{{SUM:-Inf\n count:0x10}}', '{{count:16 sum:-Inf}}');
    check('{{buckets:[ 1e3 NaN .5 ] sum:nan}}', '{{sum:NaN buckets:[1000 NaN 0.5]}}');
    assert.equal(parseHistogram('{{counter_reset_hint:unknown}}').hasCounterReset, true);
    assert.equal(parseHistogram('{{}}').hasCounterReset, false);
  });
  it('makes series', () => {
    const check = (text: string, want: readonly string[]): void =>
      assert.deepEqual(
        parseHistogramSeries(text).map(({ histogram }) => formatHistogramNotation(histogram)),
        want,
      );
    check('{{count:1}}', ['{{count:1}}']);
    check('{{count:1}}x2', ['{{count:1}}', '{{count:1}}', '{{count:1}}']);
    check('{{count:1 buckets:[1]}}+{{count:2 buckets:[0 2]}}x2', [
      '{{count:1 buckets:[1]}}',
      '{{count:3 buckets:[1 2]}}',
      '{{count:5 buckets:[1 4]}}',
    ]);
    check('{{count:5}}-{{count:2}}x1', ['{{count:5}}', '{{count:3}}']);
    const noted = parseHistogramSeries('{{count:1}}+{{count:1 counter_reset_hint:gauge}}x1');
    assert.deepEqual(
      noted.map(({ hasCounterReset }) => hasCounterReset),
      [true, true],
    );
  });
  it('is refused with the reason', () => {
    const check = (text: string, message: string): void =>
      assert.throws(() => parseHistogramSeries(text), { message });
    check('{{count:1', 'not a histogram or a series of them: {{count:1');
    check('{{count}}', 'not a part of a histogram, such as buckets:[5 10 7]: count');
    check('{{cuont:1}}', 'unknown part of a histogram: cuont');
    check('{{count:1 count:2}}', 'count is given twice in one histogram');
    check('{{count:one}}', 'count is no number: one');
    check('{{schema:1.5}}', 'schema is no whole number: 1.5');
    check('{{buckets:5}}', 'buckets is no list, such as [5 10 7]: 5');
    check('{{buckets:[1,2]}}', 'buckets is no number: 1,2');
    check(
      '{{counter_reset_hint:maybe}}',
      'counter_reset_hint is maybe; want unknown, reset, not_reset or gauge',
    );
    check('{{schema:9}}', 'schema 9 is too fine: {{schema:9}}');
    check(
      '{{schema:-53 custom_values:[1] buckets:[1 2 3]}}',
      'custom buckets: only 1 custom bounds, spans reach to bucket 3: {{schema:-53 custom_values:[1] buckets:[1 2 3]}}',
    );
    check(
      '{{z_bucket_w:Inf}}',
      "the zero bucket's width is +Inf; want 0 or more, and finite: {{z_bucket_w:Inf}}",
    );
    check('{{count:1}}x100001', 'histogram repeated 100001 times: {{count:1}}x100001');
    check('{{count:1}}+{{count:1}}', 'want x and a number after {{count:1}}');
    check(
      '{{schema:1}}+{{schema:0}}x2',
      'cannot combine histograms: schema 1 is finer than that of the change, 0',
    );
    check(
      '{{schema:-53}}+{{schema:0}}x2',
      'cannot combine histograms with exponential and with custom buckets',
    );
  });
  it('is read or refused, whatever it is', () => {
    const seed = 2026;
    const random = createSeededRandom(seed);
    const words = [
      '{{',
      '}}',
      'schema:',
      'count:',
      'buckets:[',
      ']',
      '1',
      '-',
      '53',
      ' ',
      'x3',
      '+{{',
      'custom_values:[',
      'n_offset:',
      'Inf',
      'nan',
      'e9',
      ':',
      'z_bucket_w:',
      'counter_reset_hint:',
      'gauge',
      '\n',
      '99999999999',
      '.',
    ];
    let read = 0;
    for (let i = 0; i < 20_000; i++) {
      let text = '{{';
      for (let n = random.float() * 8; n > 0; n--)
        text += words[Math.floor(random.float() * words.length)];
      text += '}}';
      try {
        for (const { histogram } of parseHistogramSeries(text)) {
          read++;
          createHistogramJson(histogram);
          formatHistogramNotation(histogram);
        }
      } catch (error) {
        const message = errorMessage(error);
        assert.match(
          message,
          /^(not|unknown|want|cannot|schema|span|custom|count|sum|buckets|n_|offset|z_|the zero|histogram|positive|negative|bound)/,
          `seed ${seed}: ${text}: ${message}`,
        );
      }
    }
    assert.ok(read > 100, `only ${read} were read`);
  });
});

describe('a classic histogram', () => {
  const convert = (bounds: number[], counts: number[], count?: number): Histogram =>
    createFromClassic({ bounds, counts, count, sum: 10 });

  it('becomes a native one with its bounds', () => {
    const check = (histogram: Histogram, want: string): void =>
      assert.equal(formatHistogramNotation(histogram), `{{schema:-53 ${want}}}`);
    check(
      convert([0.5, 1, Infinity], [1, 3, 7]),
      'count:7 sum:10 custom_values:[0.5 1] buckets:[1 2 4]',
    );
    check(
      convert([Infinity, 1, 0.5], [7, 3, 1], 7),
      'count:7 sum:10 custom_values:[0.5 1] buckets:[1 2 4]',
    );
    check(convert([0.5, 1], [1, 3], 7), 'count:7 sum:10 custom_values:[0.5 1] buckets:[1 2 4]');
    check(convert([0.5, 1, 1], [1, 3, 9], 3), 'count:3 sum:10 custom_values:[0.5 1] buckets:[1 2]');
    check(convert([1], [3.5]), 'count:3.5 sum:10 custom_values:[1] buckets:[3.5]');
    check(convert([], [], 4), 'count:4 sum:10 custom_values:[] buckets:[4]');
    check(convert([], []), 'sum:10 custom_values:[]');
  });
  it('keeps short gaps where counts are integers', () => {
    const { positive, isInteger, schema } = convert(
      [1, 2, 3, 4, 5, 6, 7, Infinity],
      [1, 1, 1, 2, 2, 2, 2, 3],
    );
    assert.deepEqual(positive, {
      spanOffsets: [0, 3],
      spanLengths: [4, 1],
      counts: Float64Array.of(1, 0, 0, 1, 1),
    });
    assert.equal(isInteger, true);
    assert.equal(schema, CUSTOM_BUCKETS_SCHEMA);
  });
  it('is refused where its counters contradict each other', () => {
    const check = (
      bounds: number[],
      counts: number[],
      count: number | undefined,
      fault: string,
    ): void =>
      assert.throws(() => convert(bounds, counts, count), {
        code: 'HISTOGRAM_INVALID',
        message: `invalid classic histogram: ${fault}`,
      });
    check([1, 2], [3, 2], 3, 'counts must rise with the bound, but le="2" has 2 and le="1" has 3');
    check([1, Infinity], [3, 4], 5, 'the count is 5, but le="+Inf" has 4');
    check([1], [-1], 1, 'le="1" has the count -1');
    check([Number.NaN], [1], 1, 'le="NaN" is no bound');
    check([1], [1], Number.NaN, 'the count is NaN; want 0 or more');
  });
});
