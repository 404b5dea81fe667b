/** Asking both sides the same question, and judging whether they said the same. */
import { items, members, valueAt } from '../harness/json.ts';

export interface Question {
  readonly query: string;
  /** One instant, or a grid. */
  readonly at:
    | { readonly timeMs: number }
    | { readonly fromMs: number; readonly toMs: number; readonly stepMs: number };
}

/** One answer: values by series and time, or the error. */
export interface Answer {
  readonly error: string | undefined;
  /** In the order of the answer. */
  readonly series: readonly AnsweredSeries[];
}

export interface AnsweredSeries {
  /** Labels, sorted, as text. */
  readonly key: string;
  readonly points: readonly (readonly [timeSeconds: number, value: string])[];
}

const HISTOGRAM_SEPARATOR = ' ';

/** Relative: the two add in different orders, and 2.42 without compensation. */
const TOLERANCE = 1e-9;

/** Asks /api/v1/query or /api/v1/query_range. */
export async function ask(url: string, { query, at }: Question): Promise<Answer> {
  const isRange = 'fromMs' in at;
  const params: Record<string, string> = isRange
    ? { start: seconds(at.fromMs), end: seconds(at.toMs), step: seconds(at.stepMs) }
    : { time: seconds(at.timeMs) };
  const response = await fetch(`${url}/api/v1/${isRange ? 'query_range' : 'query'}`, {
    method: 'POST',
    body: new URLSearchParams({ query, ...params }),
  });
  const body: unknown = await response.json();
  const { status, error, data } = members(body);
  if (status !== 'success') return { error: String(error), series: [] };
  const result = valueAt(data, 'result');
  switch (valueAt(data, 'resultType')) {
    case 'scalar':
    case 'string':
      return { error: undefined, series: [{ key: '', points: [readPoint(result)] }] };
    default:
      return { error: undefined, series: items(result).map(readSeries) };
  }
}

function seconds(timeMs: number): string {
  return (timeMs / 1000).toFixed(3);
}

function readSeries(value: unknown): AnsweredSeries {
  const { metric, value: point, values, histogram, histograms } = members(value);
  const labels = Object.entries(members(metric)).sort(([a], [b]) => (a < b ? -1 : 1));
  const list = (one: unknown, many: unknown): readonly unknown[] => {
    if (many !== undefined) return items(many);
    return one === undefined ? [] : [one];
  };
  const floats = list(point, values).map(readPoint);
  const natives = list(histogram, histograms).map(readHistogramPoint);
  return { key: JSON.stringify(labels), points: [...floats, ...natives] };
}

/** All numbers of a native histogram in a row. */
function readHistogramPoint(point: unknown): readonly [number, string] {
  const { count, sum, buckets } = members(valueAt(point, 1));
  const numbers = buckets === undefined ? [] : items(buckets).flatMap(items);
  return [
    Number(valueAt(point, 0)),
    [count, sum, ...numbers].map(String).join(HISTOGRAM_SEPARATOR),
  ];
}

function readPoint(point: unknown): readonly [number, string] {
  return [Number(valueAt(point, 0)), String(valueAt(point, 1))];
}

/** What differs, in a sentence; undefined: they agree. */
export function findDifference(
  ours: Answer,
  theirs: Answer,
  isOrdered: boolean,
): string | undefined {
  if (ours.error !== undefined || theirs.error !== undefined) {
    if (ours.error !== undefined && theirs.error !== undefined) return undefined;
    return `Nines: ${ours.error ?? 'an answer'}; Prometheus: ${theirs.error ?? 'an answer'}`;
  }
  const own = new Map(ours.series.map((series) => [series.key, series]));
  for (const { key, points } of theirs.series) {
    const series = own.get(key);
    if (series === undefined) return `Nines lacks ${key}`;
    const difference = findPointDifference(series.points, points);
    if (difference !== undefined) return `${key}: ${difference}`;
    own.delete(key);
  }
  const [extra] = own.keys();
  if (extra !== undefined) return `only Nines has ${extra}`;
  return isOrdered ? findOrderDifference(ours, theirs) : undefined;
}

type Points = AnsweredSeries['points'];

function findPointDifference(ours: Points, theirs: Points): string | undefined {
  const own = new Map(ours);
  for (const [time, value] of theirs) {
    const found = own.get(time);
    if (found === undefined) return `Nines has no value at ${time}, Prometheus ${value}`;
    if (!isSame(found, value)) return `at ${time} Nines has ${found}, Prometheus ${value}`;
  }
  if (own.size === theirs.length) return undefined;
  return `Nines has ${own.size} values, Prometheus ${theirs.length}`;
}

/** By values: what is equal may stand in any order. */
function findOrderDifference(ours: Answer, theirs: Answer): string | undefined {
  const valuesOf = ({ series }: Answer): readonly string[] =>
    series.flatMap(({ points }) => points.map(([, value]) => value));
  const own = valuesOf(ours);
  const at = valuesOf(theirs).findIndex((value, i) => !isSame(own[i], value));
  return at < 0 ? undefined : `place ${at} of the order differs`;
}

/** Whether two values as text are the same number, or the same numbers, up to rounding. */
export function isSame(a: string, b: string): boolean {
  if (a === b) return true;
  const [first, second] = [a.split(HISTOGRAM_SEPARATOR), b.split(HISTOGRAM_SEPARATOR)];
  if (first.length !== second.length) return false;
  return first.every((number, i) => isSameNumber(number, second[i]));
}

function isSameNumber(a: string, b: string): boolean {
  if (a === b) return true;
  const [x, y] = [toNumber(a), toNumber(b)];
  // An infinite tolerance would make infinities equal to everything.
  if (!Number.isFinite(x) || !Number.isFinite(y)) return false;
  return Math.abs(x - y) <= TOLERANCE * Math.max(Math.abs(x), Math.abs(y));
}

function toNumber(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
}
