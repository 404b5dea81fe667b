import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { createManualClock } from './clock.ts';
import { createSilentLog } from './log.ts';
import { createScheduler } from './scheduler.ts';

describe('scheduler', () => {
  it('runs a task every interval and survives its failures', async () => {
    const clock = createManualClock(1000);
    const runs: number[] = [];
    const failed: string[] = [];
    const scheduler = createScheduler(clock, createSilentLog(), (name) => failed.push(name));
    scheduler.every({
      name: 'tick',
      intervalMs: 10,
      run: async () => {
        runs.push(clock.now());
        if (runs.length === 1) throw new Error('bad run');
      },
    });
    for (let i = 0; i < 3; i++) {
      clock.advance(10);
      await setImmediate();
    }
    assert.deepEqual(runs, [1010, 1020, 1030]);
    assert.deepEqual(failed, ['tick']);
    await scheduler.stop();
    clock.advance(100);
    assert.equal(runs.length, 3);
  });

  it('never runs a task twice at once, and skips what it missed', async () => {
    const clock = createManualClock();
    const gate = Promise.withResolvers<void>();
    let started = 0;
    const scheduler = createScheduler(clock, createSilentLog());
    scheduler.every({
      name: 'slow',
      intervalMs: 10,
      run: async () => {
        started++;
        if (started === 1) await gate.promise;
      },
    });
    clock.advance(55);
    await setImmediate();
    assert.equal(started, 1);
    gate.resolve();
    await setImmediate();
    clock.advance(4);
    assert.equal(started, 1, 'the next run keeps to the grid of intervals');
    clock.advance(1);
    assert.equal(started, 2);
    await scheduler.stop();
  });

  it('tells a run under way to end, and waits for it', async () => {
    const clock = createManualClock();
    const scheduler = createScheduler(clock, createSilentLog());
    let isEnded = false;
    scheduler.every({
      name: 'waits',
      intervalMs: 10,
      run: async (signal) => {
        const { promise, resolve } = Promise.withResolvers<void>();
        signal.addEventListener('abort', () => resolve());
        await promise;
        isEnded = true;
      },
    });
    clock.advance(10);
    await scheduler.stop();
    assert.ok(isEnded);
  });
});
