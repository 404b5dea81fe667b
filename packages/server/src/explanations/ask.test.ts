import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createManualClock, invalid, unavailable } from '../platform/index.ts';
import { createAsk } from './ask.ts';

const ASKER = { name: 'Mina', signal: new AbortController().signal };

function createWorld(answer: () => never[]) {
  const clock = createManualClock(0);
  const asked: (readonly [fromMs: number, toMs: number, timeoutMs: number])[] = [];
  let pauseCount = 0;
  const ask = createAsk({
    async ask({ fromMs, toMs, timeoutMs }) {
      asked.push([fromMs, toMs, timeoutMs]);
      return answer();
    },
    asker: ASKER,
    clock,
    deadlineMs: clock.monotonicMs() + 1000,
    pause: async () => {
      pauseCount++;
    },
  });
  return { ask, clock, asked, pauses: () => pauseCount };
}

describe('the questions of an explanation', () => {
  it('share its time, and are not asked when that is over', async () => {
    const { ask, clock, asked } = createWorld(() => []);
    await ask.at('up', 5);
    clock.advance(400);
    await ask.over('up', { fromMs: 0, toMs: 20, stepMs: 10 });
    clock.advance(600);
    const late = await ask.at('up', 5);
    assert.deepEqual(late, { kind: 'failed', reason: 'no time was left for it' });
    assert.deepEqual(asked, [
      [5, 5, 1000],
      [0, 20, 600],
    ]);
  });

  it('let other work run, each of them', async () => {
    const { ask, asked, pauses } = createWorld(() => []);
    await ask.over('up @ start()', { fromMs: 0, toMs: 20, stepMs: 10 });
    assert.deepEqual(
      asked.map(([fromMs, toMs]) => [fromMs, toMs]),
      [
        [0, 0],
        [10, 10],
        [20, 20],
      ],
    );
    assert.equal(pauses(), 3);
  });

  it('have their failures as answers, but for that nobody waits any more', async () => {
    const failing = createWorld(() => {
      throw invalid('QUERY_FAILED', 'many-to-many matching');
    });
    const answer = await failing.ask.at('up', 5);
    assert.deepEqual(answer, { kind: 'failed', reason: 'many-to-many matching' });
    const left = createWorld(() => {
      throw unavailable('QUERY_CANCELED', 'query was canceled');
    });
    await assert.rejects(left.ask.at('up', 5), { code: 'QUERY_CANCELED' });
  });
});
