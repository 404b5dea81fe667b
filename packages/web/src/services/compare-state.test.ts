import assert from 'node:assert/strict';
import test from 'node:test';
import type { ComparedLine, ServiceComparison } from '@nines/contract';
import { describeComparison } from './compare-headline.ts';
import {
  formatCompare,
  formatMoment,
  parseCompare,
  parseMoment,
  toComparisonQuery,
} from './compare-state.ts';

test('what is compared survives the URL', () => {
  for (const search of ['', 'at=1000', 'by=zone&a=x&b=y', 'by=zone&a=x', 'by=', 'at=5&length=1h']) {
    assert.equal(formatCompare(parseCompare(search)), search);
  }
  assert.equal(parseCompare('length=1s').lengthMs, 60_000);
  assert.equal(parseCompare('length=300d').lengthMs, 86_400_000);
});

test('without a choice the newest deploy is compared, and a group only when it is chosen', () => {
  const length = 30 * 60_000;
  assert.deepEqual(toComparisonQuery(parseCompare(''), 7), { at: 7, length });
  assert.deepEqual(toComparisonQuery(parseCompare(''), undefined), {});
  assert.deepEqual(toComparisonQuery(parseCompare('by=zone'), 7), {});
  assert.deepEqual(toComparisonQuery(parseCompare('by=zone&a=x'), 7), {
    label: 'zone',
    a: 'x',
    length,
  });
});

test('a moment goes to its field and back', () => {
  const atMs = Date.UTC(2026, 10, 23, 13, 45);
  assert.equal(parseMoment(formatMoment(atMs)), atMs);
  assert.equal(parseMoment('soon'), undefined);
});

test('the first line tells what changed, and what did not', () => {
  const line = (
    kind: ComparedLine['kind'],
    name: string,
    [first, second]: readonly [number, number],
  ): ComparedLine => ({
    kind,
    name,
    title: 'HTTP requests served',
    unit: kind === 'errors' ? 'ratio' : kind === 'traffic' ? 'per_second' : 'seconds',
    first,
    second,
    ratio: first === 0 ? null : second / first,
  });
  const side = { value: null, fromMs: 0, toMs: 1 };
  const say = (...lines: ComparedLine[]): string => {
    const answer: ServiceComparison = {
      now: 0,
      service: 'shop',
      deploys: [],
      groups: [],
      comparison: { label: null, first: side, second: side, lines },
    };
    return describeComparison(answer)
      .map(({ text }) => text)
      .join(' ');
  };
  assert.equal(
    say(line('errors', '5xx', [0, 0.05]), line('latency', 'p99', [0.1, 0.2])),
    'Errors went from 0\u00a0% to 5\u00a0%. Latency p99 went from 100\u00a0ms to 200\u00a0ms.',
  );
  assert.equal(say(line('traffic', 'all', [10, 10.4])), 'Nothing changed by a tenth or more.');
  assert.equal(say(), 'Neither side has any requests to compare.');
});
