/**
 * Runs fuzz targets, each in a thread of its own.
 *
 * A reader keeps to its promise when every input is read or refused (no crash), within a time that
 * nobody notices (no hang), and when nothing stays of the inputs (no growth). A thread that makes
 * no step for too long is ended, and one that runs out of memory ends itself: either way its last
 * input stands in shared memory.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { FuzzCounts, FuzzMiss } from './session.ts';
import { SharedInput, type WorkerOrder } from './shared-input.ts';

export interface FuzzOptions {
  readonly seed: number;
  /** Inputs of each target. */
  readonly inputs: number;
  /** For each target, whichever comes first. */
  readonly timeMsMax: number;
}

export interface FuzzOutcome {
  readonly name: string;
  readonly counts: FuzzCounts;
  readonly seconds: number;
  readonly inputsPerSecond: number;
  readonly heapMibGrown: number;
  readonly miss?: FuzzMiss;
}

/** Of one input; far above what any takes, since the machine may be busy with other things. */
const HANG_MS = 10_000;
/** Before the first: a thread loads half of the server. */
const START_MS = 120_000;
const WATCH_EVERY_MS = 250;
const HEAP_MIB_MAX = 512;
/** Caches with a bound fill up; what is left of every input adds up to more. */
const GROWN_MIB_MAX = 48;
/** So many inputs without one that is read are no accident: one in fifty is a valid sample. */
const REACH_INPUTS = 1_000;

interface Report {
  readonly counts: FuzzCounts;
  readonly miss?: FuzzMiss;
  readonly elapsedMs: number;
  readonly heapMibGrown: number;
}

/** Runs one target to its end, or to its first miss. */
export async function fuzzTarget(name: string, options: FuzzOptions): Promise<FuzzOutcome> {
  const shared = new SharedInput();
  const order: WorkerOrder = { name, ...options, buffer: shared.buffer };
  const worker = new Worker(new URL('worker.ts', import.meta.url), {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB_MAX },
  });
  const watch = new AbortController();
  const report = Promise.withResolvers<Report>();
  worker.once('message', report.resolve);
  worker.once('error', (error) => report.resolve(failed(shared, String(error))));
  worker.once('exit', (code) => report.resolve(failed(shared, `the thread ended with ${code}`)));
  const hang = watchFor(shared, watch.signal);
  const first = await Promise.race([report.promise, hang]);
  watch.abort();
  await worker.terminate();
  const { counts, elapsedMs, heapMibGrown } = first;
  const miss = first.miss ?? growthMiss(shared, heapMibGrown) ?? reachMiss(shared, counts);
  return {
    name,
    counts,
    seconds: Math.round(elapsedMs / 1000),
    inputsPerSecond: Math.round((counts.inputs / Math.max(1, elapsedMs)) * 1000),
    heapMibGrown: Math.round(heapMibGrown * 10) / 10,
    ...(miss !== undefined && { miss }),
  };
}

/** Resolves when the thread has stood at one input for too long; never, once told to stop. */
async function watchFor(shared: SharedInput, signal: AbortSignal): Promise<Report> {
  let { index } = shared;
  let sinceMs = performance.now();
  for (;;) {
    await sleep(WATCH_EVERY_MS, undefined, { signal }).catch(() => {});
    if (signal.aborted) return new Promise(() => {});
    if (shared.index !== index) {
      ({ index } = shared);
      sinceMs = performance.now();
      continue;
    }
    const patienceMs = index < 0 ? START_MS : HANG_MS;
    if (performance.now() - sinceMs > patienceMs) {
      return failed(shared, `not done after ${patienceMs / 1000} s`);
    }
  }
}

function failed(shared: SharedInput, reason: string): Report {
  const { index, hex } = shared;
  const counts = { inputs: index + 1, accepted: 0, refused: {}, inputMsMax: 0 };
  return { counts, miss: { index, inputHex: hex, reason }, elapsedMs: 0, heapMibGrown: 0 };
}

function growthMiss(shared: SharedInput, heapMibGrown: number): FuzzMiss | undefined {
  if (heapMibGrown <= GROWN_MIB_MAX) return undefined;
  const grown = Math.round(heapMibGrown);
  const reason = `the heap has grown by ${grown} MiB; at most ${GROWN_MIB_MAX}`;
  return { index: shared.index, inputHex: shared.hex, reason };
}

/** A fuzzer whose every input is refused tests the first check only. */
function reachMiss(shared: SharedInput, { inputs, accepted }: FuzzCounts): FuzzMiss | undefined {
  if (inputs < REACH_INPUTS || accepted > 0) return undefined;
  return { index: shared.index, inputHex: shared.hex, reason: 'every input was refused' };
}
