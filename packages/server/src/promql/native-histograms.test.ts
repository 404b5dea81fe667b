import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createManualClock, errorMessage } from '../platform/index.ts';
import {
  formatHistogramNotation,
  formatLabels,
  type Histogram,
  parseHistogramSeries,
} from '../series/index.ts';
import type { MatrixSeries } from './answer.ts';
import { createQueryEngine, type QueryResult } from './engine.ts';
import { createTestStoreOf, type TestValue } from './testing.ts';

const MINUTE_MS = 60_000;

/** Reads `{{…}}+{{…}}x3` and floats, one item after the other. */
function series(...items: readonly (string | number | null)[]): readonly TestValue[] {
  return items.flatMap((item): readonly TestValue[] =>
    typeof item === 'string' && item !== 'stale'
      ? parseHistogramSeries(item).map(({ histogram }) => histogram)
      : [item],
  );
}

const FIRST = '{{count:2 sum:3 buckets:[1 1]}}';
const FOURTH = '{{count:8 sum:12 not_reset buckets:[4 4]}}';
const UNKNOWN = '{{count:10 sum:15 buckets:[5 5]}}';
const GROWING = '{{count:2 sum:3 buckets:[1 1]}}+{{count:2 sum:3 buckets:[1 1]}}x4';
const CUSTOM = '{{schema:-53 custom_values:[1 2] count:2 sum:3 buckets:[1 1]}}x4';

/** A sample a minute, from 0 to 4. */
const STORE = createTestStoreOf(MINUTE_MS, {
  'h{job="a"}': series(GROWING),
  'h{job="b"}': series(GROWING, '{{count:2 sum:3 buckets:[1 1]}}'),
  'reset{}': series('{{count:4 sum:4 buckets:[4]}}', '{{count:1 sum:1 buckets:[1]}}+{{count:1}}x3'),
  'gauge{}': series('{{count:2 sum:3 buckets:[1 1] counter_reset_hint:gauge}}x4'),
  'mixed{}': series(1, 2, '{{count:1 sum:1 buckets:[1]}}x1', 5),
  'custom{}': series(CUSTOM),
  'wide{}': series('{{schema:-53 custom_values:[1 4] count:2 sum:3 buckets:[1 1]}}x4'),
  'kinds{of="bounds"}': series(CUSTOM),
  'kinds{of="schema"}': series(GROWING),
  'both{kind="f"}': [1, 1, 1, 1, 1],
  'both{kind="h"}': series(GROWING),
  'old_bucket{le="1"}': [1, 2, 3, 4, 5],
  'old_bucket{le="+Inf"}': [2, 4, 6, 8, 10],
  'old_bucket{}': series(GROWING),
  'odd{}': series('{{count:4 sum:NaN buckets:[1 1]}}x4'),
  'ends{}': series(GROWING.replace('x4', 'x2'), 'stale', null),
  'up{job="a"}': [1, 1, 1, 1, 1],
  'target_info{job="a"}': series(GROWING),
});

function createEngine(heldSamplesMax = 10_000): ReturnType<typeof createQueryEngine> {
  const limits = { heldSamplesMax };
  return createQueryEngine({ queryable: STORE, clock: createManualClock(), limits });
}

const engine = createEngine();

function formatValue(value: number, histogram: Histogram | undefined): string {
  if (histogram === undefined) return String(value);
  return formatHistogramNotation(histogram).replace('counter_reset_hint:', '');
}

function formatSeries({ labels, timesMs, values, histograms }: MatrixSeries): string {
  const points = Array.from(
    values,
    (value, i) => `${formatValue(value, histograms?.[i])}@${timesMs[i] / MINUTE_MS}`,
  );
  return `${formatLabels(labels)} ${points.join(' ')}`;
}

/** An answer and its notes, a line each. */
function describeResult({ value, warnings, infos }: QueryResult): readonly string[] {
  const notes = [...warnings, ...infos];
  switch (value.kind) {
    case 'scalar':
    case 'string':
      return [String(value.value), ...notes];
    case 'vector': {
      const samples = value.samples.map(
        (sample) => `${formatLabels(sample.labels)} ${formatValue(sample.value, sample.histogram)}`,
      );
      return [...samples, ...notes];
    }
    case 'matrix':
      return [...value.series.map(formatSeries), ...notes];
  }
}

