/** Records outlive kills of the process that writes them. */
import { runKillRounds } from '../../packages/server/src/database/kill-rounds.ts';
import type { Verification } from './verification.ts';

const ROUNDS = 20;
const SEED = 20_260_906;

export const recordKills: Verification = {
  name: 'record-kills',
  promise: `${ROUNDS} seeded kills (-9) of a process that writes records lose no answered write`,
  async run() {
    const { lostCount, halfCount, ...figures } = await runKillRounds({
      rounds: ROUNDS,
      seed: SEED,
    });
    const misses = [
      ...(lostCount > 0 ? [`${lostCount} answered batches were gone`] : []),
      ...(halfCount > 0 ? [`${halfCount} batches were there in part`] : []),
    ];
    return {
      isKept: misses.length === 0,
      figures: { seed: SEED, ...figures, lostCount, halfCount },
      misses,
    };
  },
};
