/** Readers of bytes from outside stand whatever comes. */
import { fuzzTarget } from '../fuzz/runner.ts';
import { FUZZ_TARGETS } from '../fuzz/targets.ts';
import type { Verification } from './verification.ts';

const INPUTS = 1_000_000;
const SEED = 20_261_123;
const MINUTES = 10;
const TIME_MS_MAX = (MINUTES * 60_000) / FUZZ_TARGETS.length;

export const fuzz: Verification = {
  name: 'fuzz',
  promise: `${INPUTS} spoiled inputs for every reader of outside bytes, as far as ${MINUTES} minutes go: no crash, no hang, no growth`,
  async run() {
    const misses: string[] = [];
    const readers: Record<string, unknown> = {};
    for (const { name } of FUZZ_TARGETS) {
      const outcome = await fuzzTarget(name, {
        seed: SEED,
        inputs: INPUTS,
        timeMsMax: TIME_MS_MAX,
      });
      const { counts, inputsPerSecond, heapMibGrown, miss } = outcome;
      readers[name] = {
        inputs: counts.inputs,
        read: counts.accepted,
        inputsPerSecond,
        heapMibGrown,
      };
      if (miss === undefined) continue;
      misses.push(`${name}, input ${miss.index}, ${miss.inputHex}: ${miss.reason}`);
    }
    return { isKept: misses.length === 0, figures: { seed: SEED, readers }, misses };
  },
};
