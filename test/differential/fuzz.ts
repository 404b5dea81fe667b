/**
 * Random expressions over the same samples, written to both by remote write: what differs falls
 * into few classes, each with its reason.
 */
import { createSeededRandom, type Random } from '../../packages/server/src/platform/index.ts';
import { isStale, setStale } from '../../packages/server/src/series/index.ts';
import { packSnappy } from '../../packages/server/src/remote/snappy.ts';
import {
  createSentSeries,
  createWriteEncoder,
} from '../../packages/server/src/remote/write-encoder.ts';
import { type PeerProgram, type RunningPeer, startPrometheus } from '../harness/peers.ts';
import { type RunningServer, startServer } from '../harness/server.ts';
import { type Answer, ask, findDifference, type Question } from './answers.ts';
import { classify, type DifferenceClass } from './fuzz-classes.ts';
import { createFuzzSamples, type FuzzSamples, type FuzzValue } from './fuzz-samples.ts';
import { NAME_QUESTIONS } from './name-questions.ts';
import { createExpressionMaker } from './random-expressions.ts';

export interface FuzzOptions {
  readonly seed: number;
  readonly program: PeerProgram;
  readonly expressions: number;
}

export interface FuzzReport {
  readonly peerVersion: string;
  readonly seed: number;
  readonly expressions: number;
  readonly answersCompared: number;
  readonly valuesCompared: number;
  /** Answers that both refused. */
  readonly refusedByBoth: number;
  readonly emptyAnswers: number;
  /** How many differences fell into each class. */
  readonly classes: Readonly<Partial<Record<DifferenceClass, number>>>;
  /** Those that fall into none: there must be no such. */
  readonly differences: readonly string[];
}

const PEER_FLAGS = [
  '--web.enable-remote-write-receiver',
  '--enable-feature=promql-experimental-functions,native-histograms,promql-delayed-name-removal',
];
const CONFIG = 'global: { scrape_interval: 15s }\nscrape_configs: []\n';
const OWN_CONFIG = `${CONFIG}watch: { self: false, host: false }\n`;
/** A series that turns from floats to histograms does so between two requests, as senders do it. */
const STEPS_AT_ONCE = 15;
const RANGE_STEPS = 20;
const QUESTIONS_AT_ONCE = 4;
const DIFFERENCES_MAX = 50;

/** Starts both sides, writes, asks, compares. */
export async function runFuzz(options: FuzzOptions): Promise<FuzzReport> {
  const startMs = Math.floor((Date.now() - 40 * 60_000) / 60_000) * 60_000;
  const samples = createFuzzSamples(options.seed, startMs);
  const started: (RunningServer | RunningPeer)[] = [];
  try {
    const ours = await startServer({ config: OWN_CONFIG, args: ['--auth', 'none'] });
    started.push(ours);
    const theirs = await startPrometheus(options.program, CONFIG, PEER_FLAGS);
    started.push(theirs);
    for (const { url } of [ours, theirs]) await writeSamples(url, samples);
    return await compare({ ours: ours.url, theirs: theirs.url, samples, options });
  } finally {
    await Promise.all(started.map(async (one) => one.stop()));
  }
}

/** Remote write 1.0, some steps of all series at once. */
export async function writeSamples(url: string, samples: FuzzSamples): Promise<void> {
  const encoder = createWriteEncoder('v1');
  const series = samples.series.map(({ labels, values }) => ({
    sent: createSentSeries(labels),
    values,
  }));
  const steps = series[0].values.length;
  for (let from = 0; from < steps; from += STEPS_AT_ONCE) {
    encoder.begin();
    for (const { sent, values } of series) {
      values.slice(from, from + STEPS_AT_ONCE).forEach((value, i) => {
        const stamp = { timeMs: samples.startMs + (from + i) * samples.stepMs, startMs: 0 };
        if (typeof value === 'object') encoder.addHistogram(sent, stamp, value);
        else if (value !== undefined) encoder.addFloat(sent, stamp, bitsOf(value));
      });
    }
    await post(url, packSnappy(encoder.finish()));
  }
}

