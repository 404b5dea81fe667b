/**
 * How cost grows: scraping and queries with ten times the series, queries over a longer range.
 *
 * Each size runs in a process of its own (`growth-program.ts`), and what is measured is processor
 * time, so that other work on the machine shows as little as possible. An exponent of 1 is cost in
 * proportion. Besides that of the line through all sizes the steepest between two is told: what is
 * fixed makes small sizes look dear and could hide a curve, and where data outgrows the processor's
 * caches each byte costs more, once.
 */
import { fileURLToPath } from 'node:url';
import { members } from '../harness/json.ts';
import { fitExponent, steepestExponent } from './growth-fit.ts';
import { runProgram } from './run-program.ts';
import type { Verification } from './verification.ts';

const EXPONENT_MAX = 1.1;
const SERIES_COUNTS = [10_000, 100_000, 1_000_000];
const PROGRAM = fileURLToPath(new URL('growth-program.ts', import.meta.url));
const PROGRAM_TIMEOUT_MS = 10 * 60_000;

interface Point {
  readonly size: number;
  readonly cpuMs: number;
}

export const costGrowth: Verification = {
  name: 'cost-growth',
  promise: `ten times the series or the range costs at most 10^${EXPONENT_MAX} times as much`,
  async run() {
    const bySeries = new Map<string, Point[]>();
    for (const count of SERIES_COUNTS) {
      await measure(['series', String(count)], bySeries);
    }
    const byRange = new Map<string, Point[]>();
    await measure(['range'], byRange);
    const curves = [...describe('series', bySeries), ...describe('range', byRange)];
    const misses = curves
      .filter(({ exponent }) => !(exponent <= EXPONENT_MAX))
      .map(({ over, what, exponent }) => `${what}, over ${over}: exponent ${exponent}`);
    return { isKept: misses.length === 0, figures: { curves }, misses };
  },
};

interface Curve {
  readonly over: 'series' | 'range';
  readonly what: string;
  readonly points: readonly Point[];
  readonly exponent: number;
  readonly steepest: number;
}

function describe(over: Curve['over'], curves: ReadonlyMap<string, readonly Point[]>): Curve[] {
  return [...curves].map(([what, points]) => ({
    over,
    what,
    points,
    exponent: fitExponent(points),
    steepest: steepestExponent(points),
  }));
}

/** Runs one size, and takes its points: one line of JSON each. */
async function measure(args: readonly string[], into: Map<string, Point[]>): Promise<void> {
  const program = { file: 'node', args: [PROGRAM, ...args], timeoutMs: PROGRAM_TIMEOUT_MS };
  const { code, output } = await runProgram(program);
  if (code !== 0) throw new Error(`growth-program ${args.join(' ')} ended with ${code}`);
  for (const line of output.trim().split('\n')) {
    const { what, size, cpuMs } = parsePoint(line);
    into.set(what, [...(into.get(what) ?? []), { size, cpuMs }]);
  }
}

function parsePoint(line: string): Point & { readonly what: string } {
  const fields = members(JSON.parse(line));
  return {
    what: String(fields['what']),
    size: Number(fields['size']),
    cpuMs: Number(fields['cpuMs']),
  };
}
