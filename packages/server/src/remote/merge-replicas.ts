/**
 * One series out of those of two replicas, which scraped the same target at times of their own.
 *
 * Taking all samples of both would double the resolution and make a counter jump back and forth
 * between two moments. So one replica is followed, and left for the other only when it has a gap.
 * The rule is that of Thanos (pkg/dedup/iter.go of thanos-io/thanos, "penalty"): after a sample of
 * one replica, the other one's counts only when it is newer by more than twice the distance of the
 * last two samples.
 *
 * A staleness marker ends the series only where the other replica has nothing near it: one replica
 * may lose its target, or its place in the shard, while the other goes on.
 */
import { createSamples, type Histogram, isStale, type Samples } from '../series/index.ts';

/** Where a replica has one sample only: scrapes lie seconds apart. */
const LONE_DISTANCE_MS = 2_500;

interface Side {
  readonly samples: Samples;
  /** The first sample that is newer than what was taken. */
  at: number;
  /** How much newer a sample must be than what was taken. */
  penaltyMs: number;
}

/** Merges two series that are one; where both have a sample of the same time, the first wins. */
export function mergeReplicas(first: Samples, second: Samples): Samples {
  const a: Side = { samples: first, at: 0, penaltyMs: 0 };
  const b: Side = { samples: second, at: 0, penaltyMs: 0 };
  const out = new Merged(first.count + second.count);
  for (;;) {
    const nextA = findNext(a, out.lastMs);
    const nextB = findNext(b, out.lastMs);
    const isA = timeAt(a, nextA) <= timeAt(b, nextB);
    const [side, at, other, otherAt] = isA ? [a, nextA, b, nextB] : [b, nextB, a, nextA];
    const timeMs = timeAt(side, at);
    if (timeMs === Infinity) return out.finish();
    const beforeMs = out.lastMs === -Infinity ? timeMs - firstDistanceMs(side, at) : out.lastMs;
    const penaltyMs = 2 * (timeMs - beforeMs);
    if (isMarker(side, at) && hasSampleBy(other, otherAt, timeMs + penaltyMs)) {
      // What was taken stays as it was, so the marker is passed over for good.
      side.at = at + 1;
      continue;
    }
    out.add(side.samples, at);
    side.penaltyMs = 0;
    other.penaltyMs = penaltyMs;
  }
}

/** How far apart the samples are where there is none before: as the next one of the replica is. */
function firstDistanceMs({ samples }: Side, at: number): number {
  const { count, timesMs } = samples;
  return at + 1 < count ? timesMs[at + 1] - timesMs[at] : LONE_DISTANCE_MS;
}

/**
 * The place of the next sample that counts. Those within the penalty are only passed over this
 * time: after a gap of both the penalty is long, and becomes short again with the next sample.
 */
function findNext(side: Side, lastMs: number): number {
  const { count, timesMs } = side.samples;
  while (side.at < count && timesMs[side.at] <= lastMs) side.at++;
  let at = side.at;
  while (at < count && timesMs[at] <= lastMs + side.penaltyMs) at++;
  return at;
}

function timeAt({ samples }: Side, at: number): number {
  return at < samples.count ? samples.timesMs[at] : Infinity;
}

function isMarker({ samples }: Side, at: number): boolean {
  return samples.histograms?.[at] === undefined && isStale(samples.bits, at);
}

/** Whether the next sample of a side comes by then, and is no marker. */
function hasSampleBy(side: Side, at: number, timeMs: number): boolean {
  return timeAt(side, at) <= timeMs && !isMarker(side, at);
}

class Merged {
  readonly #samples: ReturnType<typeof createSamples>;
  #histograms: (Histogram | undefined)[] | undefined;
  lastMs = -Infinity;

  constructor(capacity: number) {
    this.#samples = createSamples(capacity);
  }

  add(from: Samples, at: number): void {
    const to = this.#samples.count++;
    this.lastMs = from.timesMs[at];
    this.#samples.timesMs[to] = this.lastMs;
    this.#samples.bits[2 * to] = from.bits[2 * at];
    this.#samples.bits[2 * to + 1] = from.bits[2 * at + 1];
    const histogram = from.histograms?.[at];
    if (histogram !== undefined) (this.#histograms ??= [])[to] = histogram;
  }

  finish(): Samples {
    const histograms = this.#histograms;
    return histograms === undefined ? this.#samples : { ...this.#samples, histograms };
  }
}
