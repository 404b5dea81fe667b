import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError, createSeededRandom, ProtoReader } from '../platform/index.ts';
import { spoilBytes } from '../platform/testing.ts';
import {
  createLabels,
  createMatcher,
  createSamples,
  formatSeries,
  isStale,
  setStale,
} from '../series/index.ts';
import { type FetchedAnswer, readAnswer } from './fetched-series.ts';
import { packSnappy, unpackSnappy } from './snappy.ts';
import { createRawQuery, createReadRequest, narrowMatchers } from './source-selection.ts';
import { answerSamples } from './testing.ts';

const AT = 1_760_000_000_000;
const SELECTION = { matchers: [createMatcher('job', '=~', 'a|b')], fromMs: AT, toMs: AT + 10 };

function describeAnswer({ series }: FetchedAnswer): readonly string[] {
  return series.map(({ labels, samples }) => {
    const rows = Array.from({ length: samples.count }, (_, i) => {
      const value = isStale(samples.bits, i) ? 'stale' : samples.values[i];
      return `${samples.timesMs[i] - AT} ${samples.histograms?.[i]?.count ?? value}`;
    });
    return `${formatSeries(labels)} ${rows.join(', ')}`;
  });
}

/** What our own remote read answers to a request that we make. */
async function readOwn(): Promise<Uint8Array> {
  const samples = createSamples(3);
  samples.count = 3;
  samples.timesMs.set([AT, AT + 5, AT + 9]);
  samples.values.set([1.5, Number.NaN]);
  setStale(samples.bits, 2);
  const store = {
    estimate: () => ({ seriesCount: 1, sampleCount: 3 }),
    series: () => [],
    *select({ matchers, fromMs, toMs }: typeof SELECTION) {
      assert.deepEqual([fromMs, toMs], [SELECTION.fromMs, SELECTION.toMs]);
      assert.equal(matchers[0].operator, '=~');
      yield { labels: createLabels({ __name__: 'up', job: 'a' }), samples };
    },
  };
  return answerSamples(store, createReadRequest(SELECTION));
}

const JSON_ANSWER = JSON.stringify({
  status: 'success',
  data: {
    resultType: 'matrix',
    result: [
      {
        metric: { __name__: 'up', job: 'a' },
        values: [
          [AT / 1000, '1'],
          [(AT + 5) / 1000, '+Inf'],
        ],
      },
    ],
  },
  warnings: ['half of me is away'],
});

function isInOrder({ samples }: FetchedAnswer['series'][number]): boolean {
  const times = samples.timesMs.subarray(0, samples.count);
  return times.every((timeMs, i) => i === 0 || timeMs > times[i - 1]);
}

describe('answers of sources', () => {
  it('are read as remote read gives them, staleness markers included', async () => {
    const answer = readAnswer('remote_read', await readOwn());
    assert.deepEqual(describeAnswer(answer), ['up{job="a"} 0 1.5, 5 NaN, 9 stale']);
    assert.deepEqual(answer.warnings, []);
  });

  it('are read as a query API gives them, with what it warns of', () => {
    const answer = readAnswer('promql', Buffer.from(JSON_ANSWER));
    assert.deepEqual(describeAnswer(answer), ['up{job="a"} 0 1, 5 Infinity']);
    assert.deepEqual(answer.warnings, ['half of me is away']);
  });

  it('say that the query API leaves native histograms out', () => {
    const result = [{ metric: { __name__: 'h' }, histograms: [[1, {}]], values: [] }];
    const text = JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } });
    const { warnings } = readAnswer('promql', Buffer.from(text));
    assert.match(warnings.join(), /native histograms were left out/);
  });

  it('are refused where they make no sense', () => {
    const check = (text: string, why: RegExp): void => {
      assert.throws(() => readAnswer('promql', Buffer.from(text)), why, text);
    };
    check('<html>', /not JSON/);
    check('{"status":"error"}', /no matrix/);
    check('{"status":"success","data":{"resultType":"vector","result":[]}}', /no matrix/);
    check(JSON_ANSWER.replace('"1"', '"one"'), /a value is no number/);
    check(JSON_ANSWER.replace(`[${AT / 1000},`, '["x",'), /a sample has no time/);
    assert.throws(() => readAnswer('remote_read', Buffer.from('not snappy')), AppError);
  });

  it('never break anything, however they are spoiled', async () => {
    const seed = 11;
    const random = createSeededRandom(seed);
    const packed = await readOwn();
    const corpus = [packed, unpackSnappy(packed, 1_000_000)];
    const deadline = performance.now() + 200;
    for (let i = 0; performance.now() < deadline; i++) {
      const bytes = spoilBytes(random, corpus);
      // Half of them packed anew, so that they get past the unpacking.
      const body = i % 2 === 0 ? bytes : packSnappy(bytes);
      try {
        const { series } = readAnswer('remote_read', body);
        assert.ok(series.every(isInOrder), `seed ${seed}, input ${i}`);
      } catch (error) {
        assert.ok(error instanceof AppError, `seed ${seed}, input ${i}: ${String(error)}`);
      }
    }
  });
});

describe('asking sources', () => {
  it('asks the query API for the samples themselves, both ends included', () => {
    assert.deepEqual(createRawQuery(SELECTION), {
      query: '{job=~"a|b"}[11ms]',
      time: '1760000000.01',
    });
  });

  it('asks without the labels that a source carries here, and not where they differ', () => {
    const carried = createLabels({ region: 'eu' });
    const job = createMatcher('job', '=', 'x');
    const check = (operator: '=' | '!=' | '=~', value: string, isAsked: boolean): void => {
      const found = narrowMatchers([job, createMatcher('region', operator, value)], carried);
      assert.deepEqual(found, isAsked ? [job] : undefined, `${operator}${value}`);
    };
    check('=', 'eu', true);
    check('=', 'us', false);
    check('!=', 'us', true);
    check('=~', 'eu|us', true);
    check('=', '', false);
    assert.deepEqual(narrowMatchers([job], carried), [job]);
  });

  it('writes a request that has the matchers and no response type', () => {
    const reader = new ProtoReader(unpackSnappy(createReadRequest(SELECTION), 1000));
    assert.equal(reader.next(), 1);
    reader.skip();
    assert.equal(reader.next(), 0);
  });
});
