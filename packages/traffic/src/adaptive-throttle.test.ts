import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom } from '../../server/src/platform/random.ts';
import { type AdaptiveThrottle, createAdaptiveThrottle } from './index.ts';

const createAt = (
  clock: { nowMs: number },
  options: Partial<Parameters<typeof createAdaptiveThrottle>[0]> = {},
): AdaptiveThrottle =>
  createAdaptiveThrottle({ nowMs: () => clock.nowMs, random: () => 0.5, ...options });

describe('the adaptive throttle', () => {
  it('refuses with the probability of the book', () => {
    const check = (requests: number, accepts: number, expected: number): void => {
      const throttle = createAt({ nowMs: 0 });
      for (let at = 0; at < requests; at++) throttle.record('CRITICAL', at < accepts);
      const counts = throttle.counts('CRITICAL');
      assert.deepEqual(counts, { requests, accepts, rejectProbability: expected });
    };
    check(0, 0, 0);
    check(100, 100, 0);
    check(100, 50, 0);
    check(100, 49, 2 / 101);
    check(100, 0, 100 / 101);
    check(1, 0, 1 / 2);
  });

  it('takes another K and another padding', () => {
    const throttle = createAt({ nowMs: 0 }, { k: { SHEDDABLE: 1.5 }, padding: 8 });
    for (const one of ['CRITICAL', 'SHEDDABLE'] as const) {
      for (let at = 0; at < 92; at++) throttle.record(one, at < 50);
    }
    assert.equal(throttle.counts('CRITICAL').rejectProbability, 0);
    assert.equal(throttle.counts('SHEDDABLE').rejectProbability, 17 / 100);
  });

  it('counts its own refusals as requests, and requests in flight not at all', () => {
    const throttle = createAt({ nowMs: 0 });
    assert.ok([1, 2, 3].every(() => throttle.admits('CRITICAL')));
    assert.equal(throttle.counts('CRITICAL').requests, 0);
    for (const _ of [1, 2, 3]) throttle.record('CRITICAL', false);
    assert.equal(throttle.admits('CRITICAL'), false);
    assert.deepEqual(throttle.counts('CRITICAL'), {
      requests: 4,
      accepts: 0,
      rejectProbability: 4 / 5,
    });
  });

  it('keeps what one criticality meets from the others', () => {
    const throttle = createAt({ nowMs: 0 });
    for (let at = 0; at < 50; at++) throttle.record('SHEDDABLE', false);
    assert.equal(throttle.admits('SHEDDABLE'), false);
    assert.equal(throttle.admits('CRITICAL'), true);
    assert.deepEqual(throttle.counts('CRITICAL_PLUS').requests, 0);
  });

  it('forgets after the window', () => {
    const clock = { nowMs: 5_000 };
    const throttle = createAt(clock);
    for (let at = 0; at < 50; at++) throttle.record('CRITICAL', false);
    clock.nowMs += 119_000 - 5_000;
    assert.equal(throttle.admits('CRITICAL'), false);
    clock.nowMs += 4_000 + 120_000;
    assert.deepEqual(throttle.counts('CRITICAL').requests, 0);
    assert.equal(throttle.admits('CRITICAL'), true);
  });

  it('wants options that make sense', () => {
    const check = (options: Partial<Parameters<typeof createAdaptiveThrottle>[0]>, why: RegExp) =>
      assert.throws(() => createAt({ nowMs: 0 }, options), { name: 'RangeError', message: why });
    check({ windowMs: 0 }, /windowMs must be a positive number, got 0/);
    check({ windowMs: Number.NaN }, /windowMs must be a positive number, got NaN/);
    check({ padding: -1 }, /padding must be a positive number, got -1/);
    check({ k: { CRITICAL: 1 } }, /k\.CRITICAL must be a number above 1, got 1/);
    check({ k: { SHEDDABLE: Number.POSITIVE_INFINITY } }, /k\.SHEDDABLE must be a number above 1/);
  });
});

/**
 * A backend of so many units of work a second: a request that it accepts costs one, and to refuse
 * one costs a part of that. It refuses as soon as what it would accept leaves no room for that.
 */
