import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError, createSeededRandom, ProtoWriter } from '../platform/index.ts';
import { createLabels, EMPTY_LABELS, isMatch, type Labels } from '../series/index.ts';
import type { ReadStore } from './read-handler.ts';
import { createWriteReceiver } from './receiver.ts';
import { packSnappy, unpackSnappy } from './snappy.ts';
import { answerSamples, createTestStore } from './testing.ts';

const AT = 1_760_000_000_000;

/** A store of two series with three samples each, the last of them the end of the series. */
function createStore(estimate = { seriesCount: 2, sampleCount: 6 }): ReadStore {
  const bits = Uint32Array.of(0, 0x3ff00000, 0, 0x40000000, 2, 0x7ff00000);
  const samples = {
    count: 3,
    timesMs: Float64Array.of(AT, AT + 1, AT + 2),
    values: new Float64Array(bits.buffer),
    bits,
  };
  const all = ['a', 'b'].map((job) => createLabels({ __name__: 'up', job }));
  return {
    estimate: () => estimate,
    series: ({ matchers }) => all.filter((labels) => isMatch(matchers, labels)),
    *select({ matchers, fromMs, toMs }) {
      assert.deepEqual([fromMs, toMs], [AT - 5, AT + 5]);
      for (const labels of all) {
        if (isMatch(matchers, labels)) yield { labels, samples };
      }
    },
  };
}

function createRequest(matchers: readonly (readonly [number, string, string])[], types?: number) {
  const writer = new ProtoWriter();
  const query = writer.begin(1);
  writer.int(1, AT - 5);
  writer.int(2, AT + 5);
  for (const [type, name, value] of matchers) {
    const matcher = writer.begin(3);
    writer.uint(1, type);
    writer.string(2, name);
    writer.string(3, value);
    writer.end(matcher);
  }
  writer.end(query);
  if (types !== undefined) writer.uint(2, types);
  return packSnappy(writer.finish());
}

/** A result has its series under the number that a write request has them. */
async function readBack(answer: Uint8Array): Promise<ReadonlyMap<string, readonly string[]>> {
  const bytes = unpackSnappy(answer, 1_000_000);
  const store = createTestStore();
  let at = 1;
  while (bytes[at] >= 0x80) at++;
  const body = packSnappy(bytes.subarray(at + 1));
  await createWriteReceiver({ store, seed: 1 }).receive({
    version: 'v1',
    encoding: 'snappy',
    body,
  });
  return store.rows;
}

describe('remote read', () => {
  it('answers the matching series with all of their samples', async () => {
    const rows = [`${AT} 1`, `${AT + 1} 2`, `${AT + 2} stale`];
    const check = async (
      matchers: Parameters<typeof createRequest>[0],
      want: readonly string[],
      external: Labels = EMPTY_LABELS,
    ): Promise<void> => {
      const answer = await answerSamples(createStore(), createRequest(matchers), external);
      const found = await readBack(answer);
      assert.deepEqual([...found.keys()], want);
      for (const one of found.values()) assert.deepEqual(one, rows);
    };
    await check([[0, 'job', 'a']], ['up{job="a"}']);
    await check([[1, 'job', 'a']], ['up{job="b"}']);
    await check([[2, 'job', 'a|b']], ['up{job="a"}', 'up{job="b"}']);
    await check([[3, 'job', 'a|c']], ['up{job="b"}']);
    const external = createLabels({ site: 'x' });
    const asked = [
      [0, 'site', 'x'],
      [0, 'job', 'a'],
    ] as const;
    await check(asked, ['up{job="a", site="x"}'], external);
  });

  it('refuses what it cannot answer, and says so', async () => {
    const check = async (
      body: Uint8Array,
      why: RegExp,
      estimate?: Parameters<typeof createStore>[0],
    ): Promise<void> => {
      await assert.rejects(answerSamples(createStore(estimate), body), why);
    };
    await check(createRequest([[7, 'a', 'b']]), /unknown matcher type 7/);
    await check(createRequest([[2, 'a', '(']]), /cannot read the expression \(/);
    await check(createRequest([], 2), /takes answers of the types 2 only/);
    await check(createRequest([]), /about 3000000 samples match, at most 2000000/, {
      seriesCount: 9,
      sampleCount: 3_000_000,
    });
    const many = { seriesCount: 300_000, sampleCount: 300_000 };
    await check(createRequest([]), /about 300000 series match, at most 200000/, many);
  });

  it('takes any bytes without a crash', async () => {
    const seed = 8;
    const random = createSeededRandom(seed);
    const whole = unpackSnappy(createRequest([[2, 'job', 'a|b']], 0), 10_000);
    const store = {
      select: () => [],
      series: () => [],
      estimate: () => ({ seriesCount: 1, sampleCount: 0 }),
    };
    for (let round = 0; round < 500; round++) {
      const bytes = Uint8Array.from(whole);
      bytes[Math.floor(random.float() * bytes.length)] = Math.floor(random.float() * 256);
      try {
        await answerSamples(store, packSnappy(bytes));
      } catch (error) {
        assert.ok(error instanceof AppError, `seed ${seed}, round ${round}: ${String(error)}`);
      }
    }
  });
});
