/** A backup of a running server is all that it had, and becomes a server again. */
import { runBackups } from '../backup/rounds.ts';
import type { Verification } from './verification.ts';

const ROUNDS = 20;
const SEED = 20_261_123;

export const backup: Verification = {
  name: 'backup',
  promise: `${ROUNDS} backups under load, every other source killed (-9) after it, restore to servers that answer the same and lack nothing`,
  async run() {
    const { misses, ...figures } = await runBackups({ rounds: ROUNDS, seed: SEED });
    return { isKept: misses.length === 0, figures: { seed: SEED, ...figures }, misses };
  },
};