/** What a query answers at minute 4. */
function check(text: string, ...want: readonly string[]): void {
  const result = engine.evaluateInstant({ text, atMs: 4 * MINUTE_MS });
  assert.deepEqual(describeResult(result), want, text);
}

/** What a query answers at minutes 0, 2 and 4. */
function checkRange(text: string, ...want: readonly string[]): void {
  const range = { fromMs: 0, toMs: 4 * MINUTE_MS, stepMs: 2 * MINUTE_MS };
  assert.deepEqual(describeResult(engine.evaluateRange({ text, ...range })), want, text);
}

function checkFailure(text: string, want: RegExp): void {
  assert.throws(
    () => engine.evaluateInstant({ text, atMs: 4 * MINUTE_MS }),
    (error) => want.test(errorMessage(error)),
    text,
  );
}

const warning = (text: string): string => `PromQL warning: ${text}`;
const info = (text: string): string => `PromQL info: ${text}`;
const TEN = '{{count:10 sum:15 not_reset buckets:[5 5]}}';
const TWENTY = '{{count:20 sum:30 not_reset buckets:[10 10]}}';
const MIXED_RANGE = 'encountered a mix of histograms and floats for metric name "mixed"';
const MIXED_BOUNDS =
  'vector contains a mix of histograms with exponential and custom buckets schemas for metric name';
const IGNORED =
  'ignored histograms in a range containing both floats and histograms for metric name "mixed"';
const OPERANDS = 'incompatible sample types encountered for binary operator';

describe('selectors', () => {
  it('answer histograms and floats of one series alike', () => {
    check('h{job="a"}', `{__name__="h", job="a"} ${TEN}`);
    check('mixed', '{__name__="mixed"} 5');
    check('ends');
    check(
      'mixed[5m]',
      '{__name__="mixed"} 1@0 2@1 {{count:1 sum:1 buckets:[1]}}@2 ' +
        '{{count:1 sum:1 not_reset buckets:[1]}}@3 5@4',
    );
    checkRange('mixed', '{__name__="mixed"} 1@0 {{count:1 sum:1 buckets:[1]}}@2 5@4');
    checkRange('h{job="a"} @ 0', `{__name__="h", job="a"} ${FIRST}@0 ${FIRST}@2 ${FIRST}@4`);
  });

  it('draw a line between histograms where they are smoothed', () => {
    check(
      'h{job="a"} smoothed offset 30s',
      '{__name__="h", job="a"} {{count:9 sum:13.5 not_reset buckets:[4.5 4.5]}}',
    );
    check('mixed smoothed', warning(`${MIXED_RANGE} (1:1)`));
    checkFailure('h[2m] anchored', /^anchored modifier is not supported with histograms$/);
  });
});

describe('rates of histograms', () => {
  it('extend the change to the edges of the window', () => {
    check('increase(h{job="a"}[3m])', '{job="a"} {{count:6 sum:9 gauge buckets:[3 3]}}');
    check('irate(h{job="a"}[3m]) * 60', '{job="a"} {{count:2 sum:3 gauge buckets:[1 1]}}');
    check('increase(h{job="a"}[2m] anchored)', '{job="a"} {{count:4 sum:6 gauge buckets:[2 2]}}');
  });

  it('add what a counter had reached before a bucket of it fell', () => {
    check('increase(reset[5m])', '{} {{count:5 sum:1.25 gauge buckets:[1.25]}}');
    check('increase(reset[3m] smoothed)', '{} {{count:3 gauge}}');
    check('increase(reset[4m:2m])', '{} {{count:4 gauge}}');
  });

  it('warn of gauges taken for counters, and of counters taken for gauges', () => {
    const not = 'this native histogram metric is not a';
    check('delta(gauge[3m])', '{} {{gauge}}');
    check('rate(gauge[3m])', '{} {{gauge}}', warning(`${not} counter: "gauge" (1:6)`));
    check('irate(gauge[3m])', '{} {{gauge}}', warning(`${not} counter: "gauge" (1:7)`));
    check(
      'delta(h{job="a"}[3m])',
      '{job="a"} {{count:6 sum:9 gauge buckets:[3 3]}}',
      warning(`${not} gauge: "h" (1:7)`),
    );
  });

  it('have no answer where floats are among them', () => {
    check('rate(mixed[5m])', warning(`${MIXED_RANGE} (1:6)`));
    check('irate(mixed[2m])', warning(`${MIXED_RANGE} (1:7)`));
    check('delta(mixed[5m] smoothed)', warning(`${MIXED_RANGE} (1:7)`));
  });
});

