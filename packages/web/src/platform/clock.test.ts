import assert from 'node:assert/strict';
import test from 'node:test';
import { createClock } from './clock.ts';
import { createStore } from './store.ts';

function harness() {
  const idle = (): void => undefined;
  const world = { nowMs: 1_000_000, tick: idle, isRunning: false };
  const clock = createClock({
    now: () => world.nowMs,
    setInterval: (run) => {
      world.tick = run;
      world.isRunning = true;
      return () => {
        world.isRunning = false;
      };
    },
  });
  return { world, clock };
}

test('the clock follows the server', () => {
  const { clock } = harness();
  clock.adjust(1_060_000);
  assert.equal(clock.now(), 1_060_000);
});

test('the time on the wire does not make it jump', () => {
  const { clock } = harness();
  clock.adjust(1_000_900);
  assert.equal(clock.now(), 1_000_000);
});

test('it ticks only while someone listens', () => {
  const { world, clock } = harness();
  let count = 0;
  const stop = clock.subscribe(() => {
    count += 1;
  });
  world.tick();
  assert.equal(count, 1);
  stop();
  assert.equal(world.isRunning, false);
});

test('a store tells of changes only', () => {
  const store = createStore(1);
  let count = 0;
  store.subscribe(() => {
    count += 1;
  });
  store.set(1);
  store.update((value) => value + 1);
  assert.equal(store.get(), 2);
  assert.equal(count, 1);
});
