/**
 * Sends samples by remote write, floats and native histograms, and remembers those that the server
 * has taken. Taken means durable: not even a power cut may lose one.
 */
import {
  createHistogram,
  createLabels,
  NO_BUCKETS,
} from '../../packages/server/src/series/index.ts';
import { bitsOf, createRequest } from '../../packages/server/src/remote/testing.ts';
import { items, members, valueAt } from '../harness/json.ts';
import type { RunningServer } from '../harness/server.ts';

export interface SentMemory {
  /** Sends one request, and remembers it once it was answered. */
  observe(server: RunningServer): Promise<void>;
  /** Asks for everything since `fromMs`; answers what is lost, doubled or other than it was sent. */
  findMisses(server: RunningServer, fromMs: number): Promise<readonly string[]>;
  readonly counts: () => { readonly samplesTaken: number; readonly histogramsTaken: number };
}

const SERIES = 20;
const HISTOGRAM_SERIES = 10;
const MISSES_MAX = 20;
const HEADERS = {
  'content-type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request',
  'content-encoding': 'snappy',
  'x-prometheus-remote-write-version': '2.0.0',
};

/** What was sent is the number of the request, in every series. */
export function createSentMemory(): SentMemory {
  /** By time: the number of the request that was taken. */
  const taken = new Map<number, number>();
  let count = 0;
  let lastMs = 0;
  return {
    async observe(server) {
      count++;
      lastMs = Math.max(lastMs + 1, Date.now());
      const [number, timeMs] = [count, lastMs];
      const answer = await fetch(`${server.url}/api/v1/write`, {
        method: 'POST',
        headers: { ...HEADERS, authorization: `Bearer ${server.token}` },
        body: Buffer.from(createWrite(number, timeMs)),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`remote write was answered with ${answer.status}: ${text}`);
      taken.set(timeMs, number);
    },
    async findMisses(server, fromMs) {
      const wanted = new Map([...taken].filter(([timeMs]) => timeMs >= fromMs));
      const floats = await readSent(server, 'sent', fromMs);
      const histograms = await readSent(server, 'sent_histogram', fromMs);
      const misses = [
        ...compare(floats, { wanted, format: String, seriesCount: SERIES }),
        ...compare(histograms, {
          wanted,
          format: formatHistogram,
          seriesCount: HISTOGRAM_SERIES,
        }),
      ];
      return misses.slice(0, MISSES_MAX);
    },
    counts: () => ({
      samplesTaken: taken.size * SERIES,
      histogramsTaken: taken.size * HISTOGRAM_SERIES,
    }),
  };
}

function createWrite(number: number, timeMs: number): Uint8Array {
  const histogram = createHistogram({
    schema: 0,
    counterReset: 'unknown',
    isInteger: true,
    zeroThreshold: 0.001,
    zeroCount: 1,
    count: 2 * number + 1,
    sum: number,
    positive: {
      spanOffsets: [0, 2],
      spanLengths: [1, 1],
      counts: Float64Array.of(number, number),
    },
    negative: NO_BUCKETS,
    customBounds: undefined,
  });
  return createRequest('v2', (to, series) => {
    const stamp = { timeMs, startMs: 0 };
    for (let n = 0; n < SERIES; n++) {
      const labels = createLabels({ __name__: 'sent', n: String(n) });
      to.addFloat(series(labels), stamp, bitsOf(number));
    }
    for (let n = 0; n < HISTOGRAM_SERIES; n++) {
      const labels = createLabels({ __name__: 'sent_histogram', n: String(n) });
      to.addHistogram(series(labels), stamp, histogram);
    }
  });
}

function formatHistogram(number: number): string {
  return `${2 * number + 1} ${number}`;
}

/** By series and time: a float, or count and sum of a histogram. */
async function readSent(
  server: RunningServer,
  metric: string,
  fromMs: number,
): Promise<ReadonlyMap<string, ReadonlyMap<number, string>>> {
  const atMs = Date.now();
  const query = encodeURIComponent(`${metric}[${atMs - fromMs + 1000}ms]`);
  const answer = await server.get(`/api/v1/query?query=${query}&time=${atMs / 1000}`);
  if (valueAt(answer, 'status') !== 'success') throw new Error(JSON.stringify(answer));
  const found = new Map<string, ReadonlyMap<number, string>>();
  for (const series of items(valueAt(answer, 'data', 'result'))) {
    const { metric: labels, values, histograms } = members(series);
    const points = items(values ?? histograms).map((point): readonly [number, string] => {
      const value = valueAt(point, 1);
      const text =
        values === undefined
          ? `${String(valueAt(value, 'count'))} ${String(valueAt(value, 'sum'))}`
          : String(value);
      return [Math.round(Number(valueAt(point, 0)) * 1000), text];
    });
    if (new Map(points).size < points.length) throw new Error(`${metric}: one time came twice`);
    found.set(JSON.stringify(labels), new Map(points));
  }
  return found;
}

function compare(
  found: ReadonlyMap<string, ReadonlyMap<number, string>>,
  expected: {
    readonly wanted: ReadonlyMap<number, number>;
    readonly format: (number: number) => string;
    readonly seriesCount: number;
  },
): readonly string[] {
  const { wanted, format, seriesCount } = expected;
  if (wanted.size === 0) return [];
  if (found.size !== seriesCount) return [`${found.size} of ${seriesCount} sent series are there`];
  return [...found].flatMap(([series, points]) =>
    [...wanted].flatMap(([timeMs, number]) => {
      const now = points.get(timeMs);
      if (now === format(number)) return [];
      return [`${series} was sent ${format(number)} at ${timeMs}, and has ${now ?? 'nothing'}`];
    }),
  );
}