describe('aggregations', () => {
  it('add up histograms, and average them', () => {
    check('sum(h)', `{} ${TWENTY}`);
    check('avg by (job) (h)', `{job="a"} ${TEN}`, `{job="b"} ${TEN}`);
    check('count(both)', '{} 2');
    check('group(both)', '{} 1');
  });

  it('have no answer where members do not add up', () => {
    const mix = 'encountered a mix of histograms and floats for aggregation (1:5)';
    check('sum(both)', warning(mix));
    check('avg(both)', warning(mix));
    check('sum(kinds)', warning(`${MIXED_BOUNDS} "kinds" (1:5)`));
    check(
      'sum({__name__=~"custom|wide"})',
      '{} {{schema:-53 count:4 sum:6 custom_values:[1] not_reset buckets:[2 2]}}',
      info('mismatched custom buckets were reconciled during aggregation (1:5)'),
    );
  });

  it('leave histograms out where only floats can be compared, and say so', () => {
    const ignored = (name: string, place: string): string =>
      info(`ignored histogram in ${name} aggregation (${place})`);
    check('max(both)', '{} 1', ignored('max', '1:5'));
    check('stddev(both)', '{} 0', ignored('stddev', '1:8'));
    check('quantile(0.5, both)', '{} 1', ignored('quantile', '1:15'));
    check('topk(1, both)', '{__name__="both", kind="f"} 1', ignored('topk', '1:1'));
    check('topk(0, both)');
  });

  it('pick and count them like any other sample', () => {
    check('limitk(1, h)', `{__name__="h", job="a"} ${TEN}`);
    check('count_values("v", both)', '{v="1"} 1', '{v="{count:10, sum:15, (0.5,1]:5, (1,2]:5}"} 1');
  });
});

describe('operators', () => {
  it('add, subtract and compare histograms', () => {
    check('h{job="a"} + on () h{job="b"}', `{} ${TWENTY}`);
    check('h{job="a"} - h{job="a"}', '{job="a"} {{gauge}}');
    check('h{job="a"} == h', `{__name__="h", job="a"} ${TEN}`);
    check('h{job="a"} != bool on () h{job="b"}', '{} 0');
    check('h and on () custom', `{__name__="h", job="a"} ${TEN}`, `{__name__="h", job="b"} ${TEN}`);
    checkRange('h{job="a"} unless h');
  });

  it('say why histograms cannot be combined', () => {
    check(
      'custom + on () wide',
      '{} {{schema:-53 count:4 sum:6 custom_values:[1] not_reset buckets:[2 2]}}',
      info('mismatched custom buckets were reconciled during addition (1:1)'),
    );
    check(
      'custom + on () h{job="a"}',
      warning('incompatible bucket layout encountered for binary operator + (1:1)'),
    );
    check('h{job="a"} * h', info(`${OPERANDS} "*": histogram * histogram (1:1)`));
  });

  it('scale and trim histograms by floats, and know nothing else of the two', () => {
    check('h{job="a"} * 2', `{job="a"} ${TWENTY}`);
    check('2 * h{job="a"}', `{job="a"} ${TWENTY}`);
    check('h{job="a"} / 2', '{job="a"} {{count:5 sum:7.5 not_reset buckets:[2.5 2.5]}}');
    check('-h{job="a"} / 5', '{job="a"} {{count:-2 sum:-3 gauge buckets:[-1 -1]}}');
    check('h{job="a"} * on () both{kind="f"}', `{} ${TEN}`);
    check('histogram_count(h{job="a"} </ 1)', '{job="a"} 5');
    check('histogram_count(h{job="a"} >/ 2)', '{job="a"} 0');
    check('h > bool 2', info(`${OPERANDS} ">": histogram > float (1:1)`));
    check('1 </ h', info(`${OPERANDS} "</": float </ histogram (1:1)`));
    check('both </ on () custom', info(`${OPERANDS} "</": histogram </ histogram (1:1)`));
    check('1 </ both', info(`${OPERANDS} "</": float </ histogram (1:1)`));
    check('1 </ both{kind="f"}', info(`${OPERANDS} "</": float </ float (1:1)`));
    check('both + 1', '{kind="f"} 2', info(`${OPERANDS} "+": histogram + float (1:1)`));
  });

  it('fill in floats for what is missing', () => {
    check(
      'h{job="a"} * fill (3) nothing',
      '{job="a"} {{count:30 sum:45 not_reset buckets:[15 15]}}',
    );
    check('h{job="a"} + fill_right (2) nothing', info(`${OPERANDS} "+": histogram + float (1:1)`));
  });
});

