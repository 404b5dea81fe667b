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
  readonly counts: () => { readonly seriesSeen: number; readonly valuesSeen: number };
}

type Points = Map<number, string>;

/** What an observer sees of each series: enough to have most scrapes in some answer. */
const RECENT = { range: '5s', atMs: undefined };
const MISSES_MAX = 20;

export function createSampleMemory(random: Random): SampleMemory {
  const seen = new Map<string, Points>();
  const selectors = createSelectors();
  return {
    async observe(server) {
      const selector = selectors[Math.floor(random.float() * selectors.length)];
      for (const [series, points] of await readSamples(server, selector, RECENT)) {
        const known = seen.get(series) ?? new Map<number, string>();
        for (const [time, value] of points) known.set(time, value);
        seen.set(series, known);
      }
    },
    async findMisses(server, fromMs) {
      // One moment for all questions: asking takes seconds.
      const atMs = Date.now();
      const window = { range: `${atMs - fromMs + 1000}ms`, atMs };
      const found = new Map<string, Points>();
      for (const selector of selectors) {
        for (const [series, points] of await readSamples(server, selector, window)) {
          found.set(series, points);
        }
      }
      const misses = [...found].flatMap(([series, points]) => findRepeats(series, points));
      for (const [series, points] of seen) {
        const wanted = keepSince(points, fromMs);
        misses.push(...findLost(series, found.get(series) ?? new Map<number, string>(), wanted));
      }
      return misses.slice(0, MISSES_MAX);
    },
    counts: () => ({
      seriesSeen: seen.size,
      valuesSeen: [...seen.values()].reduce((sum, points) => sum + points.size, 0),
    }),
  };
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

function keepSince(points: Points, fromMs: number): Points {
  return new Map([...points].filter(([time]) => time * 1000 >= fromMs));
}

function findLost(series: string, found: Points, wanted: Points): readonly string[] {
  return [...wanted].flatMap(([time, value]) => {
    const now = found.get(time);
    return now === value ? [] : [`${series} had ${value} at ${time}, and now ${now ?? 'nothing'}`];
  });
}

/** A load only ever grows, so a sample that was stored twice is not larger than itself. */
function findRepeats(series: string, found: Points): readonly string[] {
  if (!series.includes('"__name__":"load"')) return [];
  const values = [...found.values()].map(Number);
  const at = values.findIndex((value, i) => i > 0 && value <= values[i - 1]);
  return at < 0 ? [] : [`${series} has ${values[at]} after ${values[at - 1]}: it came twice`];
}
