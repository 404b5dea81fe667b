/** Native histograms on their way from a target to the store: checked, and bounded as configured. */
import { AppError, invalid, limitExceeded } from '../platform/index.ts';
import {
  type ClassicHistogram,
  compactHistogram,
  createFromClassic,
  createHistogram,
  EXPONENTIAL_SCHEMA_MAX,
  EXPONENTIAL_SCHEMA_MIN,
  hasCustomBounds,
  type Histogram,
  reduceResolution,
} from '../series/index.ts';
import type { HistogramOptions } from './config.ts';

/**
 * Checks a histogram as it was sent, takes empty buckets out, and makes it as coarse as the job
 * wants it. Throws where it contradicts itself, or has too many buckets in the coarsest schema.
 */
export function takeHistogram(name: string, sent: Histogram, options: HistogramOptions): Histogram {
  const checked = guard(name, () => compactHistogram(createHistogram(sent)));
  return limitBuckets(name, coarsen(checked, options), options.nativeBucketCountMax);
}

/** Makes a native histogram with the bounds of a classic one. */
export function convertClassic(
  name: string,
  classic: ClassicHistogram,
  options: HistogramOptions,
): Histogram {
  const converted = guard(name, () => createFromClassic(classic));
  return limitBuckets(name, converted, options.nativeBucketCountMax);
}

function guard(name: string, make: () => Histogram): Histogram {
  try {
    return make();
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    throw invalid('SCRAPE_PARSE_ERROR', `histogram "${name}": ${cause.message}`, { cause });
  }
}

function coarsen(histogram: Histogram, { nativeBucketFactorMin }: HistogramOptions): Histogram {
  const schemaMax = schemaOfFactor(nativeBucketFactorMin);
  if (hasCustomBounds(histogram) || histogram.schema <= schemaMax) return histogram;
  return reduceResolution(histogram, schemaMax);
}

/** The finest schema whose buckets are at least this many times as wide as the one before each. */
function schemaOfFactor(factor: number): number {
  if (factor <= 1) return EXPONENTIAL_SCHEMA_MAX;
  const schema = Math.floor(-Math.log2(Math.log2(factor)));
  return Math.min(Math.max(schema, EXPONENTIAL_SCHEMA_MIN), EXPONENTIAL_SCHEMA_MAX);
}

function limitBuckets(name: string, histogram: Histogram, bucketCountMax: number): Histogram {
  if (bucketCountMax === 0) return histogram;
  let fitting = histogram;
  const countBuckets = (): number =>
    fitting.positive.counts.length + fitting.negative.counts.length;
  while (countBuckets() > bucketCountMax) {
    if (hasCustomBounds(fitting) || fitting.schema <= EXPONENTIAL_SCHEMA_MIN) {
      const message = `native_histogram_bucket_limit exceeded: "${name}" has ${countBuckets()} buckets`;
      throw limitExceeded('SCRAPE_BUCKET_LIMIT', `${message}, limit ${bucketCountMax}`);
    }
    fitting = reduceResolution(fitting, fitting.schema - 1);
  }
  return fitting;
}
