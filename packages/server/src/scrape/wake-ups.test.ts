import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createManualClock } from '../platform/index.ts';
import { TIMER_MS_MAX } from './limits.ts';
import { WakeUps } from './wake-ups.ts';

function start() {
  const clock = createManualClock(1_000_000);
  const timers: number[] = [];
  const after: typeof clock.after = (delayMs, callback) => {
    timers.push(delayMs);
    return clock.after(delayMs, callback);
  };
  const woken: string[] = [];
  const wakeUps = new WakeUps({ ...clock, after });
  const wait = (name: string, timeMs: number) => wakeUps.at(timeMs, () => woken.push(name));
  return { clock, timers, woken, wait };
}

describe('wake-ups', () => {
  it('wakes those of one time in order, by one timer', () => {
    const { clock, timers, woken, wait } = start();
    wait('a', 1_000_020);
    wait('b', 1_000_040);
    wait('c', 1_000_020);
    clock.advance(20);
    assert.deepEqual(woken, ['a', 'c']);
    clock.advance(20);
    assert.deepEqual(woken, ['a', 'c', 'b']);
    assert.deepEqual(timers, [20, 40]);
  });

  it('wakes at once where the time has passed', () => {
    const { clock, woken, wait } = start();
    wait('late', 999_000);
    clock.advance(0);
    assert.deepEqual(woken, ['late']);
  });

  it('lets one go without the others, and takes waits for the same time afterwards', () => {
    const { clock, timers, woken, wait } = start();
    const gone = wait('gone', 1_000_020);
    wait('stays', 1_000_020);
    gone.cancel();
    clock.advance(20);
    assert.deepEqual(woken, ['stays']);
    wait('only', 1_000_030).cancel();
    wait('again', 1_000_030);
    gone.cancel();
    clock.advance(10);
    assert.deepEqual(woken, ['stays', 'again']);
    assert.deepEqual(timers, [20, 10, 10]);
  });

  it('waits anew for whoever waits while being woken', () => {
    const { clock, woken } = start();
    const wakeUps = new WakeUps(clock);
    const wake = (): void => {
      woken.push('x');
      if (woken.length < 3) wakeUps.at(1_000_020, wake);
    };
    wakeUps.at(1_000_020, wake);
    clock.advance(20);
    assert.equal(woken.length, 3);
  });

  it('wakes too early rather than at once where timers do not reach', () => {
    const { timers, wait } = start();
    wait('far', 1_000_000 + 2 * TIMER_MS_MAX);
    assert.deepEqual(timers, [TIMER_MS_MAX]);
  });
});