describe('functions of histograms', () => {
  it('tell counts, sums and spread, and nothing of floats', () => {
    check('histogram_count(both)', '{kind="h"} 10');
    check('histogram_sum(h{job="a"})', '{job="a"} 15');
    check('histogram_avg(h{job="a"})', '{job="a"} 1.5');
    check('round(histogram_stdvar(h{job="a"}), 0.001)', '{job="a"} 0.318');
    check('round(histogram_stddev(h{job="a"}), 0.001)', '{job="a"} 0.564');
    checkRange('histogram_count(mixed)', '{} 1@2');
  });

  it('tell quantiles and fractions, and of observations that are NaN', () => {
    const nan = 'has NaN observations';
    check('histogram_quantile(0.5, h{job="a"})', '{job="a"} 1');
    check('histogram_fraction(0, 1, h{job="a"})', '{job="a"} 0.5');
    check(
      'histogram_quantile(0.25, odd)',
      '{} 1',
      info(
        `input to histogram_quantile ${nan}, result is skewed higher for metric name "odd" (1:26)`,
      ),
    );
    check(
      'histogram_quantile(0.9, odd)',
      '{} NaN',
      info(`input to histogram_quantile ${nan}, result is NaN for metric name "odd" (1:25)`),
    );
    check(
      'histogram_fraction(0, 1, odd)',
      '{} 0.25',
      info(
        `input to histogram_fraction ${nan}, which are excluded from all fractions ` +
          'for metric name "odd" (1:26)',
      ),
    );
    checkRange(
      'histogram_quantiles(h{job="a"}, "q", 0, 0.5)',
      '{job="a", q="0.0"} 0.5@0 0.5@2 0.5@4',
      '{job="a", q="0.5"} 1@0 1@2 1@4',
    );
  });

  it('answer neither of a classic and a native histogram with the same labels', () => {
    const mix =
      'vector contains a mix of classic and native histograms for metric name "old_bucket"';
    check('histogram_quantile(0.5, old_bucket)', warning(`${mix} (1:25)`));
    check('histogram_quantile(0.5, old_bucket{le=~".+"})', '{} 1');
    check('histogram_quantile(0.5, old_bucket{le=""})', '{} 1');
  });

  it('see a reset in buckets that they need not add up', () => {
    const text = 'histogram_count(sum({__name__=~"h|reset"}))';
    const { warnings } = engine.evaluateInstant({ text, atMs: MINUTE_MS });
    const conflict = 'conflicting counter resets during histogram aggregation';
    assert.deepEqual(warnings, [warning(`${conflict} (1:21)`)]);
    // Without buckets in play, the store's own word counts.
    const plain = engine.evaluateInstant({ text: text.slice(16, -1), atMs: MINUTE_MS });
    assert.deepEqual(plain.warnings, []);
  });
});

