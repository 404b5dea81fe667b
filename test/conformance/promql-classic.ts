/**
 * Classic histograms that a script loads as native ones with bounds of their own too
 * (`load_with_nhcb`).
 */
import type { TestSample } from '../../packages/server/src/promql/testing.ts';
import {
  createFromClassic,
  type Labels,
  labelsKey,
  labelValue,
  METRIC_NAME,
  withLabel,
  withoutLabels,
} from '../../packages/server/src/series/index.ts';
import type { LoadCommand } from './promql-script.ts';
import { parseNumber } from '../../packages/server/src/promql/series-notation.ts';

/** What was loaded of one histogram at one time. */
interface ClassicParts {
  readonly bounds: number[];
  readonly counts: number[];
  count: number | undefined;
  sum: number | undefined;
}

interface ClassicSeries {
  readonly labels: Labels;
  readonly byTime: Map<number, ClassicParts>;
}

/** The native series of all classic histograms of a load. */
export function convertClassics({ series, stepMs }: LoadCommand): readonly {
  readonly labels: Labels;
  readonly samples: readonly TestSample[];
}[] {
  const byKey = new Map<string, ClassicSeries>();
  for (const { labels, values } of series) {
    const part = readPart(labels);
    if (part === undefined) continue;
    const key = labelsKey(part.labels);
    const classic = byKey.get(key) ?? { labels: part.labels, byTime: new Map() };
    byKey.set(key, classic);
    for (const [i, value] of values.entries()) {
      if (value.kind === 'float') addPart(partsAt(classic, i * stepMs), part, value.value);
    }
  }
  return Array.from(byKey.values(), ({ labels, byTime }) => ({
    labels,
    samples: Array.from(byTime, ([timeMs, parts]) => ({
      timeMs,
      value: undefined,
      histogram: createFromClassic(parts),
    })),
  }));
}

interface Part {
  readonly labels: Labels;
  readonly suffix: string;
  /** Of a bucket. */
  readonly bound: number;
}

/** What a series is of a classic histogram; undefined where it is of none. */
function readPart(labels: Labels): Part | undefined {
  const match = /^(.*)_(bucket|sum|count)$/.exec(labelValue(labels, METRIC_NAME));
  if (match === null) return undefined;
  const [, name, suffix] = match;
  const base = withLabel(withoutLabels(labels, ['le']), METRIC_NAME, name);
  if (suffix !== 'bucket') return { labels: base, suffix, bound: Number.NaN };
  try {
    const bound = parseNumber(labelValue(labels, 'le'));
    return Number.isNaN(bound) ? undefined : { labels: base, suffix, bound };
  } catch {
    // As in the original, a bucket without a readable bound is none.
    return undefined;
  }
}

function partsAt({ byTime }: ClassicSeries, timeMs: number): ClassicParts {
  const parts = byTime.get(timeMs) ?? { bounds: [], counts: [], count: undefined, sum: undefined };
  byTime.set(timeMs, parts);
  return parts;
}

function addPart(parts: ClassicParts, { suffix, bound }: Part, value: number): void {
  if (suffix === 'count') parts.count = value;
  if (suffix === 'sum') parts.sum = value;
  if (suffix !== 'bucket') return;
  parts.bounds.push(bound);
  parts.counts.push(value);
}
