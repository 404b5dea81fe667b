/** Verifications that are test files: run apart, with the time of every step on record. */
import { spawn } from 'node:child_process';
import { ROOT, projectEnv } from '../../tools/run-step.ts';
import type { VerificationResult } from './verification.ts';

const TIMEOUT_MS = 300_000;
const STEP = /^(?<indent> *)(?<sign>[✔✖﹣]) (?<name>.+) \((?<ms>[\d.]+)ms\)(?<skipped> # .*)?$/;

/** Runs test files; every test is a figure, every failed one a miss. */
export async function runTestFiles(files: readonly string[]): Promise<VerificationResult> {
  const child = spawn('node', ['--test', '--test-reporter=spec', ...files], {
    cwd: ROOT,
    env: projectEnv(),
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: TIMEOUT_MS,
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.once('close', resolve);
  const code = await promise;
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