describe('functions over time', () => {
  it('add up and average windows of histograms alone', () => {
    check('sum_over_time(h{job="a"}[2m])', '{job="a"} {{count:18 sum:27 not_reset buckets:[9 9]}}');
    check('avg_over_time(gauge[5m])', '{} {{count:2 sum:3 gauge buckets:[1 1]}}');
    check('sum_over_time(mixed[5m])', warning(`${MIXED_RANGE} (1:15)`));
    check('avg_over_time(kinds{of="schema"}[1m] offset 1m)', `{of="schema"} ${FOURTH}`);
  });

  it('leave histograms out where only floats have an answer, and say so', () => {
    check('max_over_time(mixed[5m])', '{} 5', info(`${IGNORED} (1:15)`));
    check('quantile_over_time(0.5, mixed[5m])', '{} 2', info(`${IGNORED} (1:20)`));
    check('deriv(mixed[3m])', info(`${IGNORED} (1:7)`));
    check('max_over_time(h[5m])');
    checkFailure('double_exponential_smoothing(h[5m], 2, 0.5)', /^invalid smoothing factor\./);
  });

  it('count, find and tell times of samples of either kind', () => {
    check('count_over_time(mixed[5m])', '{} 5');
    check('present_over_time(h{job="a"}[1m])', '{job="a"} 1');
    check('absent_over_time(h[1m])');
    check('first_over_time(mixed[3m])', '{__name__="mixed"} {{count:1 sum:1 buckets:[1]}}');
    check('last_over_time(mixed[5m])', '{__name__="mixed"} 5');
    check('ts_of_first_over_time(mixed[5m])', '{} 0');
    check('ts_of_last_over_time(mixed[5m])', '{} 240');
  });

  it('see a change and a reset where the kind of samples changes', () => {
    check('changes(mixed[5m])', '{} 3');
    check('resets(mixed[5m])', '{} 2');
    check('changes(custom[5m])', '{} 0');
    check('resets(reset[5m])', '{} 1');
    check('changes(mixed[90s] anchored)', '{} 1');
  });

  it('look for resets anew in subqueries, whose samples are not neighbours in the store', () => {
    check('last_over_time(h{job="a"}[2m:1m])', `{__name__="h", job="a"} ${UNKNOWN}`);
    checkRange(
      'sum_over_time(mixed[2m:1m])',
      '{} 1@0',
      warning('encountered a mix of histograms and floats for metric name "mixed" (1:1)'),
    );
  });
});

describe('other functions', () => {
  it('leave histograms out, or look at labels and times alone', () => {
    check('abs(both)', '{kind="f"} 1');
    check('clamp_min(both, 2)', '{kind="f"} 2');
    check('sort(both)', '{__name__="both", kind="f"} 1');
    const ineffective =
      'sort is ineffective for range queries since results are always ordered by labels';
    checkRange(
      'sort(both)',
      '{__name__="both", kind="f"} 1@0 1@2 1@4',
      warning(`${ineffective} (1:1)`),
    );
    check(
      'sort_by_label_desc(h, "job")',
      `{__name__="h", job="b"} ${TEN}`,
      `{__name__="h", job="a"} ${TEN}`,
    );
    check('scalar(both)', '1');
    check('absent(h)');
    check('timestamp(h{job="a"})', '{job="a"} 240');
    check('timestamp(h{job="a"} * 1)', '{job="a"} 240');
    check('label_replace(h{job="a"}, "job", "c", "", "")', `{__name__="h", job="c"} ${TEN}`);
    check('hour(both)', '{kind="f"} 0');
  });

  it('take no info from histograms', () => {
    checkFailure(
      'info(up)',
      /^this should be an info metric, with float samples: \{__name__="target_info", job="a"\}$/,
    );
  });
});

describe('the bound on samples in memory', () => {
  it('counts a histogram by its size', () => {
    const text = 'h';
    const fits = createEngine(30).evaluateInstant({ text, atMs: 0 });
    assert.equal(fits.stats.samplesHeldMax, 24);
    assert.throws(
      () => createEngine(20).evaluateInstant({ text, atMs: 0 }),
      /too many samples into memory/,
    );
  });
});
