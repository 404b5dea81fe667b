/**
 * The same samples, the same questions: do Nines and Prometheus say the same?
 *
 * A recording is scraped by both. Then all expressions are asked at seeded instants, none of which
 * lies on the edge of a range, and as ranges; the answers must agree in series and, to 1e-9, in
 * values. The edges come apart (boundaries.ts), since Prometheus 2 decides them otherwise.
 */
import { createSeededRandom, type Random } from '../../packages/server/src/platform/index.ts';
import type { PeerProgram } from '../harness/peers.ts';
import { type Answer, ask, findDifference, type Question } from './answers.ts';
import { type BothSides, openBothSides } from './both-sides.ts';
import { checkBoundaries } from './boundaries.ts';
import { createExpressions, type Expression } from './expressions.ts';
import { type Recording, STEP_MS } from './recording.ts';

export interface DifferentialOptions {
  readonly seed: number;
  readonly program: PeerProgram;
  readonly recording: Recording;
  readonly instants: number;
  /** Steps of the range that each expression is asked over. */
  readonly rangeSteps: number;
}

export interface DifferentialReport {
  readonly peerVersion: string;
  readonly seed: number;
  readonly expressions: number;
  readonly answersCompared: number;
  readonly valuesCompared: number;
  readonly boundaryCases: number;
  readonly differences: readonly string[];
}

/** Every instant stands here within its second, where no sample and no subquery step does. */
const INSTANT_OFFSET_MS = 137;
/** Both sides answer on two cores here. */
const QUESTIONS_AT_ONCE = 4;
const DIFFERENCES_MAX = 50;

export async function runDifferential(options: DifferentialOptions): Promise<DifferentialReport> {
  const sides = await openBothSides(options.program, options.recording);
  try {
    return await compare(sides, options);
  } finally {
    await sides.stop();
  }
}

async function compare(
  sides: BothSides,
  options: DifferentialOptions,
): Promise<DifferentialReport> {
  const { recording, program, seed } = options;
  const random = createSeededRandom(seed);
  const instants = chooseInstants(recording, options.instants, random);
  const middleMs = recording.timesMs[Math.floor(recording.timesMs.length / 2)];
  const expressions = createExpressions(Math.floor(middleMs / 1000) * 1000 + INSTANT_OFFSET_MS);
  const range = chooseRange(recording, options.rangeSteps);
  const differences: string[] = [];
  const counts = { answers: 0, values: 0 };
  const askBoth = async (expression: Expression, at: Question['at']): Promise<boolean> => {
    const { query } = expression;
    const [ours, theirs] = await Promise.all([
      ask(sides.ours, { query, at }),
      ask(sides.theirs, { query, at }),
    ]);
    const isOrdered = expression.isOrdered === true && 'timeMs' in at;
    const difference = findDifference(ours, theirs, isOrdered);
    if (difference !== undefined && differences.length < DIFFERENCES_MAX) {
      differences.push(`${query} at ${JSON.stringify(at)}: ${difference}`);
    }
    counts.answers++;
    counts.values += countValues(theirs);
    return theirs.series.length > 0;
  };
  await forEachAtOnce(expressions, async (expression) => {
    let hasAnswer = await askBoth(expression, range);
    for (const timeMs of instants) hasAnswer = (await askBoth(expression, { timeMs })) || hasAnswer;
    if (!hasAnswer) differences.push(`${expression.query}: no answer anywhere proves nothing`);
  });
  const boundaries = await checkBoundaries(sides, { recording, version: program.version });
  return {
    peerVersion: program.version,
    seed,
    expressions: expressions.length,
    answersCompared: counts.answers,
    valuesCompared: counts.values,
    boundaryCases: boundaries.caseCount,
    differences: [...differences, ...boundaries.differences],
  };
}

/** From before the first sample until all is stale again after the last. */
function chooseInstants({ timesMs }: Recording, count: number, random: Random): readonly number[] {
  const fromMs = timesMs[0] - 60_000;
  const toMs = (timesMs.at(-1) ?? fromMs) + 330_000;
  return Array.from({ length: count }, () => {
    const atMs = fromMs + random.float() * (toMs - fromMs);
    return Math.floor(atMs / 1000) * 1000 + INSTANT_OFFSET_MS;
  });
}

function chooseRange({ timesMs }: Recording, steps: number): Question['at'] {
  const fromMs = Math.floor(timesMs[0] / 1000) * 1000 + INSTANT_OFFSET_MS - 30_000;
  const toMs = (timesMs.at(-1) ?? fromMs) + 60_000;
  // Whole seconds, so that no step falls onto a sample, and not the samples' own rhythm.
  const stepMs = Math.max(1, Math.round((toMs - fromMs) / steps / 1000)) * 1000;
  return { fromMs, toMs, stepMs: stepMs === STEP_MS ? stepMs + 1000 : stepMs };
}

function countValues({ series }: Answer): number {
  return series.reduce((sum, { points }) => sum + points.length, 0);
}

async function forEachAtOnce<Item>(
  all: readonly Item[],
  act: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = all.values();
  const work = async (): Promise<void> => {
    for (const item of queue) await act(item);
  };
  await Promise.all(Array.from({ length: QUESTIONS_AT_ONCE }, work));
}
