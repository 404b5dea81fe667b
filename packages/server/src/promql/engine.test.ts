import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError, createManualClock } from '../platform/index.ts';
import { formatSeries } from '../series/index.ts';
import { createQueryEngine, type QueryEngineOptions, type QueryResult } from './engine.ts';
import { createTestStoreOf, type TestStore } from './testing.ts';

const MINUTE = 60_000;

function engineOver(store: TestStore, options: Partial<QueryEngineOptions> = {}) {
  return createQueryEngine({ queryable: store, clock: createManualClock(), ...options });
}

/** An answer as text: `up{job="a"} 1`, one line a series, points of a matrix as value@seconds. */
function show({ value }: QueryResult): readonly string[] {
  switch (value.kind) {
    case 'scalar':
    case 'string':
      return [`${value.kind} ${value.value}`];
    case 'vector':
      return value.samples.map((sample) => `${formatSeries(sample.labels)} ${sample.value}`);
    case 'matrix':
      return value.series.map(({ labels, timesMs, values }) => {
        const points = Array.from(values, (v, i) => `${v}@${timesMs[i] / 1000}`);
        return `${formatSeries(labels)} ${points.join(' ')}`;
      });
  }
}

function throws(run: () => unknown, code: string, message: RegExp | string): void {
  assert.throws(run, (error: unknown) => {
    assert.ok(error instanceof AppError, String(error));
    assert.equal(error.code, code);
    if (typeof message === 'string') assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  });
}

describe('an instant query', () => {
  const store = createTestStoreOf(MINUTE, {
    'up{job="a"}': [1, 2, 3, 4],
    'up{job="b"}': [1, 'stale', null, 7],
    'requests_total{job="a"}': [0, 60, 120, 180],
    'limits{job="a",max="9"}': [5, 5, 5, 5],
    gone: [3, 'stale'],
  });
  const check = (text: string, atMs: number, want: readonly string[]): void =>
    assert.deepEqual(show(engineOver(store).evaluateInstant({ text, atMs })), want, text);

  it('sees the newest sample within the lookback, whose far end is open', () => {
    check('up{job="a"}', 90_000, ['up{job="a"} 2']);
    check('up{job="a"}', 3 * MINUTE + 299_999, ['up{job="a"} 4']);
    check('up{job="a"}', 8 * MINUTE, []);
  });

  it('sees nothing behind a staleness marker until the series is back', () => {
    check('up{job="b"}', MINUTE, []);
    check('up{job="b"}', 2 * MINUTE, []);
    check('up{job="b"}', 3 * MINUTE, ['up{job="b"} 7']);
  });

  it('smooths over a staleness marker, also one that ends a series', () => {
    check('up{job="b"} smoothed', 2 * MINUTE, ['up{job="b"} 5']);
    check('gone', 2 * MINUTE, []);
    check('gone smoothed', 2 * MINUTE, ['gone 3']);
  });

  it('has windows that are open on the left and closed on the right', () => {
    check('count_over_time(up{job="a"}[1m])', 2 * MINUTE, ['{job="a"} 1']);
    check('sum_over_time(up{job="a"}[2m])', 2 * MINUTE, ['{job="a"} 5']);
    check('up{job="a"}[2m]', 2 * MINUTE, ['up{job="a"} 2@60 3@120']);
  });

  it('leaves staleness markers out of windows', () => {
    check('count_over_time(up{job="b"}[5m])', 3 * MINUTE, ['{job="b"} 2']);
  });

  it('moves selectors by offset and pins them by @', () => {
    check('up{job="a"} offset 1m', 2 * MINUTE, ['up{job="a"} 2']);
    check('up{job="a"} offset -1m', 2 * MINUTE, ['up{job="a"} 4']);
    check('up{job="a"} @ 60', 3 * MINUTE, ['up{job="a"} 2']);
    check('up{job="a"} @ 180 offset 1m', 0, ['up{job="a"} 3']);
    check('up{job="a"} @ end()', MINUTE, ['up{job="a"} 2']);
  });

  it('evaluates subqueries on multiples of their step', () => {
    check('up{job="a"}[2m:30s]', 2 * MINUTE + 10_000, ['up{job="a"} 1@30 2@60 2@90 3@120']);
    check('sum_over_time(up{job="a"}[2m:1m] offset 1m)', 3 * MINUTE, ['{job="a"} 5']);
    check('max_over_time(rate(requests_total[2m])[2m:1m] @ 180)', 0, ['{job="a"} 1']);
  });

  it('answers scalars, strings and constants', () => {
    check('1 + 2 * 3 ^ 2', 0, ['scalar 19']);
    check('"text"', 0, ['string text']);
    check('time()', 90_500, ['scalar 90.5']);
    check('scalar(up{job="a"})', 0, ['scalar 1']);
    check('scalar(up)', 0, ['scalar NaN']);
    check('vector(3)', 0, ['{} 3']);
    check('-(-2)', 0, ['scalar 2']);
  });

  it('groups by a name that a function has already given up', () => {
    check('sum by (__name__) (rate(requests_total[2m]))', 2 * MINUTE, ['{} 1']);
    check('count by (__name__) (up)', 0, ['up 2']);
    check('label_replace(rate(requests_total[2m]), "__name__", "r", "", "")', 2 * MINUTE, [
      'r{job="a"} 1',
    ]);
  });

  it('takes the name off a comparison of rates', () => {
    check('rate(requests_total[2m]) > on (job) up * 0', 2 * MINUTE, ['{job="a"} 1']);
    check('rate(requests_total[2m]) > ignoring (x) rate(requests_total[1m1s])', 2 * MINUTE, []);
    check('requests_total > up', 2 * MINUTE, ['requests_total{job="a"} 120']);
    check('requests_total > bool up', 2 * MINUTE, ['{job="a"} 1']);
  });

  it('matches many to one and carries labels over', () => {
    check('up * on (job) group_left (max) limits', 0, ['{job="a", max="9"} 5']);
    check('limits - on (job) group_right () up', 0, ['{job="a"} 4']);
    check('up + fill_right (10) limits', 0, ['{job="a"} 11', '{job="b"} 11']);
  });

  it('decides sets by the labels of the other side', () => {
    check('up and on (job) limits', 0, ['up{job="a"} 1']);
    check('up unless on (job) limits', 0, ['up{job="b"} 1']);
    check('limits or on (job) up', 0, ['limits{job="a", max="9"} 5', 'up{job="b"} 1']);
  });

  it('says what is missing', () => {
    check('absent(nothing{job="x",path=~"/.*"})', 0, ['{job="x"} 1']);
    check('absent(up)', 0, []);
    check('absent_over_time(up{job="b"}[1m])', 2 * MINUTE, ['{job="b"} 1']);
  });
});

