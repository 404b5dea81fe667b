/**
 * Objectives against brute force over the demo's own request log, while everything that can be
 * broken is broken: errors, slow answers, an instance killed and started again, overload.
 */
import { setTimeout } from 'node:timers/promises';
import {
  type Counts,
  countObjectives,
  countRequests,
  startDemo,
  waitUntilCounted,
} from '../harness/demo.ts';
import type { Verification, VerificationResult } from './verification.ts';

const ROUNDS = 3;
const CALM_MS = 10_000;
const FAULT_MS = 15_000;
const FAULTS = ['pay.errors', 'pay.latency', 'pay.dead', 'front.overload'] as const;

export const sloExact: Verification = {
  name: 'slo-exact',
  promise: 'the objectives of the demo equal its own request log, to the request',
  async run() {
    const demo = await startDemo();
    try {
      const rounds: Round[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        // The first time they come by themselves, once every instance has been seen.
        if (round > 0) await demo.setLoad(true);
        for (const fault of FAULTS) {
          await setTimeout(CALM_MS);
          await demo.setFault(fault, true);
          await setTimeout(FAULT_MS);
          await demo.setFault(fault, false);
        }
        await waitUntilCounted(demo);
        rounds.push({ counted: await countObjectives(demo), logged: countRequests(demo) });
      }
      return judge(rounds);
    } finally {
      await demo.stop();
    }
  },
};

interface Round {
  readonly counted: Counts;
  readonly logged: Counts;
}

function judge(rounds: readonly Round[]): VerificationResult {
  const misses = rounds.flatMap(({ counted, logged }, round) =>
    Object.entries(logged)
      .filter(([name, [total, bad]]) => counted[name]?.[0] !== total || counted[name]?.[1] !== bad)
      .map(([name, [total, bad]]) => {
        const said = counted[name]?.join(' and ') ?? 'nothing';
        return `round ${round}, ${name}: ${total} requests and ${bad} bad, counted ${said}`;
      }),
  );
  const last = rounds.at(-1)?.logged ?? {};
  const hasBad = Object.values(last).every(([total, bad]) => total > 0 && bad > 0);
  return {
    isKept: misses.length === 0 && hasBad,
    figures: { rounds: rounds.length, totalAndBadByObjective: last },
    misses: hasBad ? misses : [...misses, 'nothing went wrong, so nothing was compared'],
  };
}
