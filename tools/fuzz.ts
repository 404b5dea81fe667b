/**
 * `npm run fuzz -- [NAME...] [--seed N] [--inputs N] [--minutes N] [--input HEX]`: spoiled samples
 * for every reader of bytes from outside. Without names it takes all of them, `--minutes` is for all
 * together. A miss prints its input, and `--input` reads that one again, here, with a stack. Exits 1
 * when a reader crashed, hung or kept memory, 2 on wrong usage.
 */
import { parseArgs } from 'node:util';
import { fuzzTarget } from '../test/fuzz/runner.ts';
import type { FuzzTarget } from '../test/fuzz/target.ts';
import { FUZZ_TARGETS } from '../test/fuzz/targets.ts';

const INPUTS = 100_000;
const MINUTES = 10;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string' },
    inputs: { type: 'string' },
    minutes: { type: 'string' },
    input: { type: 'string' },
  },
});
const chosen = FUZZ_TARGETS.filter(
  ({ name }) => positionals.length === 0 || positionals.includes(name),
);
const unknown = positionals.filter((name) => !FUZZ_TARGETS.some((one) => one.name === name));
const seed = Number(values.seed ?? Math.floor(Date.now() / 1000));
const inputs = Number(values.inputs ?? INPUTS);
const minutes = Number(values.minutes ?? MINUTES);
if (unknown.length > 0 || !Number.isInteger(seed) || !(inputs > 0) || !(minutes > 0)) {
  console.error('usage: npm run fuzz -- [NAME...] [--seed N] [--inputs N] [--minutes N]');
  console.error(`NAME is one of: ${FUZZ_TARGETS.map(({ name }) => name).join(', ')}`);
  process.exitCode = 2;
} else if (values.input !== undefined) {
  for (const target of chosen) console.log(await target.read(Buffer.from(values.input, 'hex')));
} else {
  console.log(`seed ${seed}, up to ${inputs} inputs each`);
  const timeMsMax = (minutes * 60_000) / chosen.length;
  for (const target of chosen) await runOne(target, timeMsMax);
}

async function runOne({ name, inputsMax }: FuzzTarget, timeMsMax: number): Promise<void> {
  const options = { seed, inputs: Math.min(inputs, inputsMax ?? inputs), timeMsMax };
  const outcome = await fuzzTarget(name, options);
  const { counts, seconds, inputsPerSecond, heapMibGrown, miss } = outcome;
  const refused = Object.entries(counts.refused)
    .sort(([, a], [, b]) => b - a)
    .map(([code, count]) => `${code} ${count}`);
  const how = `${counts.inputs} inputs in ${seconds} s, ${inputsPerSecond}/s, +${heapMibGrown} MiB`;
  const slowest = `slowest ${counts.inputMsMax.toFixed(1)} ms`;
  console.log(`${name.padEnd(24)} ${how}, ${slowest}; read ${counts.accepted}`);
  if (refused.length > 0) console.log(`${''.padEnd(24)} refused: ${refused.join(', ')}`);
  if (miss === undefined) return;
  process.exitCode = 1;
  console.error(`${name}: input ${miss.index} of seed ${seed}: ${miss.reason}`);
  console.error(`${miss.inputHex}`);
}