function bitsOf(value: Exclude<FuzzValue, object | undefined>): readonly [number, number] {
  const bits = new Uint32Array(2);
  if (value === 'stale') setStale(bits, 0);
  else new Float64Array(bits.buffer)[0] = value;
  if (value !== 'stale' && isStale(bits, 0)) throw new Error('a value looks like a marker');
  return [bits[0], bits[1]];
}

async function post(url: string, body: Uint8Array): Promise<void> {
  const response = await fetch(`${url}/api/v1/write`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '0.1.0',
    },
    body: Uint8Array.from(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${text}`);
}

interface Comparison {
  readonly ours: string;
  readonly theirs: string;
  readonly samples: FuzzSamples;
  readonly options: FuzzOptions;
}

async function compare({ ours, theirs, samples, options }: Comparison): Promise<FuzzReport> {
  const random = createSeededRandom(options.seed + 1);
  const make = createExpressionMaker(random, samples.vocabulary);
  const counts = { answers: 0, values: 0, refused: 0, empty: 0 };
  const classes: Partial<Record<DifferenceClass, number>> = {};
  const differences: string[] = [];
  const askBoth = async (question: Question): Promise<void> => {
    const [own, other] = await Promise.all([ask(ours, question), ask(theirs, question)]);
    counts.answers++;
    counts.values += countValues(other);
    if (own.error !== undefined && other.error !== undefined) counts.refused++;
    else if (other.series.length === 0) counts.empty++;
    const difference = findDifference(own, other, false);
    if (difference === undefined) return;
    const found = classify({ query: question.query, difference, ours: own, theirs: other });
    if (found !== undefined) classes[found] = (classes[found] ?? 0) + 1;
    else if (differences.length < DIFFERENCES_MAX) {
      differences.push(`${question.query} at ${JSON.stringify(question.at)}: ${difference}`);
    }
  };
  const questions = Array.from({ length: options.expressions }, () => {
    const query = make();
    return [instantOf(random, samples), rangeOf(random, samples)].map((at) => ({ query, at }));
  }).flat();
  differences.push(...(await compareNames({ ours, theirs, samples })));
  const queue = questions.values();
  const work = async (): Promise<void> => {
    for (const question of queue) await askBoth(question);
  };
  await Promise.all(Array.from({ length: QUESTIONS_AT_ONCE }, work));
  return {
    peerVersion: options.program.version,
    seed: options.seed,
    expressions: options.expressions,
    answersCompared: counts.answers,
    valuesCompared: counts.values,
    refusedByBoth: counts.refused,
    emptyAnswers: counts.empty,
    classes,
    differences,
  };
}

/** Half of them fall onto a sample. */
function instantOf(random: Random, { vocabulary }: FuzzSamples): Question['at'] {
  const { fromSeconds, toSeconds } = vocabulary;
  const atMs = (fromSeconds + random.float() * (toSeconds + 120 - fromSeconds)) * 1000;
  const gridMs = random.float() < 0.5 ? 15_000 : 1;
  return { timeMs: Math.floor(atMs / gridMs) * gridMs };
}

function rangeOf(random: Random, { vocabulary }: FuzzSamples): Question['at'] {
  const fromMs = (vocabulary.fromSeconds + Math.floor(random.float() * 900)) * 1000;
  const stepMs = [15_000, 30_000, 47_000][Math.floor(random.float() * 3)];
  return { fromMs, toMs: fromMs + stepMs * RANGE_STEPS, stepMs };
}

/** What is written down of names must hold exactly. */
async function compareNames({
  ours,
  theirs,
  samples,
}: Omit<Comparison, 'options'>): Promise<readonly string[]> {
  const { startMs, stepMs } = samples;
  const [fromMs, toMs] = [startMs + 40 * stepMs, startMs + 80 * stepMs];
  const differences: string[] = [];
  for (const query of NAME_QUESTIONS) {
    for (const at of [{ timeMs: toMs }, { fromMs, toMs, stepMs: 4 * stepMs }]) {
      const answers = [ask(ours, { query, at }), ask(theirs, { query, at })];
      const [own, other] = await Promise.all(answers);
      const difference = findDifference(own, other, false);
      if (difference !== undefined) differences.push(`${query}: ${difference}`);
    }
  }
  return differences;
}

function countValues({ series }: Answer): number {
  return series.reduce((sum, { points }) => sum + points.length, 0);
}
