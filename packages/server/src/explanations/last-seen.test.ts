import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { WhyCause } from '@nines/contract';
import { parseExpr } from '../promql/index.ts';
import { explainSelector } from './last-seen.ts';
import type { IsOwn } from './model.ts';
import { createTestAsk, MINUTE, NOON, type TestSeries } from './testing.ts';

const LABELS = { job: 'shop', instance: 'shop:80' };
/** One that ended half an hour ago, one of two hours ago, and one that goes on. */
const WORLD: readonly TestSeries[] = [
  ['load', { ...LABELS, zone: 'a' }, (minutes) => (minutes >= 30 ? 1 : undefined)],
  ['load', { ...LABELS, zone: 'b' }, (minutes) => (minutes >= 120 ? 1 : undefined)],
  ['requests', { ...LABELS, code: '200' }, () => 1],
  ['requests', { ...LABELS, code: '500' }, () => 1],
];

async function explain(text: string, isOwn: IsOwn = () => true): Promise<WhyCause> {
  const selector = parseExpr(text);
  assert.ok(selector.type === 'vectorSelector');
  return explainSelector(
    { kind: 'selector', selector },
    {
      ask: await createTestAsk(WORLD),
      atMs: NOON,
      isOwn,
      findTarget: (job, instance) =>
        job === 'shop' && instance === 'shop:80'
          ? { health: 'down', lastError: 'connection refused' }
          : undefined,
    },
  );
}

describe('a selector without series', () => {
  it('says when the last sample came, and how the target stands', async () => {
    assert.deepEqual(await explain('load'), {
      kind: 'noSamples',
      part: 'load',
      lastAt: NOON - 30 * MINUTE,
      labels: { ...LABELS, zone: 'a' },
      target: { ...LABELS, health: 'down', lastError: 'connection refused' },
      searchedMs: 60 * MINUTE,
    });
  });

  it('looks further back where the last hour has nothing', async () => {
    const cause = await explain('load{zone="b"}');
    assert.equal(cause.kind === 'noSamples' && cause.lastAt, NOON - 120 * MINUTE);
    assert.equal(cause.kind === 'noSamples' && cause.searchedMs, 24 * 60 * MINUTE);
  });

  it('looks at an alert’s own series alone', async () => {
    const cause = await explain('load', ({ values }) => values.includes('b'));
    assert.equal(cause.kind === 'noSamples' && cause.labels['zone'], 'b');
  });

  it('says which labels no series of the metric has', async () => {
    assert.deepEqual(await explain('requests{code="5..",job="shop"}'), {
      kind: 'otherLabels',
      part: 'requests{code="5..",job="shop"}',
      metric: 'requests',
      seriesCount: 2,
      without: [{ matcher: 'code="5.."', seriesCount: 2 }],
    });
  });

  it('says how far it looked where there never was anything', async () => {
    assert.deepEqual(await explain('nothing{job="shop"}'), {
      kind: 'noSamples',
      part: 'nothing{job="shop"}',
      lastAt: null,
      labels: {},
      target: null,
      searchedMs: 7 * 24 * 60 * MINUTE,
    });
  });
});
