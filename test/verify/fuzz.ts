/** Readers of bytes from outside stand whatever comes. */
import { availableParallelism } from 'node:os';
import { type FuzzOutcome, fuzzTarget } from '../fuzz/runner.ts';
import { FUZZ_TARGETS } from '../fuzz/targets.ts';
import type { Verification } from './verification.ts';

const INPUTS = 1_000_000;
const SEED = 20_261_123;
/** Of one target: far more than any takes, and yet an end. */
const TIME_MS_MAX = 3_600_000;
const THREADS_MAX = 2;

export const fuzz: Verification = {
  name: 'fuzz',
  promise: `${INPUTS} spoiled inputs for every reader of outside bytes, some thousand for whole stores: no crash, no hang, no growth`,
  async run() {
    const beganMs = performance.now();
    const waiting = [...FUZZ_TARGETS];
    const outcomes: (FuzzOutcome & { readonly inputsWanted: number })[] = [];
    const runRest = async (): Promise<void> => {
      for (let target = waiting.shift(); target !== undefined; target = waiting.shift()) {
        const inputs = Math.min(INPUTS, target.inputsMax ?? INPUTS);
        const options = { seed: SEED, inputs, timeMsMax: TIME_MS_MAX };
        const outcome = await fuzzTarget(target.name, options);
        outcomes.push({ ...outcome, inputsWanted: inputs });
        // It takes an hour: whoever waits sees how far it is.
        console.error(formatOutcome(outcome));
      }
    };
    const threadCount = Math.min(THREADS_MAX, availableParallelism());
    await Promise.all(Array.from({ length: threadCount }, runRest));
    const misses = outcomes.flatMap(findMisses);
    const seconds = Math.round((performance.now() - beganMs) / 1000);
    const readers = Object.fromEntries(outcomes.map((one) => [one.name, describe(one)]));
    return { isKept: misses.length === 0, figures: { seed: SEED, seconds, readers }, misses };
  },
};

function findMisses({
  name,
  counts,
  inputsWanted,
  miss,
}: FuzzOutcome & { readonly inputsWanted: number }): readonly string[] {
  if (miss !== undefined) return [`${name}, input ${miss.index}, ${miss.inputHex}: ${miss.reason}`];
  if (counts.inputs === inputsWanted) return [];
  return [`${name} has read ${counts.inputs} of ${inputsWanted} inputs within its time`];
}

function describe({ counts, seconds, inputsPerSecond, heapMibGrown }: FuzzOutcome) {
  const { inputs, accepted, inputMsMax } = counts;
  const slowestMs = Math.round(inputMsMax);
  return { inputs, read: accepted, seconds, inputsPerSecond, slowestMs, heapMibGrown };
}

function formatOutcome({ name, counts, seconds, inputsPerSecond, miss }: FuzzOutcome): string {
  const end = miss === undefined ? '' : `: ${miss.reason}`;
  return `${name}: ${counts.inputs} inputs in ${seconds} s, ${inputsPerSecond}/s${end}`;
}
