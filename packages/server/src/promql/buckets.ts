/**
 * Quantiles and fractions of classic histograms.
 *
 * A classic histogram is a set of counters, each of the observations up to its bound (`le`). The
 * counters are scraped, stored and added up one by one, so they may contradict each other; counts
 * that fall as the bound rises are lifted, and how far is reported.
 */

/** The buckets of one histogram at one instant, in order of their bounds. */
export interface Buckets {
  count: number;
  readonly bounds: Float64Array;
  readonly counts: Float64Array;
}

/** What had to be done to make the counts rise. */
interface BucketFix {
  readonly bucketMin: number;
  readonly bucketMax: number;
  readonly differenceMax: number;
}

/**
 * Differences this small between neighbours come from rounding: it would take 10¹² observations
 * for one of them to matter.
 */
const TOLERANCE = 1e-12;

const NORMAL_MIN = 2 ** -1022;

/** Makes room for a number of buckets. */
export function createBuckets(capacity: number): Buckets {
  return { count: 0, bounds: new Float64Array(capacity), counts: new Float64Array(capacity) };
}

/** Joins neighbours with the same bound, such as those labelled `1` and `1.0`. */
function coalesce(buckets: Buckets): void {
  const { bounds, counts } = buckets;
  let last = 0;
  for (let i = 1; i < buckets.count; i++) {
    if (bounds[i] === bounds[last]) {
      counts[last] += counts[i];
      continue;
    }
    last++;
    bounds[last] = bounds[i];
    counts[last] = counts[i];
  }
  buckets.count = last + 1;
}

/** Lifts counts that are below their predecessor's; undefined where only rounding was undone. */
function forceRising({ count, bounds, counts }: Buckets): BucketFix | undefined {
  let bucketMin = Infinity;
  let bucketMax = -Infinity;
  let differenceMax = 0;
  let isForced = false;
  let previous = counts[0];
  for (let i = 1; i < count; i++) {
    const current = counts[i];
    if (current === previous) continue;
    const isRounding = isAlmostEqual(previous, current);
    if (isRounding || current < previous) counts[i] = previous;
    else previous = current;
    if (isRounding || !(current < previous)) continue;
    isForced = true;
    bucketMin = Math.min(bucketMin, bounds[i]);
    bucketMax = Math.max(bucketMax, bounds[i]);
    differenceMax = Math.max(differenceMax, previous - current);
  }
  return isForced ? { bucketMin, bucketMax, differenceMax } : undefined;
}

function isAlmostEqual(a: number, b: number): boolean {
  const sum = Math.abs(a) + Math.abs(b);
  const difference = Math.abs(a - b);
  if (a === 0 || b === 0 || sum < NORMAL_MIN) return difference < TOLERANCE * NORMAL_MIN;
  return difference / Math.min(sum, Number.MAX_VALUE) < TOLERANCE;
}

/** A quantile, and what had to be fixed to answer it. */
interface BucketQuantile {
  readonly value: number;
  readonly fix: BucketFix | undefined;
}

/**
 * The φ-quantile, with observations spread evenly within a bucket. In the highest one the answer
 * is the bound below it; the lowest one begins at 0 unless its bound is not above that.
 */
export function bucketQuantile(phi: number, buckets: Buckets): BucketQuantile {
  const unfixed = (value: number): BucketQuantile => ({ value, fix: undefined });
  if (Number.isNaN(phi)) return unfixed(Number.NaN);
  if (phi < 0) return unfixed(-Infinity);
  if (phi > 1) return unfixed(Infinity);
  const { bounds, counts } = buckets;
  if (bounds[buckets.count - 1] !== Infinity) return unfixed(Number.NaN);
  coalesce(buckets);
  const fix = forceRising(buckets);
  const last = buckets.count - 1;
  const observations = counts[last];
  if (last < 1 || observations === 0) return { value: Number.NaN, fix };
  const rank = phi * observations;
  let at = 0;
  while (at < last && !(counts[at] >= rank)) at++;
  if (at === last) return { value: bounds[last - 1], fix };
  if (at === 0 && bounds[0] <= 0) return { value: bounds[0], fix };
  const low = at === 0 ? 0 : bounds[at - 1];
  const below = at === 0 ? 0 : counts[at - 1];
  const share = (rank - below) / (counts[at] - below);
  return { value: low + (bounds[at] - low) * share, fix };
}

/** The share of observations between two values. */
export function bucketFraction(lower: number, upper: number, buckets: Buckets): number {
  const { bounds, counts } = buckets;
  if (bounds[buckets.count - 1] !== Infinity) return Number.NaN;
  coalesce(buckets);
  const total = counts[buckets.count - 1];
  if (total === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return Number.NaN;
  if (lower >= upper) return 0;
  return (rankOf(upper, buckets) - rankOf(lower, buckets)) / total;
}

/** How many observations lie below a value, at most all of them. */
function rankOf(value: number, { count, bounds, counts }: Buckets): number {
  const total = counts[count - 1];
  let rank = 0;
  for (let i = 0; i < count; i++) {
    const low = i > 0 ? bounds[i - 1] : bounds[0] > 0 ? 0 : -Infinity;
    if (low >= value) return Math.min(rank, total);
    if (bounds[i] > value) {
      // A bucket without a lower end cannot be divided; all of it counts.
      if (low === -Infinity) return Math.min(counts[i], total);
      const share = (value - low) / (bounds[i] - low);
      return Math.min(rank + (counts[i] - rank) * share, total);
    }
    rank = counts[i];
  }
  return total;
}
