/** Verifications that are test files: run apart, with the time of every step on record. */
import { runProgram } from './run-program.ts';
import type { VerificationResult } from './verification.ts';

const TIMEOUT_MS = 300_000;
const STEP = /^(?<indent> *)(?<sign>[✔✖﹣]) (?<name>.+) \((?<ms>[\d.]+)ms\)(?<skipped> # .*)?$/;

/** Runs test files; every test is a figure, every failed one a miss. */
export async function runTestFiles(files: readonly string[]): Promise<VerificationResult> {
  const { code, output } = await runProgram({
    file: 'node',
    args: ['--test', '--test-reporter=spec', ...files],
    timeoutMs: TIMEOUT_MS,
  });
  const steps = readSteps(output);
  const skipped = steps.filter(({ sign }) => sign === '﹣');
  const failed = steps.filter(({ sign }) => sign === '✖').map(({ name }) => `failed: ${name}`);
  const isRun = skipped.length === 0;
  return {
    isKept: code === 0 && isRun,
    ...(isRun || code !== 0 ? {} : { missing: skipped.map(({ name }) => name).join('; ') }),
    figures: {
      secondsByTest: Object.fromEntries(steps.map(({ name, ms }) => [name, Math.round(ms) / 1000])),
    },
    misses: code === 0 ? [] : [...failed, ...(failed.length > 0 ? [] : [output.slice(-4_000)])],
  };
}

interface Step {
  readonly sign: string;
  readonly name: string;
  readonly ms: number;
}

/** The reporter's lines, up to its summary, which repeats those that failed. */
function readSteps(output: string): readonly Step[] {
  const [steps] = output.split('\nℹ tests ', 1);
  return steps.split('\n').flatMap((line) => {
    const { sign = '', name = '', ms = '0', skipped = '' } = STEP.exec(line)?.groups ?? {};
    return sign === '' ? [] : [{ sign, name: name + skipped, ms: Number(ms) }];
  });
}
