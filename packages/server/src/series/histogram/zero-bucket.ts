/** The zero bucket: what lies too close to zero to have a bucket of its own. */
import { exponentialBound } from './exponential-bounds.ts';
import { addExactly, type IndexedBuckets } from './indexed-buckets.ts';

interface ZeroParts {
  readonly schema: number;
  readonly zeroCount: number;
  readonly zeroLoss: number;
  readonly positive: IndexedBuckets;
  readonly negative: IndexedBuckets;
}

interface WidenedZero {
  readonly zeroCount: number;
  readonly zeroLoss: number;
  readonly threshold: number;
}

/**
 * What the zero bucket would hold if it were wider. A threshold that would end within a populated
 * bucket is raised to the end of that bucket, which is then part of the zero bucket too.
 */
export function widenZero(parts: ZeroParts, wanted: number): WidenedZero {
  const { schema, positive, negative } = parts;
  let threshold = wanted;
  // Each raise makes the other side's last bucket to look at a later one, or ends the loop.
  for (;;) {
    const raised = Math.max(
      endOfBucketAt(positive, schema, threshold),
      endOfBucketAt(negative, schema, threshold),
    );
    if (raised === threshold) break;
    threshold = raised;
  }
  const count = Float64Array.of(parts.zeroCount);
  const loss = Float64Array.of(parts.zeroLoss);
  for (const { indexes, counts, losses } of [positive, negative]) {
    for (let i = 0; i < indexes.length; i++) {
      if (exponentialBound(indexes[i] - 1, schema) >= threshold) break;
      addExactly(count, loss, 0, counts[i]);
      addExactly(count, loss, 0, losses[i]);
    }
  }
  return { zeroCount: count[0], zeroLoss: loss[0], threshold };
}

/** The end of the populated bucket that a threshold lies within; else the threshold itself. */
function endOfBucketAt(
  { indexes, counts }: IndexedBuckets,
  schema: number,
  threshold: number,
): number {
  for (let i = 0; i < indexes.length; i++) {
    if (exponentialBound(indexes[i] - 1, schema) >= threshold) break;
    const end = exponentialBound(indexes[i], schema);
    if (end > threshold && counts[i] !== 0) return end;
  }
  return threshold;
}