interface Overload {
  readonly capacityPerSecond: number;
  readonly refusalCost: number;
  /** Wanted by the application, in times of the capacity. */
  readonly demand: number;
  readonly seed: number;
}

const STEP_MS = 250;
/** All is well at first, as it is before most overloads. */
const HEALTHY_UNTIL_MS = 120_000;
const HEALTHY_DEMAND = 0.9;
/** By then nothing of the healthy time is within the window. */
const MEASURED_FROM_MS = 360_000;
const END_MS = 480_000;

/** Tells what became of the requests per second, once things are steady. */
function simulate(
  overload: Overload,
  createThrottle: (nowMs: () => number, random: () => number) => AdaptiveThrottle | undefined,
): { readonly accepted: number; readonly refused: number } {
  const { capacityPerSecond, refusalCost, demand, seed } = overload;
  const random = createSeededRandom(seed);
  const capacity = (capacityPerSecond * STEP_MS) / 1000;
  let nowMs = 0;
  const throttle = createThrottle(
    () => nowMs,
    () => random.float(),
  );
  const total = { accepted: 0, refused: 0 };
  for (; nowMs < END_MS; nowMs += STEP_MS) {
    const wanted = Math.round(capacity * (nowMs < HEALTHY_UNTIL_MS ? HEALTHY_DEMAND : demand));
    let sent = 0;
    for (let at = 0; at < wanted; at++) if (throttle?.admits('CRITICAL') !== false) sent++;
    // a + cost × (sent − a) = capacity, and nothing is accepted when refusing alone takes it all.
    const room = (capacity - refusalCost * sent) / (1 - refusalCost);
    const accepted = Math.max(0, Math.min(sent, Math.floor(room)));
    for (let at = 0; at < sent; at++) throttle?.record('CRITICAL', at < accepted);
    if (nowMs < MEASURED_FROM_MS) continue;
    total.accepted += accepted;
    total.refused += sent - accepted;
  }
  const seconds = (END_MS - MEASURED_FROM_MS) / 1000;
  return { accepted: total.accepted / seconds, refused: total.refused / seconds };
}

describe('a backend whose clients want too much', () => {
  const withK = (k: number) => (nowMs: () => number, random: () => number) =>
    createAdaptiveThrottle({ nowMs, random, k: { CRITICAL: k } });

  it('refuses one for each that it accepts with K = 2, one for ten with 1.1, whatever the demand', () => {
    const check = (k: number, demand: number, expected: number): void => {
      const seed = Math.round(k * demand * 10);
      const overload = { capacityPerSecond: 400, refusalCost: 0, demand, seed };
      const { accepted, refused } = simulate(overload, withK(k));
      const ratio = refused / accepted;
      assert.ok(
        Math.abs(ratio - expected) <= 0.03 * expected + 0.005,
        `K ${k}, demand ${demand}, seed ${seed}: ${ratio} refusals for each accept`,
      );
    };
    for (const demand of [2.5, 6]) {
      check(2, demand, 1);
      check(1.1, demand, 0.1);
    }
    check(1.5, 5, 0.5);
  });

  it('is drowned in refusals without throttling, and keeps its work up with it', () => {
    const overload = { capacityPerSecond: 400, refusalCost: 0.25, demand: 5, seed: 4 };
    assert.equal(simulate(overload, () => undefined).accepted, 0);
    const usual = simulate(overload, withK(2)).accepted;
    const eager = simulate(overload, withK(1.1)).accepted;
    // By the book's reasoning 400 / (1 + 0.25 × (K − 1)): 320 and 390.
    assert.ok(Math.abs(usual - 320) < 16, `K 2: ${usual} of 400 a second`);
    assert.ok(Math.abs(eager - 390) < 16, `K 1.1: ${eager} of 400 a second`);
  });

  it('is left alone while it can do what is wanted', () => {
    const overload = { capacityPerSecond: 400, refusalCost: 0.25, demand: 1, seed: 5 };
    assert.deepEqual(simulate(overload, withK(1.1)), { accepted: 400, refused: 0 });
  });
});
