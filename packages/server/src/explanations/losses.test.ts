import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseExpr } from '../promql/index.ts';
import { createLabels } from '../series/index.ts';
import { evaluateParts } from './evaluate-parts.ts';
import { findClosest, findLosses } from './losses.ts';
import type { IsOwn, Loss } from './model.ts';
import { createIsOwn } from './own-series.ts';
import { planParts } from './parts.ts';
import { createTestAsk, NOON, type TestSeries } from './testing.ts';

const WORLD: readonly TestSeries[] = [
  ['load', { zone: 'a' }, () => 0.7],
  ['load', { zone: 'b' }, () => 0.3],
  ['other', { zone: 'c' }, () => 9],
  ['limit', { zone: 'a' }, () => 0.8],
  ['limit', { zone: 'b' }, () => 0.2],
  ['drained', { zone: 'a' }, () => 1],
  ['drained', { zone: 'b' }, () => 1],
  ['orders_total', { zone: 'a' }, (minutes) => (minutes === 1 ? 5 : undefined)],
  ['empty', { zone: 'a' }, () => Number.NaN],
];

async function lossesOf(expression: string, isOwn: IsOwn = () => true): Promise<readonly Loss[]> {
  const plan = planParts(parseExpr(expression));
  assert.ok(plan !== undefined, 'few enough parts');
  const ask = await createTestAsk(WORLD);
  return findLosses(await evaluateParts(plan, { ask, atMs: NOON, isOwn }));
}

/** A loss without what the text of its part says already. */
function brief(loss: Loss): object {
  const { at, ...rest } = loss;
  if (rest.kind === 'selector') return { kind: 'selector', at: at.text };
  return { ...rest, part: at.text };
}

async function check(expression: string, ...expected: readonly object[]): Promise<void> {
  assert.deepEqual((await lossesOf(expression)).map(brief), expected, expression);
}

