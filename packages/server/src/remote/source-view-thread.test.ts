import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  createLabels,
  createMatcher,
  createSamples,
  EMPTY_LABELS,
  formatSeries,
  isMatch,
  type Labels,
} from '../series/index.ts';
import { selectionKey, type SourceSelection } from './source-selection.ts';
import { createSourceView, type Gathered, type SourceAnswer } from './source-view-thread.ts';

const MATCHERS = [createMatcher('job', '=', 'x')];
const RANGE = { matchers: MATCHERS, fromMs: 0, toMs: 100_000 };
const KEY = selectionKey(MATCHERS);

/** A source's answer: one series, of so many samples at even times. */
function answerOf(
  labels: Readonly<Record<string, string>>,
  more: Partial<SourceAnswer> & { readonly offsetMs?: number } = {},
): SourceAnswer {
  const values = Array.from({ length: 6 }, (_, i) => [i * 15 + (more.offsetMs ?? 0) / 1000, '2']);
  const data = { resultType: 'matrix', result: [{ metric: labels, values }] };
  return {
    source: 's',
    isRequired: false,
    protocol: 'promql',
    labels: EMPTY_LABELS,
    selectionKey: KEY,
    body: new Uint8Array(Buffer.from(JSON.stringify({ status: 'success', data }))),
    ...more,
  };
}

function localOf(...all: readonly Labels[]) {
  const samples = createSamples(6);
  samples.count = 6;
  for (let i = 0; i < 6; i++) samples.timesMs[i] = i * 15_000;
  samples.values.fill(1);
  return {
    *select({ matchers }: SourceSelection) {
      for (const labels of all) if (isMatch(matchers, labels)) yield { labels, samples };
    },
  };
}

function gather(answers: readonly SourceAnswer[], more: Partial<Gathered> = {}): Gathered {
  return {
    answers,
    selections: [{ key: KEY, fromMs: 0, toMs: 100_000 }],
    localLabels: EMPTY_LABELS,
    replicaLabels: [],
    warnings: [],
    ...more,
  };
}

const LOCAL = createLabels({ __name__: 'up', job: 'x' });

describe('the view over sources', () => {
  const check = (
    what: string,
    gathered: Gathered,
    want: readonly string[],
    range: SourceSelection = RANGE,
  ): void => {
    it(what, () => {
      const view = createSourceView(localOf(LOCAL), gathered);
      const found = view.select(range).map(({ labels, samples }) => {
        const values = [...samples.values.subarray(0, samples.count)].join('');
        return `${formatSeries(labels)} ${values}`;
      });
      assert.deepEqual(found, want);
      assert.equal(view.estimate(range).seriesCount, want.length);
    });
  };

  check(
    'has the series of all, each with the labels that its source carries, in order of labels',
    gather([answerOf({ __name__: 'up', job: 'x' }, { labels: createLabels({ region: 'asia' }) })], {
      localLabels: createLabels({ region: 'eu' }),
    }),
    ['up{job="x", region="asia"} 222222', 'up{job="x", region="eu"} 111111'],
  );
  check(
    'takes replicas for one series, this server among them',
    gather([answerOf({ __name__: 'up', job: 'x', replica: 'b' }, { offsetMs: 7_000 })], {
      localLabels: createLabels({ replica: 'a' }),
      replicaLabels: ['replica'],
    }),
    ['up{job="x"} 111111'],
  );
  check(
    'leaves replicas apart where nobody says by which label they differ',
    gather([answerOf({ __name__: 'up', job: 'x', replica: 'b' })]),
    ['up{job="x"} 111111', 'up{job="x", replica="b"} 222222'],
  );
  check(
    'cuts what was fetched to what is asked',
    gather([answerOf({ __name__: 'up', job: 'x', i: '2' })]),
    ['up{i="2", job="x"} 22', 'up{job="x"} 111111'],
    { ...RANGE, fromMs: 20_000, toMs: 50_000 },
  );

  it('goes without a source that makes no sense, and says so; not where it is required', () => {
    const body = new Uint8Array(Buffer.from('<html>'));
    const view = createSourceView(localOf(LOCAL), gather([answerOf({}, { body })]));
    assert.equal(view.select(RANGE).length, 1);
    const said = 'source "s": its answer is not JSON; its series are missing from this answer';
    assert.deepEqual([...view.warnings], [said]);
    const required = gather([answerOf({}, { body, isRequired: true })]);
    assert.throws(() => createSourceView(localOf(LOCAL), required), {
      code: 'QUERY_SOURCE_FAILED',
      message: 'source "s": its answer is not JSON',
    });
  });

  it('says so where only this server was asked', () => {
    const view = createSourceView(localOf(LOCAL), gather([]));
    view.select({ ...RANGE, matchers: [createMatcher('job', '=~', 'x|y')] });
    assert.deepEqual(
      [...view.warnings],
      ['only this server\'s own series are taken for {job=~"x|y"}'],
    );
  });
});
