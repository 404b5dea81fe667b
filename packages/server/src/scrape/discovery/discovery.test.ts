import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createManualClock, createSeededRandom } from '../../platform/index.ts';
import { repeat } from './discovery.ts';

/** Rounds that succeed or fail as told, on a clock of the test's own. */
function createBench(intervalMs: number) {
  const clock = createManualClock();
  const times: number[] = [];
  const outcomes: (string | undefined)[] = [];
  const state = { isFailing: false };
  const repeated = repeat({
    clock,
    random: createSeededRandom(1),
    intervalMs,
    onOutcome: (reason) => outcomes.push(reason),
    async round() {
      times.push(clock.now());
      if (state.isFailing) throw new Error('away');
    },
  });
  const pass = async (ms: number): Promise<void> => {
    for (let i = 0; i < ms / 100; i++) {
      clock.advance(100);
      await new Promise(setImmediate);
    }
  };
  return { times, outcomes, state, repeated, pass };
}

describe('rounds', () => {
  it('begin at once and go on at the interval', async () => {
    const { times, repeated, pass } = createBench(10_000);
    await pass(30_500);
    assert.deepEqual(
      times.slice(1).map((ms, i) => ms - times[i]),
      [10_000, 10_000, 10_000],
    );
    repeated.stop();
    await pass(30_000);
    assert.equal(times.length, 4);
  });

  it('come sooner after a failure, with growing pauses up to the interval', async () => {
    const { times, outcomes, state, repeated, pass } = createBench(10_000);
    state.isFailing = true;
    await pass(60_000);
    const pauses = times.slice(1).map((ms, i) => ms - times[i]);
    assert.ok(pauses[0] <= 1_100, String(pauses));
    assert.ok(pauses[2] > 1_500 && pauses[2] <= 4_100, String(pauses));
    assert.ok(Math.max(...pauses) <= 10_100, String(pauses));
    assert.deepEqual([...new Set(outcomes)], ['away']);
    state.isFailing = false;
    await pass(11_000);
    assert.equal(outcomes.at(-1), undefined);
    repeated.stop();
  });

  it('begin when they are woken, and never two at once', async () => {
    const { times, repeated, pass } = createBench(60_000);
    await pass(1_000);
    repeated.wake();
    repeated.wake();
    await pass(1_000);
    assert.equal(times.length, 2);
    repeated.stop();
    repeated.wake();
    await pass(1_000);
    assert.equal(times.length, 2);
  });
});
