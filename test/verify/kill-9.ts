/** A server that is killed has lost nothing that anybody saw. */
import { runKills } from '../kill-9/rounds.ts';
import type { Verification } from './verification.ts';

const ROUNDS = 20;
const SEED = 20_260_307;

export const killNine: Verification = {
  name: 'kill-9',
  promise: `${ROUNDS} seeded kills (-9) under load lose no value, alert or page, nothing that was sent, and double none`,
  async run() {
    const { misses, ...figures } = await runKills({ rounds: ROUNDS, seed: SEED });
    return { isKept: misses.length === 0, figures: { seed: SEED, ...figures }, misses };
  },
};
