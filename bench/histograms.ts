/**
 * What native histograms cost queries: adding one to a sum, subtracting one from another as `rate`
 * does, and a quantile. No peer: none has its arithmetic to call from here.
 */
import {
  addHistograms,
  createHistogram,
  type Histogram,
  histogramQuantile,
  HistogramSum,
  NO_BUCKETS,
  subtractHistograms,
} from '../packages/server/src/series/index.ts';
import type { Bench } from './bench.ts';

/** As a service's latencies are: most of the buckets adjoin, some lie apart. */
const SPAN_OFFSETS = [-40, 3, 5];
const SPAN_LENGTHS = [50, 25, 25];
const PROCESSOR_MS = 500;
/** Steps between two looks at the clock. */
const BATCH = 1000;

export const histograms: Bench = {
  name: 'histograms',
  summary: 'processor time of arithmetic with native histograms (no peer)',
  async run({ report }) {
    const base = create(3, SPAN_OFFSETS, SPAN_LENGTHS);
    const alike = create(5, SPAN_OFFSETS, SPAN_LENGTHS);
    const fewer = create(5, [-38, 8], [20, 10]);
    const other = create(7, [-44, 4, 9], SPAN_LENGTHS);
    const sum = new HistogramSum(base);
    const loads: readonly (readonly [string, string, () => unknown])[] = [
      ['histogram_sum_ns', 'a sum takes a member of 100 buckets', () => sum.add(alike)],
      ['histogram_sum_fewer_ns', 'a sum takes a member of 30 of them', () => sum.add(fewer)],
      ['histogram_difference_ns', 'two alike', () => subtractHistograms(base, alike)],
      ['histogram_merge_ns', 'two with other spans', () => addHistograms(base, other)],
      ['histogram_quantile_ns', 'the median', () => histogramQuantile(0.5, base)],
    ];
    for (const [name, load, step] of loads) {
      report({ name, unit: 'ns', better: 'lower', load, values: [measureNs(step)] });
    }
  },
};

function create(
  seed: number,
  spanOffsets: readonly number[],
  spanLengths: readonly number[],
): Histogram {
  const length = spanLengths.reduce((total, one) => total + one, 0);
  const counts = Float64Array.from({ length }, (_, i) => ((i * seed) % 17) + 1);
  const count = counts.reduce((total, one) => total + one, 0);
  return createHistogram({
    schema: 3,
    counterReset: 'unknown',
    isInteger: true,
    zeroThreshold: 2 ** -128,
    zeroCount: 0,
    count,
    sum: count * 2.5,
    positive: { spanOffsets, spanLengths, counts },
    negative: NO_BUCKETS,
    customBounds: undefined,
  });
}

/** Processor time of one step, once the compiler has seen it. */
function measureNs(step: () => unknown): number {
  for (let i = 0; i < 20 * BATCH; i++) step();
  const from = process.cpuUsage();
  let count = 0;
  let usedMs = 0;
  while (usedMs < PROCESSOR_MS) {
    for (let i = 0; i < BATCH; i++) step();
    count += BATCH;
    const { user, system } = process.cpuUsage(from);
    usedMs = (user + system) / 1000;
  }
  return (usedMs / count) * 1e6;
}
