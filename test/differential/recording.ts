/**
 * What both sides are fed: bodies of a real node_exporter, and beside them metrics of our own that
 * no node_exporter has (classic histograms, NaN and infinities, series that come and go), every
 * sample with an explicit timestamp. So both store the same samples at the same times, however
 * their scrapes fall.
 */
import { createSeededRandom } from '../../packages/server/src/platform/index.ts';
import { startNodeExporter } from '../harness/peers.ts';

export interface Recording {
  /** One body for each scrape, in order. */
  readonly bodies: readonly string[];
  /** The times of their samples, in epoch ms. */
  readonly timesMs: readonly number[];
}

export interface RecordingOptions {
  readonly seed: number;
  /** How often node_exporter is really asked. */
  readonly fetches: number;
  /** How many bodies are made of them; beyond `fetches` the counters begin again, as restarted. */
  readonly bodies: number;
  /** The recording ends about here. */
  readonly endMs: number;
}

export const STEP_MS = 15_000;
/**
 * No sample ever stands at a whole second, nor 137 ms after one: subqueries are evaluated at the
 * first, everything else at the second, and the ends of ranges would make a difference there.
 */
const OFFSET_MS = 7_321;
const JITTER_MS = 20;
/** Longer than the lookback of five minutes: everything is gone for a while. */
const GAP_MS = 390_000;
const BUCKETS = [0.005, 0.05, 0.5, 5];
/**
 * Counters begin high, as those of a process that has run for a while: Prometheus 2 extrapolates
 * the first minutes of a counter from zero differently (boundaries.ts).
 */
const FIRST_COUNT = 1e6;
/** Bodies between two restarts of the process that the synthetic metrics are of. */
const RESTART_EVERY = 17;
/** The body in which `demo_young_total` begins, at zero but for its step. */
export const YOUNG_FROM = 10;
const YOUNG_STEP = 3;

/** Records; undefined where there is no node_exporter. */
export async function record(options: RecordingOptions): Promise<Recording | undefined> {
  const fetched = await fetchBodies(options.fetches);
  if (fetched === undefined) return undefined;
  const timesMs = chooseTimes(options);
  const synthetic = createSynthetic(options.seed);
  const bodies = timesMs.map((timeMs, i) =>
    stamp(fetched[i % fetched.length] + synthetic(i), timeMs),
  );
  return { bodies, timesMs };
}

async function fetchBodies(count: number): Promise<readonly string[] | undefined> {
  const exporter = await startNodeExporter();
  if (exporter === undefined) return undefined;
  const bodies: string[] = [];
  try {
    for (let i = 0; i < count; i++) {
      bodies.push(await (await fetch(`${exporter.url}/metrics`)).text());
    }
  } finally {
    await exporter.stop();
  }
  return bodies;
}

function chooseTimes({ seed, bodies, endMs }: RecordingOptions): readonly number[] {
  const random = createSeededRandom(seed);
  const lengthMs = bodies * STEP_MS + GAP_MS;
  const startMs = Math.floor((endMs - lengthMs) / 60_000) * 60_000 + OFFSET_MS;
  return Array.from({ length: bodies }, (_, i) => {
    const gapMs = i >= (bodies * 2) / 3 ? GAP_MS : 0;
    return startMs + i * STEP_MS + gapMs + Math.round((random.float() * 2 - 1) * JITTER_MS);
  });
}

/** Appends the time to every line that is a sample. */
function stamp(body: string, timeMs: number): string {
  return body
    .split('\n')
    .map((line) => (line === '' || line.startsWith('#') ? line : `${line} ${timeMs}`))
    .join('\n');
}

/** Metrics of our own: a pure function of the seed and of the number of the body. */
function createSynthetic(seed: number): (index: number) => string {
  const random = createSeededRandom(seed + 1);
  const counts = new Map<string, number>();
  let hasRestarted = false;
  const add = (key: string, amount: number): number => {
    const next = (counts.get(key) ?? (hasRestarted ? 0 : FIRST_COUNT)) + amount;
    counts.set(key, next);
    return next;
  };
  const histogram = (route: string): string => {
    const seen = BUCKETS.map((_, i) => Math.floor(random.float() * 9) * (i + 1));
    const over = Math.floor(random.float() * 2);
    let below = 0;
    const lines = BUCKETS.map((le, i) => {
      below += seen[i];
      return `demo_seconds_bucket{route="${route}",le="${le}"} ${add(`${route} ${le}`, below)}`;
    });
    const count = add(`${route} count`, below + over);
    const sum = add(`${route} sum`, below * 0.137 + over * 7.25);
    return `${lines.join('\n')}
demo_seconds_bucket{route="${route}",le="+Inf"} ${count}
demo_seconds_sum{route="${route}"} ${sum}
demo_seconds_count{route="${route}"} ${count}
`;
  };
  return (index) => {
    if (index > 0 && index % RESTART_EVERY === 0) {
      counts.clear();
      hasRestarted = true;
    }
    const routes = ['/', '/cart', '/pay'].map(histogram);
    return `# TYPE demo_seconds histogram\n${routes.join('')}${gauges(index, random.float())}`;
  };
}

function gauges(index: number, chance: number): string {
  const shards = [0, 1, 2, 3, 4].map((shard) => {
    const depth = 50 + 10 * shard + 8 * Math.sin(index / (2 + shard)) + shard * chance;
    const region = shard % 2 === 0 ? 'north' : 'south';
    return `demo_depth{shard="${shard}",region="${region}"} ${depth}
demo_limit{shard="${shard}"} ${60 + shard * 5}
demo_info{shard="${shard}",version="v${shard}.2",note="a \\"quoted\\" \\\\ text"} 1
`;
  });
  const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0.5, 0, 1e-300];
  const value = formatNumber(odd[index % odd.length]);
  const flaky = index % 4 === 3 ? '' : `demo_flaky{kind="often"} ${index}\n`;
  const rare = index % 25 === 2 ? `demo_flaky{kind="rare"} ${-index}\n` : '';
  const age = index - YOUNG_FROM + 1;
  const young = age > 0 ? `demo_young_total ${age * YOUNG_STEP}\n` : '';
  return `# TYPE demo_depth gauge
${shards.join('')}demo_odd{kind="walks"} ${value}
demo_odd{kind="nan"} NaN
demo_odd{kind="inf"} +Inf
demo_odd{kind="steady"} 42
demo_steps_total ${index - (index % 5)}
demo_text{text="two\\nlines"} ${index}
demo_index ${index}
${flaky}${rare}${young}`;
}

function formatNumber(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}
