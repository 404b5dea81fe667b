import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError, createSeededRandom } from '../platform/index.ts';
import { spoilBytes } from '../platform/testing.ts';
import { createLabels, createMatcher, formatSeries } from '../series/index.ts';
import { readLabelSets, readReadLabels, readTexts } from './fetched-names.ts';
import { packSnappy, unpackSnappy } from './snappy.ts';
import { createReadRequest, formatSelector } from './source-selection.ts';
import { answerSamples } from './testing.ts';

const RANGE = { matchers: [createMatcher('job', '=', 'a')], fromMs: -8.64e15, toMs: 8.64e15 };

/** What our own remote read answers where series are wanted only. */
async function readOwn(): Promise<Uint8Array> {
  const store = {
    estimate: () => ({ seriesCount: 2, sampleCount: 9 }),
    select: () => assert.fail('nothing is read'),
    series(range: typeof RANGE) {
      assert.deepEqual([range.fromMs, range.toMs], [RANGE.fromMs, RANGE.toMs]);
      return ['1', '2'].map((i) => createLabels({ __name__: 'up', job: 'a', instance: i }));
    },
  };
  const external = createLabels({ region: 'eu' });
  return answerSamples(store, createReadRequest(RANGE, 'series'), external);
}

const listOf = (data: unknown, more: object = {}): Buffer =>
  Buffer.from(JSON.stringify({ status: 'success', data, ...more }));

describe('lists of sources', () => {
  it('are series of remote read, without their samples and with external labels', async () => {
    assert.deepEqual(readReadLabels(await readOwn()).items.map(formatSeries), [
      'up{instance="1", job="a", region="eu"}',
      'up{instance="2", job="a", region="eu"}',
    ]);
  });

  it('are names, values and label sets of the API, with what it warns of', () => {
    assert.deepEqual(readTexts(listOf(['a', 'b'], { warnings: ['half'] })), {
      items: ['a', 'b'],
      warnings: ['half'],
    });
    assert.deepEqual(readTexts(listOf(null)).items, []);
    assert.deepEqual(readLabelSets(listOf([{ __name__: 'up', job: 'a' }])).items, [
      createLabels({ __name__: 'up', job: 'a' }),
    ]);
  });

  it('are refused where they make no sense', () => {
    const check = (body: Buffer, why: RegExp): void => {
      assert.throws(() => readTexts(body), why);
    };
    check(Buffer.from('<html>'), /not JSON/);
    check(listOf({}), /it is no list/);
    check(listOf([], { status: 'error' }), /it is no list/);
    check(listOf([1]), /it is no list of names/);
    check(listOf(Array.from({ length: 200_001 }, () => '')), /more than 200000 entries/);
  });

  it('are asked for with a matcher that PromQL takes', () => {
    const check = (text: string, ...matchers: ReturnType<typeof createMatcher>[]): void =>
      assert.equal(formatSelector(matchers), text);
    check('{job="a"}', createMatcher('job', '=', 'a'));
    check('{job="", __name__!=""}', createMatcher('job', '=', ''));
    check('{__name__!=""}');
  });

  it('never break anything, however they are spoiled', async () => {
    const seed = 12;
    const random = createSeededRandom(seed);
    const packed = await readOwn();
    const corpus = [packed, unpackSnappy(packed, 1_000_000)];
    const deadline = performance.now() + 150;
    for (let i = 0; performance.now() < deadline; i++) {
      const spoilt = spoilBytes(random, corpus);
      const [body, json] = [i % 2 === 0 ? spoilt : packSnappy(spoilt), i % 3 === 0];
      try {
        if (json) readTexts(body);
        else readReadLabels(body);
      } catch (error) {
        assert.ok(error instanceof AppError, `seed ${seed}, round ${i}: ${String(error)}`);
      }
    }
  });
});
