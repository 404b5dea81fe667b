/** Since when a selector has had no series, and why. */
import type { WhyCause, WhyTarget } from '@nines/contract';
import { formatExpr, type MatrixSeries, type VectorSelectorNode } from '../promql/index.ts';
import {
  formatMatcher,
  type Labels,
  labelsRecord,
  labelValue,
  METRIC_NAME,
} from '../series/index.ts';
import type { Ask } from './ask.ts';
import { LAST_SEEN_MAX, MATCHERS_TRIED, SEARCHED_MS } from './limits.ts';
import type { EmptySelector, FindTarget, IsOwn } from './model.ts';

export interface SearchContext {
  readonly ask: Ask;
  readonly atMs: number;
  readonly isOwn: IsOwn;
  readonly findTarget: FindTarget;
}

/** Says of a selector when it last had a sample, else which of its labels no series has. */
export async function explainSelector(
  { selector }: EmptySelector,
  context: SearchContext,
): Promise<WhyCause> {
  const part = formatExpr(selector);
  const last = await findLast(selector, context);
  if (last.atMs !== undefined) {
    const { atMs: lastAt, labels, searchedMs } = last;
    const target = targetOf(labels, context.findTarget);
    const record = labelsRecord(labels);
    return { kind: 'noSamples', part, lastAt, labels: record, target, searchedMs };
  }
  const others = await findOthers(selector, context);
  if (others !== undefined) return { kind: 'otherLabels', part, ...others };
  const { searchedMs } = last;
  return { kind: 'noSamples', part, lastAt: null, labels: {}, target: null, searchedMs };
}

interface LastSeen {
  readonly labels: Labels;
  readonly atMs: number | undefined;
  /** How far back was looked. */
  readonly searchedMs: number;
}

async function findLast(
  selector: VectorSelectorNode,
  { ask, atMs, isOwn }: SearchContext,
): Promise<LastSeen> {
  let searchedMs = 0;
  for (const rangeMs of SEARCHED_MS) {
    const times = `ts_of_last_over_time(${formatRange(selector, rangeMs)})`;
    const answer = await ask.at(`topk(${LAST_SEEN_MAX}, ${times})`, atMs);
    if (answer.kind === 'failed') break;
    searchedMs = rangeMs;
    const last = newestOf(answer.series.filter(({ labels }) => isOwn(labels)));
    if (last !== undefined) {
      const lastAtMs = Math.round(last.values[0] * 1000);
      return { labels: last.labels, atMs: lastAtMs, searchedMs };
    }
  }
  return { labels: { names: [], values: [] }, atMs: undefined, searchedMs };
}

function newestOf(series: readonly MatrixSeries[]): MatrixSeries | undefined {
  return series.toSorted((a, b) => b.values[0] - a.values[0])[0];
}

/** The selector over a range that ends where it looks. */
export function formatRange(selector: VectorSelectorNode, rangeMs: number): string {
  const { span } = selector;
  const range = {
    kind: 'constant',
    ms: rangeMs,
    seconds: rangeMs / 1000,
    isDuration: true,
    span,
  } as const;
  const bare = { ...selector, extension: undefined };
  return formatExpr({ type: 'matrixSelector', selector: bare, range, span });
}

/** The target that a series came from; null: its labels name none. */
function targetOf(labels: Labels, findTarget: FindTarget): WhyTarget | null {
  const job = labelValue(labels, 'job');
  const instance = labelValue(labels, 'instance');
  if (job === '' || instance === '') return null;
  const found = findTarget(job, instance);
  return { job, instance, health: found?.health ?? 'gone', lastError: found?.lastError ?? null };
}

/** The series of the same metric with other labels; undefined: there are none either. */
async function findOthers(
  selector: VectorSelectorNode,
  context: SearchContext,
): Promise<
  Pick<WhyCause & { kind: 'otherLabels' }, 'metric' | 'seriesCount' | 'without'> | undefined
> {
  const names = selector.matchers.filter(({ name }) => name === METRIC_NAME);
  const rest = selector.matchers.filter(({ name }) => name !== METRIC_NAME);
  if (names.length === 0 || rest.length === 0) return undefined;
  const count = async (matchers: VectorSelectorNode['matchers']): Promise<number> => {
    const text = formatExpr({ ...selector, name: '', extension: undefined, matchers });
    const answer = await context.ask.at(`count(${text})`, context.atMs);
    return answer.kind === 'failed' ? 0 : (answer.series[0]?.values[0] ?? 0);
  };
  const seriesCount = await count(names);
  // Where the selector has other series, its labels are not what an alert's own lacks.
  if (seriesCount === 0 || (await count(selector.matchers)) > 0) return undefined;
  const without: { matcher: string; seriesCount: number }[] = [];
  for (const matcher of rest.slice(0, MATCHERS_TRIED)) {
    const left = selector.matchers.filter((one) => one !== matcher);
    const leftCount = await count(left);
    if (leftCount > 0) without.push({ matcher: formatMatcher(matcher), seriesCount: leftCount });
  }
  const metric = selector.name === '' ? names.map(formatMatcher).join(', ') : selector.name;
  return { metric, seriesCount, without };
}
