/** How V8's heap grows; bin/nines.mjs keeps it small while modules are loaded. */
import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** V8's own default: doubles the young generation whenever most of it has survived. */
const GROWTH_FACTOR = 2;
const NO_GROWTH_FACTOR = 1;
/**
 * Where it is kept from growing on; both halves of it. What survives between a collection and our
 * look at it may double it once or twice more. At 100,000 samples a second a larger one saves no
 * processor time, and V8's own bound of 64 MiB is more than all series of such a server take.
 */
const YOUNG_BYTES_ENOUGH = 4 * 1024 * 1024;

/**
 * What one half of a thread's young generation begins with, for threads that are started from then
 * on: those of queries. With the half a MiB that it would keep, as it may not grow, a query over
 * ten thousand series spent a fifth of its time on collections.
 */
const THREAD_SEMI_SPACE_MIB = 4;

/**
 * How far the heap may grow beyond what is in use before all of it is collected. Series lie outside
 * of it, so what outgrows the young generation is nearly all garbage of scrapes and requests, which
 * V8 would let pile up to several times of what is in use.
 */
const GROWING_PERCENT = 30;

/** Lets the heap grow with the load from now on, up to a bound (ADR 0080, 0109). */
export function releaseHeap(): void {
  letGrow();
  // It grows at collections only. V8 reads its own bound once, before any code of ours runs.
  const observer = new PerformanceObserver(() => {
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    if (young !== undefined && young.space_size < YOUNG_BYTES_ENOUGH) return;
    letGrowNoFurther();
    observer.disconnect();
  });
  observer.observe({ entryTypes: ['gc'] });
}

/** Runs something with the flags of each time: of the start, once ready, and under load. */
export async function underEachHeap(run: () => Promise<void>): Promise<void> {
  await run();
  letGrow();
  await run();
  letGrowNoFurther();
  await run();
}

function letGrow(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWING_PERCENT}`);
  setFlagsFromString(`--semi-space-growth-factor=${GROWTH_FACTOR}`);
  setFlagsFromString(`--min-semi-space-size=${THREAD_SEMI_SPACE_MIB}`);
}

function letGrowNoFurther(): void {
  setFlagsFromString(`--semi-space-growth-factor=${NO_GROWTH_FACTOR}`);
}
