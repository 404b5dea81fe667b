import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createSeededRandom, type Random } from '../platform/index.ts';
import { nextAtMs } from './dispatch.ts';
import type { Notification } from './model.ts';
import { createPlan, createRoute, createWorld, equalTo, type World } from './testing.ts';

const NAMES = ['Down', 'Slow', 'Full'];
const IDS = ['a', 'b', 'c', 'd'];
const SEEDS = 20;
const STEPS = 150;

/** Two routes that both take every alert, one of whose receivers does not hear of ends. */
function createTwoRoutes() {
  const routes = ['one', 'two'].map((id) => createRoute({ id, key: `{}/${id}`, receiver: id }));
  const plan = createPlan({ routesOf: () => routes });
  const usual = { integration: 'webhook', index: 0 };
  return {
    ...plan,
    integrationsOf: (receiver: string) => [{ ...usual, sendsResolved: receiver === 'one' }],
  };
}

function act(world: World, random: Random): void {
  const chance = random.float();
  const name = NAMES[Math.floor(random.float() * NAMES.length)];
  const ids = IDS.filter(() => random.float() < 0.5);
  if (chance < 0.4) world.fire(name, ...ids);
  else if (chance < 0.6) world.resolve(name, ...ids);
  else if (chance < 0.65) world.silence([equalTo('id', 'a')], random.float() * 900_000);
  else if (chance < 0.7) world.restart(random.float() * 60_000);
  else if (chance < 0.75) world.changePlan(createTwoRoutes());
  else world.advance(random.float() * 240_000);
}

/** Nobody is told what was the last thing told, but for a repeat that is due. */
function assertNews(delivered: readonly Notification[], what: string): void {
  const last = new Map<string, Notification>();
  for (const notification of delivered) {
    const { receiver, groupKey, firing, resolved, reason } = notification;
    const key = `${receiver} ${groupKey}`;
    const before = last.get(key);
    last.set(key, notification);
    if (before === undefined || reason === 'repeat interval elapsed') continue;
    // Whoever does not hear of ends may hear of the same beginning again.
    if (receiver === 'two' && reason === 'first notification') continue;
    const isSame =
      JSON.stringify([before.firing, before.resolved]) === JSON.stringify([firing, resolved]);
    assert.ok(!isSame, `${what}: ${key} was told twice: ${reason}`);
    if (reason === 'new alerts added') {
      assert.ok(
        firing.some((one) => !before.firing.includes(one)),
        `${what}: ${key}`,
      );
    }
  }
}

it('tells what happens once, and comes to rest, whatever happens', () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = createSeededRandom(seed);
    const world = createWorld(createTwoRoutes());
    world.answer(() =>
      random.float() < 0.7
        ? { state: 'delivered' }
        : { state: 'retry', reason: 'away', retryAfterMs: undefined },
    );
    for (let i = 0; i < STEPS; i++) act(world, random);
    world.answer(() => ({ state: 'delivered' }));
    // No silence is left, and every receiver is well: now all that fires is told of.
    world.advance(1_000_000);
    for (const name of NAMES) world.fire(name, ...IDS);
    world.advance(700_000);
    const told = new Map(world.delivered.map((one) => [`${one.receiver} ${one.groupKey}`, one]));
    for (const one of told.values()) assert.equal(one.firing.length, IDS.length, `seed ${seed}`);
    assert.equal(told.size, NAMES.length * 2, `seed ${seed}`);
    for (const name of NAMES) world.resolve(name, ...IDS);
    world.advance(1_000_000);
    assertNews(world.delivered, `seed ${seed}`);
    const { state } = world;
    assert.deepEqual([state.groups.size, state.sendings.size], [0, 0], `seed ${seed}`);
    assert.equal(state.settled.size, state.alerts.size, `seed ${seed}`);
    assert.equal(nextAtMs(state), undefined, `seed ${seed}`);
    const ends = world.delivered.filter(({ receiver }) => receiver === 'one').slice(-NAMES.length);
    for (const { firing } of ends) assert.deepEqual(firing, [], `seed ${seed}`);
  }
});
