import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom, type Random } from '../../platform/index.ts';
import {
  type Day,
  simulateKills,
  simulateOutages,
  simulatePartitions,
  simulateRestarts,
} from './scenario-testing.ts';

/** More of them, and all kinds together: `npm run verify -- alertmanager-pair`. */
const SEEDS = [1, 2];

function check(simulate: (random: Random) => Day, judge: (day: Day, what: string) => void): void {
  for (const seed of SEEDS) {
    const day = simulate(createSeededRandom(seed));
    const what = `seed ${seed}: ${JSON.stringify(day)}`;
    assert.ok(day.notifications > 10 && day.notTold === 0 && day.agrees, what);
    judge(day, what);
  }
}

describe('a simulated cluster', () => {
  it('notifies as one, whatever its timers, its network and clean restarts', () => {
    check(simulateRestarts, ({ doubled }, what) => assert.equal(doubled, 0, what));
  });

  it('tells what receivers that were away missed; two attempts at once have one key', () => {
    check(simulateOutages, ({ doubled, doubledByNewKey }, what) => {
      assert.ok(doubled <= 2 && doubledByNewKey === 0, what);
    });
  });

  it('loses nothing by kills, and doubles only what nobody could know of', () => {
    check(simulateKills, ({ doubled, exposed }, what) => assert.ok(doubled <= exposed, what));
  });

  it('tells on both sides of a partition, and as one again after it', () => {
    check(simulatePartitions, ({ doubledInTheEnd }, what) => {
      assert.equal(doubledInTheEnd, 0, what);
    });
  });
});
