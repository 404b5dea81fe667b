/** Runs one benchmark beside Prometheus, and reads the lines that it prints. */
import { members } from '../harness/json.ts';
import { runProgram } from './run-program.ts';

const PEER = 'prometheus';
const TIMEOUT_MS = 600_000;

/** The members of a figure's line (bench/README.md), by the figure's name. */
export type Figures = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface BenchOptions {
  readonly timeoutMs?: number;
  /** How long a load is watched; as long as the benchmark usually does where it is left out. */
  readonly seconds?: number;
}

export async function runBench(
  name: string,
  { timeoutMs = TIMEOUT_MS, seconds }: BenchOptions = {},
): Promise<{ readonly code: number | null; readonly figures: Figures }> {
  const window = seconds === undefined ? [] : ['--seconds', String(seconds)];
  const args = ['run', '--silent', 'bench', '--', name, '--peer', PEER, ...window];
  const { code, output } = await runProgram({ file: 'npm', args, timeoutMs });
  const figures: Record<string, Readonly<Record<string, unknown>>> = {};
  for (const line of output.split('\n')) {
    if (!line.startsWith('{')) continue;
    const figure = members(JSON.parse(line));
    figures[String(figure['name'])] = figure;
  }
  return { code, figures };
}

/** A number of a figure; NaN, which keeps no promise, where it was not printed. */
export function valueOf(figures: Figures, name: string, key: 'value' | 'ratio'): number {
  const value = figures[name]?.[key];
  return typeof value === 'number' ? value : Number.NaN;
}
