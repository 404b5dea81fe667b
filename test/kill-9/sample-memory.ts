/** Remembers every sample that a server has answered with, and looks for them later. */
import type { Random } from '../../packages/server/src/platform/index.ts';
import { items, members, valueAt } from '../harness/json.ts';
import type { RunningServer } from '../harness/server.ts';
import { SLICES } from './world.ts';

export interface SampleMemory {
  /** Asks for some series and remembers the answer. */
  observe(server: RunningServer): Promise<void>;
  /** Asks for everything of the rounds since `fromMs`; answers what is lost or doubled. */
  findMisses(server: RunningServer, fromMs: number): Promise<readonly string[]>;
  /**
   * Forgets what is gone of the samples since `fromMs` that were first seen no longer than
   * `lossMaxMs` before the end: these a power cut may take.
   */
  forgetLost(server: RunningServer, end: End): Promise<void>;
  readonly counts: () => SampleCounts;
}

interface End {
  readonly fromMs: number;
  readonly endedAt: number;
  readonly lossMaxMs: number;
}

interface SampleCounts {
  readonly seriesSeen: number;
  readonly valuesSeen: number;
  /** Values that a power cut took, as it may. */
  readonly valuesCutOff: number;
  /** How long before the end the oldest of these had been seen. */
  readonly cutOffMsMax: number;
}

type Points = Map<number, string>;

/** A value, and when it was first seen. */
interface SeenPoint {
  readonly value: string;
  readonly at: number;
}

/** What an observer sees of each series: enough to have most scrapes in some answer. */
const RECENT = { range: '5s', atMs: undefined };
const MISSES_MAX = 20;

export function createSampleMemory(random: Random): SampleMemory {
  const seen = new Map<string, Map<number, SeenPoint>>();
  const selectors = createSelectors();
  let valuesCutOff = 0;
  let cutOffMsMax = 0;
  return {
    async observe(server) {
      const selector = selectors[Math.floor(random.float() * selectors.length)];
      const answer = await readSamples(server, selector, RECENT);
      const at = Date.now();
      for (const [series, points] of answer) {
        const known = seen.get(series) ?? new Map<number, SeenPoint>();
        for (const [time, value] of points) {
          if (!known.has(time)) known.set(time, { value, at });
        }
        seen.set(series, known);
      }
    },
    async findMisses(server, fromMs) {
      const found = await readSince(server, selectors, fromMs);
      const misses = [...found].flatMap(([series, points]) => findRepeats(series, points));
      for (const [series, points] of seen) {
        misses.push(...findLost(series, found.get(series), keepSince(points, fromMs)));
      }
      return misses.slice(0, MISSES_MAX);
    },
    async forgetLost(server, { fromMs, endedAt, lossMaxMs }) {
      if (lossMaxMs === 0) return;
      const found = await readSince(server, selectors, fromMs);
      for (const [series, points] of seen) {
        for (const [time, { at }] of keepSince(points, fromMs)) {
          if (endedAt - at > lossMaxMs) continue;
          if (found.get(series)?.has(time) === true) continue;
          points.delete(time);
          valuesCutOff++;
          cutOffMsMax = Math.max(cutOffMsMax, endedAt - at);
        }
      }
    },
    counts: () => ({
      seriesSeen: seen.size,
      valuesSeen: [...seen.values()].reduce((sum, points) => sum + points.size, 0),
      valuesCutOff,
      cutOffMsMax,
    }),
  };
}

/** All that is there of the time since a moment. */
async function readSince(
  server: RunningServer,
  selectors: readonly string[],
  fromMs: number,
): Promise<ReadonlyMap<string, Points>> {
  // One moment for all questions: asking takes seconds.
  const atMs = Date.now();
  const window = { range: `${atMs - fromMs + 1000}ms`, atMs };
  const found = new Map<string, Points>();
  for (const selector of selectors) {
    for (const [series, points] of await readSamples(server, selector, window)) {
      found.set(series, points);
    }
  }
  return found;
}

function createSelectors(): readonly string[] {
  const slices = Array.from({ length: SLICES }, (_, slice) => [
    `load{slice="${slice}"}`,
    `slice:load:sum{slice="${slice}"}`,
  ]).flat();
  return [...slices, 'pod_load', 'up', 'fault', 'ALERTS_FOR_STATE'];
}

async function readSamples(
  server: RunningServer,
  selector: string,
  { range, atMs }: { readonly range: string; readonly atMs: number | undefined },
): Promise<ReadonlyMap<string, Points>> {
  const query = encodeURIComponent(`${selector}[${range}]`);
  const time = atMs === undefined ? '' : `&time=${atMs / 1000}`;
  const answer = await server.get(`/api/v1/query?query=${query}${time}`);
  if (valueAt(answer, 'status') !== 'success') throw new Error(JSON.stringify(answer));
  const found = new Map<string, Points>();
  for (const series of items(valueAt(answer, 'data', 'result'))) {
    const { metric, values } = members(series);
    const points = items(values).map(
      (point) => [Number(valueAt(point, 0)), String(valueAt(point, 1))] as const,
    );
    found.set(JSON.stringify(metric), new Map(points));
    if (new Set(points.map(([time]) => time)).size < points.length) {
      throw new Error(`${selector}: one time came twice in ${JSON.stringify(metric)}`);
    }
  }
  return found;
}

function findLost(
  series: string,
  found: Points | undefined,
  wanted: ReadonlyMap<number, SeenPoint>,
): readonly string[] {
  return [...wanted].flatMap(([time, { value }]) => {
    const now = found?.get(time);
    return now === value ? [] : [`${series} had ${value} at ${time}, and now ${now ?? 'nothing'}`];
  });
}

function keepSince<T>(points: ReadonlyMap<number, T>, fromMs: number): ReadonlyMap<number, T> {
  return new Map([...points].filter(([time]) => time * 1000 >= fromMs));
}

/** A load only ever grows, so a sample that was stored twice is not larger than itself. */
function findRepeats(series: string, found: Points): readonly string[] {
  if (!series.includes('"__name__":"load"')) return [];
  const values = [...found.values()].map(Number);
  const at = values.findIndex((value, i) => i > 0 && value <= values[i - 1]);
  return at < 0 ? [] : [`${series} has ${values[at]} after ${values[at - 1]}: it came twice`];
}
