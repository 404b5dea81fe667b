/** The rules of OpenMetrics 1.0 for the samples of one histogram, taken together. */
import type { PlacedFault, PlacedSample, StrictFamily } from './openmetrics-family.ts';
import { LineFault } from './openmetrics-line.ts';

/** What has been seen of one histogram at one time. */
interface Point {
  readonly last: PlacedSample;
  readonly bound: number;
  readonly bucketCount: number;
  readonly count: number | undefined;
  readonly hasSum: boolean;
  readonly hasGaugeSum: boolean;
  readonly isGaugeSumNegative: boolean;
  readonly hasNegativeBounds: boolean;
}

/** Judges every histogram of a family of type histogram or gaugehistogram. */
export function checkHistograms(family: StrictFamily): PlacedFault[] {
  const faults: PlacedFault[] = [];
  let point: Point | undefined;
  let key = '';
  for (const sample of family.samples) {
    const ownKey = `${family.groupKey(sample)}@${sample.timeSeconds}`;
    if (ownKey !== key) {
      if (point !== undefined) faults.push(...judge(point, family.name));
      point = undefined;
    }
    key = ownKey;
    point = addSample(point, sample, { family, faults });
  }
  if (point !== undefined) faults.push(...judge(point, family.name));
  return faults;
}

function addSample(
  before: Point | undefined,
  sample: PlacedSample,
  to: { readonly family: StrictFamily; readonly faults: PlacedFault[] },
): Point {
  const known = before ?? {
    bound: Number.NEGATIVE_INFINITY,
    bucketCount: 0,
    count: undefined,
    hasSum: false,
    hasGaugeSum: false,
    isGaugeSumNegative: false,
    hasNegativeBounds: false,
  };
  const { value } = sample;
  switch (sample.name.slice(to.family.name.length)) {
    case '_bucket': {
      const bound = Number((sample.labels.get('le') ?? '').replace('Inf', 'Infinity'));
      const refuse = (reason: string): void => {
        to.faults.push({ line: sample.line, fault: new LineFault(1, reason) });
      };
      if (bound <= known.bound) refuse('buckets must stand in the order of their bounds');
      if (value < known.bucketCount)
        refuse('a bucket holds all of the one before it, and has less');
      const hasNegativeBounds = known.hasNegativeBounds || bound < 0;
      return { ...known, last: sample, bound, bucketCount: value, hasNegativeBounds };
    }
    case '_count':
    case '_gcount':
      return { ...known, last: sample, count: value };
    case '_sum':
      return { ...known, last: sample, hasSum: true };
    case '_gsum':
      return { ...known, last: sample, hasGaugeSum: true, isGaugeSumNegative: value < 0 };
    default:
      return { ...known, last: sample };
  }
}

function judge(point: Point, name: string): PlacedFault[] {
  const { count, hasSum, hasGaugeSum, hasNegativeBounds } = point;
  const reasons: string[] = [];
  if (point.bound !== Number.POSITIVE_INFINITY) reasons.push('has no bucket with le="+Inf"');
  else if (count !== undefined && count !== point.bucketCount) {
    reasons.push(`counts ${count}, and its bucket with le="+Inf" ${point.bucketCount}`);
  }
  if (hasSum && count === undefined) reasons.push('has a _sum and no _count');
  if (hasGaugeSum && count === undefined) reasons.push('has a _gsum and no _gcount');
  if (count !== undefined && !hasSum && !hasGaugeSum) reasons.push('has a count and no sum');
  if (hasNegativeBounds && hasSum) {
    reasons.push('has buckets below 0, so that its _sum could fall, which is not allowed');
  }
  if (!hasNegativeBounds && point.isGaugeSumNegative) {
    reasons.push('has no bucket below 0, and a negative _gsum');
  }
  return reasons.map((reason) => ({
    line: point.last.line,
    fault: new LineFault(1, `histogram "${name}" ${reason}`),
  }));
}
