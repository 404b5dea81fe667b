import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom } from '../platform/index.ts';
import { pickFrom, randomBelow } from '../platform/testing.ts';
import {
  createLabels,
  createMatcher,
  formatSeries,
  isStale,
  type Labels,
} from '../series/index.ts';
import { createMemoryStore, type MemoryStore, type NewSample } from './memory-store.ts';
import { parseSeriesValues } from './series-notation.ts';
import { parseSelector } from './parser.ts';
import type { Queryable, SelectRange } from './queryable.ts';
import { createTestStore } from './testing.ts';

const ALL = [createMatcher('__name__', '!=', '')];

function labelsOf(text: string): Labels {
  return createLabels(Object.fromEntries(parseSelector(text).map((one) => [one.name, one.value])));
}

/** What a selection gives, one line a series; `s` is a marker. */
function read(store: Queryable, range: SelectRange): readonly string[] {
  return Array.from(store.select(range), ({ labels, samples }) => {
    const points = Array.from({ length: samples.count }, (_, i) => {
      const hint = samples.histograms?.[i]?.counterReset;
      const value = isStale(samples.bits, i) ? 's' : (hint ?? String(samples.values[i]));
      return `${value}@${samples.timesMs[i]}`;
    });
    return `${formatSeries(labels)} ${points.join(' ')}`;
  });
}

function fill(store: MemoryStore, text: string, samples: readonly NewSample[]): void {
  for (const sample of samples) store.append(labelsOf(text), sample);
}

describe('a store in memory', () => {
  it('gives the samples of a range, in order of labels', () => {
    const store = createMemoryStore();
    const times = Array.from({ length: 40 }, (_, i) => ({ timeMs: i * 10, value: i }));
    fill(store, 'up{job="b"}', times);
    fill(store, 'up{job="a"}', [{ timeMs: 5, value: undefined }]);
    fill(store, 'down', [{ timeMs: 15, value: -0 }]);
    const range = { matchers: parseSelector('up'), fromMs: 5, toMs: 20 };
    assert.deepEqual(read(store, range), ['up{job="a"} s@5', 'up{job="b"} 1@10 2@20']);
    assert.deepEqual(store.estimate(range), { seriesCount: 2, sampleCount: 3 });
    assert.deepEqual(read(store, { ...range, newestOnly: true }), [
      'up{job="a"} s@5',
      'up{job="b"} 2@20',
    ]);
    assert.deepEqual(read(store, { ...range, liveFromMs: 5 }), ['up{job="b"} 1@10 2@20']);
    const all = { matchers: ALL, fromMs: 0, toMs: 1000 };
    assert.deepEqual(store.series(all).map(formatSeries), ['down', 'up{job="a"}', 'up{job="b"}']);
    assert.deepEqual(store.labelNames(all), ['__name__', 'job']);
    assert.deepEqual(store.labelValues('job', all), ['a', 'b']);
  });

  it('keeps the sample that came first', () => {
    const store = createMemoryStore();
    const append = (timeMs: number, value: number | undefined): boolean =>
      store.append(labelsOf('x'), { timeMs, value });
    assert.deepEqual(
      [append(10, 1), append(10, 2), append(5, 3), append(11, undefined)],
      [true, false, false, true],
    );
    assert.deepEqual(read(store, { matchers: ALL, fromMs: 0, toMs: 99 }), ['x 1@10 s@11']);
  });

  it('says of histograms whether the one before them goes on', () => {
    const store = createMemoryStore();
    const values = parseSeriesValues(
      '1 {{count:1 buckets:[1]}}x1 {{}} stale {{count:2 buckets:[2]}}',
    );
    for (const [i, value] of values.entries()) {
      const histogram = value.kind === 'histogram' ? value.histogram : undefined;
      const float = value.kind === 'float' ? value.value : undefined;
      store.append(labelsOf('h'), { timeMs: i, value: float, histogram });
    }
    assert.deepEqual(read(store, { matchers: ALL, fromMs: 0, toMs: 9 }), [
      'h 1@0 unknown@1 notReset@2 unknown@3 s@4 unknown@5',
    ]);
  });

  it('answers what the store of tests answers', () => {
    const seed = 40_917;
    const random = createSeededRandom(seed);
    const store = createMemoryStore();
    const model = createTestStore();
    const names = ['a', 'b{x="1"}', 'b{x="2"}', 'b{y="1"}', 'c{x="1",y="2"}'];
    const selectors = ['a', 'b', 'b{x!=""}', '{x="1"}', '{__name__=~"b|c"}', 'c{x="2"}'];
    for (let timeMs = 0; timeMs < 600; timeMs++) {
      const labels = labelsOf(pickFrom(random, names));
      const value = random.float() < 0.1 ? undefined : timeMs;
      store.append(labels, { timeMs, value });
      model.append(labels, [{ timeMs, value }]);
      const fromMs = randomBelow(random, timeMs + 1);
      const range = {
        matchers: parseSelector(pickFrom(random, selectors)),
        fromMs,
        toMs: fromMs + randomBelow(random, 50),
        ...(random.float() < 0.5 ? { liveFromMs: fromMs } : {}),
      };
      assert.deepEqual(read(store, range), read(model, range), `seed ${seed}, time ${timeMs}`);
      assert.deepEqual(store.series(range), model.series(range));
    }
  });
});