describe('where the last series is lost', () => {
  it('is nowhere while the expression gives something', async () => {
    await check('load > 0.5');
    await check('absent(nothing)');
    await check('nothing or load');
  });

  it('is a comparison that no value meets, with the value that comes closest', async () => {
    const zone = { __name__: 'load', zone: 'a' };
    const loss = { kind: 'limit', limit: 0.9, value: 0.7, labels: zone, seriesCount: 2 };
    await check('load > 0.9', { ...loss, operator: '>', part: 'load > 0.9' });
    await check('(load) > (0.9)', { ...loss, operator: '>', part: '(load) > (0.9)' });
    await check('0.9 < load', { ...loss, operator: '>', part: '0.9 < load' });
    await check('load == 0.9', { ...loss, operator: '==', part: 'load == 0.9' });
    await check('load < -1', {
      kind: 'limit',
      operator: '<',
      limit: -1,
      value: 0.3,
      seriesCount: 2,
      labels: { __name__: 'load', zone: 'b' },
      part: 'load < -1',
    });
  });

  it('is a comparison with a number that is asked for', async () => {
    const [loss] = await lossesOf('load > scalar(other)');
    assert.equal(loss?.kind, 'limit');
    assert.equal(loss.kind === 'limit' && loss.limit, 9);
    const [gone] = await lossesOf('load > scalar(nothing)');
    assert.equal(gone?.kind === 'limit' && gone.limit, null);
    const [none] = await lossesOf('empty > 1');
    assert.equal(none?.kind === 'limit' && none.value, null);
  });

  it('is a comparison of two series, with a pair for which it does not hold', async () => {
    await check('load > on(zone) (limit + 5)', {
      kind: 'values',
      operator: '>',
      left: 0.7,
      right: 5.8,
      labels: { __name__: 'load', zone: 'a' },
      part: 'load > on (zone) (limit + 5)',
    });
  });

  it('is an operator whose sides share no labels', async () => {
    const counts = { leftCount: 2, rightCount: 1 };
    await check('load > other', {
      kind: 'partner',
      operator: '>',
      ...counts,
      part: 'load > other',
    });
    await check('load and other', {
      kind: 'partner',
      operator: 'and',
      ...counts,
      part: 'load and other',
    });
    await check('load / other', {
      kind: 'partner',
      operator: '/',
      ...counts,
      part: 'load / other',
    });
  });

  it('is the side of an operator that has nothing', async () => {
    await check('load > 0.1 and nothing', { kind: 'selector', at: 'nothing' });
    await check('nothing and load', { kind: 'selector', at: 'nothing' });
    await check('nothing unless load', { kind: 'selector', at: 'nothing' });
    await check('load / nothing > 2', { kind: 'selector', at: 'nothing' });
    await check('sum(rate(nothing[5m])) > 1', { kind: 'selector', at: 'nothing[5m]' });
    await check('-nothing > 1', { kind: 'selector', at: 'nothing' });
    await check('max_over_time((nothing)[5m:1m]) > 1', { kind: 'selector', at: 'nothing' });
  });

  it('is both sides of `or`, each place once', async () => {
    await check(
      'nothing or other > 10',
      { kind: 'selector', at: 'nothing' },
      {
        kind: 'limit',
        operator: '>',
        limit: 10,
        value: 9,
        seriesCount: 1,
        labels: { __name__: 'other', zone: 'c' },
        part: 'other > 10',
      },
    );
    await check('nothing or nothing', { kind: 'selector', at: 'nothing' });
  });

  it('is `unless` whose right side has all of the left', async () => {
    await check('load > 0.1 unless drained == 1', {
      kind: 'excluded',
      by: 'drained == 1',
      seriesCount: 2,
      part: 'load > 0.1 unless drained == 1',
    });
  });

  it('is `absent` of something that is there', async () => {
    await check('absent(load)', {
      kind: 'present',
      operand: 'load',
      seriesCount: 2,
      part: 'absent(load)',
    });
    await check('absent_over_time(load[5m])', {
      kind: 'present',
      operand: 'load[5m]',
      seriesCount: 2,
      part: 'absent_over_time(load[5m])',
    });
  });

  it('is a function that has too few samples, or lets nothing through', async () => {
    await check('rate(orders_total[5m]) > 0', {
      kind: 'window',
      seriesCount: 1,
      part: 'rate(orders_total[5m])',
    });
    await check('topk(0, load)', { kind: 'operator', seriesCount: 2, part: 'topk(0, load)' });
  });

  it('is what cannot be evaluated', async () => {
    const [loss] = await lossesOf('load * on(job) load');
    assert.equal(loss?.kind, 'unknown');
    assert.match(loss.kind === 'unknown' ? loss.reason : '', /many-to-many/);
  });

  it('is that of an alert’s own series, whatever others do', async () => {
    const isOwn = createIsOwn({ alertname: 'High', zone: 'b', severity: 'page' }, [
      ['severity', 'page'],
    ]);
    assert.deepEqual((await lossesOf('load > 0.5', isOwn)).map(brief), [
      {
        kind: 'limit',
        operator: '>',
        limit: 0.5,
        value: 0.3,
        seriesCount: 1,
        labels: { __name__: 'load', zone: 'b' },
        part: 'load > 0.5',
      },
    ]);
    assert.deepEqual(await lossesOf('load > 0.2', isOwn), []);
  });
});

describe('the closest of some values', () => {
  const check = (values: readonly number[], operator: string, expected?: number): void => {
    const elements = values.map((value) => ({ labels: createLabels({}), value }));
    assert.equal(findClosest(elements, { operator, limit: 6 })?.value, expected);
  };

  it('holds by the most, or lacks the least', () => {
    check([], '>');
    check([3, 8, 5], '>', 8);
    check([3, 8, 5], '<=', 3);
    check([3, 8, 5], '==', 5);
    check([3, 6, 5], '!=', 6);
    check([Infinity, -Infinity], '<', -Infinity);
  });

  it('has a value where any has one', () => {
    check([Number.NaN, 8], '<', 8);
    check([Number.NaN, 8], '==', 8);
    check([Number.NaN], '>', Number.NaN);
  });
});
