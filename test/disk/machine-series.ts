/**
 * Series like those of a machine, in days of 15 s steps, the same in every run.
 *
 * The kinds and digits are those of a live node_exporter 1.5 (528 series, read every 2 s for 42
 * minutes), of which 62 % did not change; here it is 30 %, so that a machine with more to do is
 * promised the same. Numbers are rounded and summed as the exporter does: CPU time in centiseconds,
 * memory in pages, durations in nanoseconds, and sums of seconds in doubles, which collect digits.
 */
import { createSeededRandom, type Random } from '../../packages/server/src/platform/index.ts';

export interface MachineSeries {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The value of the next step; `load` is how busy the machine is, about 1. */
  next(load: number): number;
}

/** Of each hundred series. */
const KINDS: readonly (readonly [count: number, name: string, create: Create])[] = [
  [30, 'node_setting', createConstant],
  [10, 'node_units_up', createRare],
  [16, 'node_events_total', createEvents],
  [6, 'node_network_bytes_total', createTraffic],
  [8, 'node_cpu_seconds_total', createCpu],
  [10, 'node_memory_bytes', createPages],
  [5, 'go_memstats_alloc_bytes', createHeap],
  [6, 'node_scrape_collector_duration_seconds', createDuration],
  [4, 'node_load', createLoad],
  [3, 'node_disk_time_seconds_total', createSum],
  [2, 'node_share_ratio', createRatio],
];

type Create = (random: Random) => (load: number) => number;

/** A hundred series of one machine. */
export function createMachine(instance: string, seed: number): readonly MachineSeries[] {
  const random = createSeededRandom(seed);
  return KINDS.flatMap(([count, name, create]) =>
    Array.from({ length: count }, (_, i) => ({
      name,
      labels: { device: `d${i}`, instance, job: 'node' },
      next: create(random),
    })),
  );
}

/** How busy machines are at a step: more by day than by night. */
export function loadAt(step: number, stepsPerDay: number): number {
  return 1 - 0.5 * Math.cos((2 * Math.PI * step) / stepsPerDay);
}

/** About normal, with a mean of 0 and a deviation of 1. */
function drawNormal(random: Random): number {
  let sum = 0;
  for (let i = 0; i < 6; i++) sum += random.float();
  return (sum - 3) * Math.SQRT2;
}

/** Many small ones, a few large ones. */
function drawSkewed(random: Random, middle: number): number {
  return middle * Math.exp(drawNormal(random));
}

function createConstant(random: Random): () => number {
  const value = Math.floor(random.float() * 1e5) / (random.float() < 0.1 ? 100 : 1);
  return () => value;
}

function createRare(random: Random): () => number {
  let value = Math.floor(random.float() * 50);
  return () => {
    if (random.float() < 0.02) value = Math.max(0, value + (random.float() < 0.5 ? -1 : 1));
    return value;
  };
}

function createEvents(random: Random): (load: number) => number {
  const perStep = 10 ** (random.float() * 4);
  let count = Math.floor(random.float() * 1e9);
  return (load) => {
    const mean = perStep * load;
    count += Math.max(0, Math.round(mean + Math.sqrt(mean) * drawNormal(random)));
    return count;
  };
}

function createTraffic(random: Random): (load: number) => number {
  const perStep = 10 ** (4 + random.float() * 3);
  let bytes = Math.floor(random.float() * 1e12);
  return (load) => (bytes += Math.floor(drawSkewed(random, perStep * load)));
}

function createCpu(random: Random): (load: number) => number {
  const perStep = random.float() * 700;
  let centiseconds = Math.floor(random.float() * 1e8);
  return (load) => {
    const mean = perStep * load;
    centiseconds += Math.max(0, Math.round(mean + 0.1 * mean * drawNormal(random)));
    return centiseconds / 100;
  };
}

function createPages(random: Random): () => number {
  let pages = Math.floor(random.float() * 4e6);
  const stride = 10 ** (random.float() * 3);
  return () => {
    pages = Math.max(0, pages + Math.round(stride * drawNormal(random)));
    return pages * 4096;
  };
}

function createHeap(random: Random): () => number {
  let bytes = 2e6;
  return () => {
    bytes += Math.floor(drawSkewed(random, 2e5) / 8) * 8;
    if (bytes > 4e6) bytes = 2e6 + Math.floor(random.float() * 1e4) * 8;
    return bytes;
  };
}

function createDuration(random: Random): () => number {
  const middle = 10 ** (4.5 + random.float());
  return () => Math.floor(drawSkewed(random, middle)) / 1e9;
}

function createLoad(random: Random): (load: number) => number {
  let value = 1;
  return (load) => {
    value += 0.1 * (2 * load - value) + 0.1 * drawNormal(random);
    return Math.max(0, Math.round(value * 100) / 100);
  };
}

function createSum(random: Random): (load: number) => number {
  let seconds = random.float() * 1000;
  return (load) => (seconds += Math.floor(drawSkewed(random, 40 * load)) / 1000);
}

function createRatio(random: Random): () => number {
  let used = 50_000;
  return () => {
    used = Math.max(0, Math.min(99_991, used + Math.round(100 * drawNormal(random))));
    return used / 99_991;
  };
}
