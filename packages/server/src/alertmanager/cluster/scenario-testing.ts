/** Days in the life of a simulated cluster: what goes wrong in them, and what their readers believe. */
import type { Random } from '../../platform/index.ts';
import { labelValue } from '../../series/index.ts';
import { createPlan, equalTo } from '../testing.ts';
import { ClusterWorld, type Instance, type Weather } from './testing.ts';

const NAMES = ['Down', 'Slow', 'Full'];
const IDS = ['a', 'b', 'c'];
const STEPS = 30;
/** Long enough for any turn, wait and retry. */
const REST_MS = 20 * 60_000;

/** What came of a day; at its end everything fired, and then everything was over. */
export interface Day {
  readonly notifications: number;
  /** Alerts that are not believed to fire when all do, and those that still are when none does. */
  readonly notTold: number;
  /** Notifications that told nothing new. */
  readonly doubled: number;
  /** Doubled ones that a receiver could not have known by their key. */
  readonly doubledByNewKey: number;
  /** Deliveries of which no peer could know when their sender was killed. */
  readonly exposed: number;
  /** Doubled ones of the end, when everybody was well again. */
  readonly doubledInTheEnd: number;
  /** Whether all logs and silences are the same. */
  readonly agrees: boolean;
}

function createWeather(random: Random, fields: Partial<Weather> = {}): Weather {
  return {
    random,
    networkMsMax: 80,
    receiverMsMax: 300,
    answer: () => ({ state: 'delivered' }),
    passes: () => true,
    ...fields,
  };
}

/** Prometheus tells of something, and time passes. */
function live(world: ClusterWorld): void {
  const { random } = world.weather;
  const name = NAMES[Math.floor(random.float() * NAMES.length)];
  for (const id of IDS) {
    const chance = random.float();
    if (chance < 0.4) world.fire(name, id);
    else if (chance < 0.65) world.resolve(name, id);
  }
  world.advance(random.float() * 300_000);
}

interface Beliefs extends Pick<Day, 'doubled' | 'doubledByNewKey'> {
  /** What a receiver holds to be firing. */
  readonly firing: ReadonlySet<string>;
}

/** What somebody believes who reads all notifications in the order in which they came. */
function believe(world: ClusterWorld): Beliefs {
  const firing = new Set<string>();
  /** Ends that were told, also of what nobody had been told of. */
  const ends = new Set<string>();
  const keys = new Set<string>();
  let doubled = 0;
  let doubledByNewKey = 0;
  const inOrder = [...world.delivered].sort((a, b) => a.atMs - b.atMs);
  for (const { notification } of inOrder) {
    let isNews = notification.reason === 'repeat interval elapsed';
    for (const { alert, isResolved } of notification.alerts) {
      const name = ['alertname', 'id'].map((label) => labelValue(alert.labels, label)).join(' ');
      const end = `${name} ${alert.endsAtMs}`;
      if (isResolved && !ends.has(end)) isNews = true;
      if (isResolved) ends.add(end);
      if (firing.has(name) !== isResolved) continue;
      isNews = true;
      if (isResolved) firing.delete(name);
      else firing.add(name);
    }
    if (!isNews) doubled++;
    if (!isNews && !keys.has(notification.id)) doubledByNewKey++;
    keys.add(notification.id);
  }
  return { firing, doubled, doubledByNewKey };
}

/** Everything fires, and then everything is over. */
function finish(world: ClusterWorld): Day {
  world.advance(REST_MS);
  const before = believe(world).doubled;
  for (const name of NAMES) for (const id of IDS) world.fire(name, id);
  world.advance(REST_MS);
  const untold = NAMES.length * IDS.length - believe(world).firing.size;
  for (const name of NAMES) for (const id of IDS) world.resolve(name, id);
  world.advance(REST_MS);
  const { firing, doubled, doubledByNewKey } = believe(world);
  const states = world.instances.map(({ state: { log, silences } }) =>
    [...[...log.values()].map((entry) => JSON.stringify(entry)), ...silences.keys()].sort().join(),
  );
  return {
    notifications: world.delivered.length,
    notTold: untold + firing.size,
    doubled,
    doubledByNewKey,
    exposed: world.instances.reduce((sum, { exposedCount }) => sum + exposedCount, 0),
    doubledInTheEnd: doubled - before,
    agrees: new Set(states).size === 1,
  };
}

function startAll(world: ClusterWorld): void {
  for (const instance of world.instances) {
    instance.start();
    world.advance(world.upTo(90_000));
  }
}

function pick(world: ClusterWorld): Instance {
  return world.instances[world.upTo(world.instances.length)];
}

/** Two or three instances with timers that differ; now and then one is stopped, and starts again. */
export function simulateRestarts(random: Random): Day {
  const count = random.float() < 0.7 ? 2 : 3;
  const world = new ClusterWorld(createPlan(), count, createWeather(random));
  startAll(world);
  for (let at = 0; at < STEPS; at++) {
    live(world);
    const instance = pick(world);
    if (random.float() > 0.2 || instance.isSending) continue;
    instance.stop();
    world.advance(random.float() * 1_800_000);
    instance.start();
  }
  return finish(world);
}

/** Receivers are away for some time, again and again. */
export function simulateOutages(random: Random): Day {
  let isAway = false;
  const answer: Weather['answer'] = () =>
    isAway ? { state: 'retry', reason: 'away', retryAfterMs: undefined } : { state: 'delivered' };
  const world = new ClusterWorld(createPlan(), 2, createWeather(random, { answer }));
  startAll(world);
  for (let at = 0; at < STEPS; at++) {
    isAway = random.float() < 0.4;
    live(world);
  }
  isAway = false;
  return finish(world);
}

/** One of two is killed at any moment, and starts again later. */
export function simulateKills(random: Random): Day {
  const world = new ClusterWorld(createPlan(), 2, createWeather(random));
  startAll(world);
  for (let at = 0; at < STEPS; at++) {
    live(world);
    const instance = pick(world);
    instance.kill();
    world.advance(random.float() * 1_200_000);
    instance.start();
  }
  return finish(world);
}

/** The network between two breaks and heals; silences are made on both sides. */
export function simulatePartitions(random: Random): Day {
  let isApart = false;
  const weather = createWeather(random, { passes: () => !isApart });
  const world = new ClusterWorld(createPlan(), 2, weather);
  startAll(world);
  for (let at = 0; at < STEPS; at++) {
    isApart = random.float() < 0.3;
    live(world);
    if (random.float() < 0.3) addSilence(pick(world), at, world.clock.now());
  }
  isApart = false;
  return finish(world);
}

/** Of an alert that there is not: it must arrive, and keep nothing back. */
function addSilence(instance: Instance, at: number, nowMs: number): void {
  instance.silence({
    id: `silence-${at}`,
    matchers: [equalTo('id', 'none')],
    startsAtMs: nowMs,
    endsAtMs: nowMs + 3_600_000,
    updatedAtMs: nowMs,
    createdBy: 'ana',
    comment: 'known',
    annotations: {},
  });
}
