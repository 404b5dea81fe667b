/**
 * Where Prometheus 2 and 3 differ, each with a question that shows it.
 *
 * Nines must answer as Prometheus 3 does; the peer must answer as its age says, so that the list in
 * docs/reference/prometheus-differences.md is known to be true and not only remembered.
 */
import { ask, type Answer, findDifference, isSame, type Question } from './answers.ts';
import { type Recording, YOUNG_FROM } from './recording.ts';

/** What comes of a question: the value of its only series, nothing, or a refusal. */
type Expected = { readonly value: string } | 'nothing' | 'refused';

interface Boundary {
  /** As the reference calls it. */
  readonly name: string;
  readonly query: string;
  readonly atMs: number;
  readonly v2: Expected;
  readonly v3: Expected;
}

export interface BoundaryReport {
  readonly caseCount: number;
  readonly differences: readonly string[];
}

/** A sample of the first stretch, with enough others before it. */
const INDEX = 22;
const LOOKBACK_MS = 300_000;

/** Asks all of them at both sides. */
export async function checkBoundaries(
  sides: { readonly ours: string; readonly theirs: string },
  what: { readonly recording: Recording; readonly version: string },
): Promise<BoundaryReport> {
  const isOld = what.version.startsWith('2.');
  const differences: string[] = [];
  const boundaries = createBoundaries(what.recording);
  for (const { name, query, atMs, v2, v3 } of boundaries) {
    const question = { query, at: { timeMs: atMs } };
    const ours = describeAnswer(await ask(sides.ours, question));
    const theirs = describeAnswer(await ask(sides.theirs, question));
    const wanted = isOld ? v2 : v3;
    if (!isExpected(ours, v3)) differences.push(`${name}: Nines ${query}: ${JSON.stringify(ours)}`);
    if (!isExpected(theirs, wanted)) {
      differences.push(`${name}: Prometheus ${query}: ${JSON.stringify(theirs)}`);
    }
  }
  if (isOld) differences.push(...(await checkRenamed(sides, boundaries[0].atMs)));
  return { caseCount: boundaries.length + (isOld ? 1 : 0), differences };
}

/** The cases; exported so that a test can hold the reference against their names. */
export function createBoundaries(recording: Recording): readonly Boundary[] {
  return [...createEdges(recording), ...createLanguage(recording)];
}

/** What is still inside. */
function createEdges({ timesMs }: Recording): readonly Boundary[] {
  const at = timesMs[INDEX];
  const backTo = (count: number): string => `${at - timesMs[INDEX - count]}ms`;
  const lastBeforeGap = timesMs.findIndex((time, i) => timesMs[i + 1] - time > LOOKBACK_MS);
  const gapMs = timesMs[lastBeforeGap];
  const minute = Math.floor(at / 60_000) * 60_000;
  return [
    {
      name: 'start of a range',
      query: `count_over_time(demo_index[${backTo(3)}])`,
      atMs: at,
      v2: { value: '4' },
      v3: { value: '3' },
    },
    {
      name: 'range as long as the scrape interval',
      query: `increase(demo_index[${backTo(1)}])`,
      atMs: at,
      v2: { value: '1' },
      v3: 'nothing',
    },
    {
      name: 'counters that have just begun',
      query: 'round(increase(demo_young_total[2m]))',
      atMs: timesMs[YOUNG_FROM + 2] + 137,
      v2: { value: '9' },
      v3: { value: '8' },
    },
    {
      name: 'start of a subquery',
      query: 'count_over_time(demo_index[1m:15s])',
      atMs: minute,
      v2: { value: '5' },
      v3: { value: '4' },
    },
    {
      name: 'end of the lookback',
      query: 'demo_index',
      atMs: gapMs + LOOKBACK_MS,
      v2: { value: String(lastBeforeGap) },
      v3: 'nothing',
    },
  ];
}

/** What may be said, and what is stored. */
function createLanguage({ timesMs }: Recording): readonly Boundary[] {
  const at = timesMs[INDEX];
  return [
    {
      name: 'line breaks in regular expressions',
      query: 'demo_text{text=~"two.lines"}',
      atMs: at,
      v2: 'nothing',
      v3: { value: String(INDEX) },
    },
    {
      name: 'numbers in le and quantile',
      query: 'count(demo_seconds_bucket{le="5.0"})',
      atMs: at,
      v2: 'nothing',
      v3: { value: '3' },
    },
    {
      name: 'names in quotes',
      query: '{"demo_index"}',
      atMs: at,
      v2: 'refused',
      v3: { value: String(INDEX) },
    },
    {
      name: 'holt_winters',
      query: 'count(holt_winters(demo_depth[2m], 0.5, 0.5))',
      atMs: at,
      v2: { value: '5' },
      v3: 'refused',
    },
  ];
}

/** The function has another name now, and must still compute the same. */
async function checkRenamed(
  sides: { readonly ours: string; readonly theirs: string },
  atMs: number,
): Promise<readonly string[]> {
  const at: Question['at'] = { timeMs: atMs + 137 };
  const args = '(demo_depth[5m], 0.3, 0.6)';
  const difference = findDifference(
    await ask(sides.ours, { query: `double_exponential_smoothing${args}`, at }),
    await ask(sides.theirs, { query: `holt_winters${args}`, at }),
    false,
  );
  return difference === undefined ? [] : [`double_exponential_smoothing: ${difference}`];
}

type Described = Expected | { readonly seriesCount: number };

function describeAnswer({ error, series }: Answer): Described {
  if (error !== undefined) return 'refused';
  if (series.length === 0) return 'nothing';
  return series.length === 1 ? { value: series[0].points[0][1] } : { seriesCount: series.length };
}

function isExpected(found: Described, wanted: Expected): boolean {
  if (typeof found === 'string' || typeof wanted === 'string') return found === wanted;
  return 'value' in found && isSame(found.value, wanted.value);
}