describe('a range query', () => {
  const store = createTestStoreOf(MINUTE, {
    'up{job="b"}': [1, 1, 0, 1],
    'up{job="a"}': [null, null, 5, 'stale'],
  });
  const range = { fromMs: 0, toMs: 3 * MINUTE, stepMs: MINUTE };
  const check = (text: string, want: readonly string[]): void =>
    assert.deepEqual(show(engineOver(store).evaluateRange({ text, ...range })), want, text);

  it('answers in order of labels and leaves gaps where there is no value', () => {
    check('up', ['up{job="a"} 5@120', 'up{job="b"} 1@0 1@60 0@120 1@180']);
    check('up > 0', ['up{job="a"} 5@120', 'up{job="b"} 1@0 1@60 1@180']);
  });

  it('repeats what is pinned at every step', () => {
    check('sum(up @ 120)', ['{} 5@0 5@60 5@120 5@180']);
    check('7', ['{} 7@0 7@60 7@120 7@180']);
  });

  it('decides at each step which rows a selection keeps', () => {
    check('topk(1, up)', ['up{job="a"} 5@120', 'up{job="b"} 1@0 1@60 1@180']);
    check('count_values("n", up)', ['{n="0"} 1@120', '{n="1"} 1@0 1@60 1@180', '{n="5"} 1@120']);
  });

  it('joins series that differ only in whether their name is due to go', () => {
    check('up{job="b"} > 0 or up{job="b"} + 1', ['up{job="b"} 1@0 1@60 1@120 1@180']);
    check('-up{job="b"} < 0 or up{job="b"}', ['{job="b"} -1@0 -1@60 0@120 -1@180']);
  });

  it('knows its own range', () => {
    check('range()', ['{} 180@0 180@60 180@120 180@180']);
    check('step()', ['{} 60@0 60@60 60@120 60@180']);
    check('count_over_time(up{job="b"}[range()])', ['{job="b"} 1@0 2@60 3@120 3@180']);
  });

  it('is refused where it makes no sense', () => {
    const engine = engineOver(store);
    const refuse = (change: object, message: string, text = 'up'): void =>
      throws(() => engine.evaluateRange({ text, ...range, ...change }), 'QUERY_INVALID', message);
    refuse({ fromMs: 4 * MINUTE }, 'end timestamp must not be before start timestamp');
    refuse(
      { stepMs: 0 },
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
    refuse(
      { toMs: 11_001, stepMs: 1 },
      'exceeded maximum resolution of 11,000 points per timeseries. ' +
        'Try decreasing the query resolution (?step=XX)',
    );
    refuse(
      {},
      'invalid expression type "range vector" for range query, must be Scalar or instant Vector',
      'up[5m]',
    );
  });
});

describe("evaluation fails in Prometheus' words", () => {
  const store = createTestStoreOf(MINUTE, {
    'a{id="1",x="1"}': [1, 1],
    'a{id="1",x="2"}': [2, null, 2],
    'b{id="1"}': [3, 3],
    'c_total{id="1"}': [3, 3],
  });
  const check = (text: string, message: string): void =>
    throws(() => engineOver(store).evaluateInstant({ text, atMs: 0 }), 'QUERY_FAILED', message);

  it('for series that cannot be told apart', () => {
    check(
      'rate({id="1", x=""}[5m]) or -{id="1"}',
      'vector cannot contain metrics with the same labelset',
    );
    check(
      'b * on (id) a',
      'found duplicate series for the match group {id="1"} on the right hand-side of the ' +
        'operation: [{__name__="a", id="1", x="1"}, {__name__="a", id="1", x="2"}]' +
        ';many-to-many matching not allowed: matching labels must be unique on one side',
    );
    check(
      'a * on (id) b',
      'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
    );
    check(
      'a * on (id) group_left (x) b',
      'multiple matches for labels: grouping labels must ensure unique matches',
    );
    check(
      'label_replace(a, "x", "", "", "")',
      'vector cannot contain metrics with the same labelset',
    );
  });

  it('for arguments that make no sense', () => {
    check('topk(NaN, a)', 'Parameter value is NaN');
    check('topk(1e30, a)', 'Scalar value 1e+30 overflows int64');
    check('limit_ratio(NaN, a)', 'Ratio value is NaN');
    check(
      'label_replace(a, "x", "$1", "x", "(")',
      'invalid regular expression in label_replace(): (',
    );
    check('label_join(a, "", "-", "x")', 'invalid destination label name in label_join(): ');
    check('count_values("", a)', 'invalid label name ""');
    check(
      'double_exponential_smoothing(a[5m], 1, 0.5)',
      'invalid smoothing factor. Expected: 0 < sf < 1, got: 1.000000',
    );
    check(
      'deriv(a[5m] anchored)',
      'anchored modifier can only be used with: changes, delta, increase, rate, resets - not with deriv',
    );
    check('a[1m * 0]', '2:8: duration must be greater than 0');
    check('a offset (1m / step())', '10:21: division by zero');
  });
});

describe('an answer comes with notes', () => {
  const store = createTestStoreOf(MINUTE, {
    requests: [1, 2, 3],
    'h_bucket{le="1"}': [3, 3],
    'h_bucket{le="2"}': [2, 2],
    'h_bucket{le="+Inf"}': [4, 4],
    'h_bucket{le="wide"}': [4, 4],
  });
  const check = (text: string, want: { warnings?: string[]; infos?: string[] }): void => {
    const { warnings, infos } = engineOver(store).evaluateInstant({ text, atMs: MINUTE });
    assert.deepEqual({ warnings, infos }, { warnings: [], infos: [], ...want }, text);
  };

  it('with their places, lines and columns from 1', () => {
    const note =
      'PromQL info: metric might not be a counter, name does not end in ' +
      '_total/_sum/_count/_bucket: "requests"';
    check('1 +\n  rate(requests[5m])', { infos: [`${note} (2:8)`] });
    check('"ü" == "ü"'.length > 0 ? 'label_replace(rate(requests[5m]), "ü", "", "", "")' : '', {
      infos: [`${note} (1:20)`],
    });
    check('rate(requests[5m]) + rate(requests[1m1s])', { infos: [`${note} (1:27)`] });
  });

  it('that warn of values out of range', () => {
    const text = 'PromQL warning: quantile value should be between 0 and 1, got 1.5';
    check('quantile(1.5, requests)', { warnings: [`${text} (1:10)`] });
    check('quantile_over_time(1.5, requests[5m])', { warnings: [`${text} (1:20)`] });
    check('limit_ratio(2, requests)', {
      warnings: [
        'PromQL warning: ratio value should be between -1 and 1, got 2, capping to 1 (1:13)',
      ],
    });
  });

  it('that say what is wrong with buckets', () => {
    check('histogram_quantile(0.5, h_bucket)', {
      warnings: [
        'PromQL warning: bucket label "le" is missing or has a malformed value of "wide" ' +
          'for metric name "h_bucket" (1:25)',
      ],
      infos: [
        'PromQL info: input to histogram_quantile needed to be fixed for monotonicity (see ' +
          'https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile) ' +
          'for metric name "h_bucket", from buckets 2 to 2, with a max diff of 1, over 1 samples ' +
          'from 1970-01-01T00:01:00Z to 1970-01-01T00:01:00Z (1:25)',
      ],
    });
  });

  it('that say that a range has its own order', () => {
    const { warnings } = engineOver(store).evaluateRange({
      text: 'sort(requests)',
      fromMs: 0,
      toMs: MINUTE,
      stepMs: MINUTE,
    });
    assert.deepEqual(warnings, [
      'PromQL warning: sort is ineffective for range queries since results are always ordered ' +
        'by labels (1:1)',
    ]);
  });
});
