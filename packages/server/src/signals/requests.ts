/**
 * The signals of a family of requests: how long (from a histogram or a summary), how many, and how
 * many failed. Never the mean: it hides that one user in a hundred waits for ten seconds.
 */
import type {
  DurationMetric,
  FailureRule,
  LineRecipe,
  MetricsSeen,
  RequestFamily,
  SignalRecipe,
} from './model.ts';

const QUANTILES = [
  { name: 'p50', quantile: 0.5 },
  { name: 'p99', quantile: 0.99 },
  { name: 'p99.9', quantile: 0.999 },
];

/** The signals that a service's metrics give for a family; none where none of its names are there. */
export function findRequestSignals(
  family: RequestFamily,
  seen: MetricsSeen,
): readonly SignalRecipe[] {
  for (const concrete of listConcrete(family, seen)) {
    const signals = [findLatency(concrete, seen), ...findCounts(concrete, seen)];
    const found = signals.filter((signal) => signal !== undefined);
    if (found.length > 0) return found;
  }
  return [];
}

/** Clients of others name their metrics alike: these requests were not served. */
const OUTGOING = /(?:^|_)client$/;

/** A family of endings, once for each prefix that is there, those with durations first. */
function listConcrete(family: RequestFamily, seen: MetricsSeen): readonly RequestFamily[] {
  if (family.isSuffix !== true) return [family];
  const prefixesOf = (endings: readonly string[]): readonly string[] =>
    endings.flatMap((ending) =>
      seen.names.filter((name) => name.endsWith(ending)).map((name) => cutEnd(name, ending)),
    );
  const timed = prefixesOf(family.durations.flatMap(({ metric }) => shapesOf(metric)));
  const counted = prefixesOf(family.counters);
  const prefixes = [...new Set([...[...timed].sort(), ...[...counted].sort()])];
  return prefixes
    .filter((prefix) => prefix !== '' && !OUTGOING.test(prefix))
    .map((prefix) => ({
      ...family,
      durations: family.durations.map(({ metric, unit }) => ({ metric: prefix + metric, unit })),
      counters: family.counters.map((metric) => prefix + metric),
    }));
}

/** Names under which a histogram and a summary show. */
function shapesOf(metric: string): readonly string[] {
  return [`${metric}_bucket`, metric];
}

function cutEnd(text: string, ending: string): string {
  return text.slice(0, text.length - ending.length);
}

function findLatency(family: RequestFamily, seen: MetricsSeen): SignalRecipe | undefined {
  for (const duration of family.durations) {
    if (seen.has(`${duration.metric}_bucket`)) return describeHistogram(family, duration);
    const summary = describeSummary(family, duration, seen);
    if (summary !== undefined) return summary;
  }
  return undefined;
}

function describeHistogram(family: RequestFamily, duration: DurationMetric): SignalRecipe {
  const buckets = select(`${duration.metric}_bucket`, family.where);
  const lines = QUANTILES.map(({ name, quantile }) => ({
    name,
    expression: inSeconds(
      `histogram_quantile(${quantile}, sum by (le) (rate(${buckets}[1m])))`,
      duration,
    ),
  }));
  return { kind: 'latency', title: family.title, unit: 'seconds', lines };
}

/**
 * The quantiles of a summary are made within each instance and cannot be joined, so what is shown
 * is the worst instance's.
 */
function describeSummary(
  family: RequestFamily,
  duration: DurationMetric,
  seen: MetricsSeen,
): SignalRecipe | undefined {
  const { metric } = duration;
  if (!seen.has(metric)) return undefined;
  const known = seen.labelValues(metric, 'quantile');
  const lines = QUANTILES.flatMap(({ name, quantile }): readonly LineRecipe[] => {
    const spelling = known.find((text) => Number(text) === quantile);
    if (spelling === undefined) return [];
    const selector = select(metric, family.where, `quantile="${spelling}"`);
    return [{ name, expression: inSeconds(`max(${selector})`, duration) }];
  });
  if (lines.length === 0) return undefined;
  const title = `${family.title}, slowest instance`;
  return { kind: 'latency', title, unit: 'seconds', lines };
}

function inSeconds(expression: string, { unit }: DurationMetric): string {
  return unit === 'seconds' ? expression : `${expression} / 1000`;
}

interface CountMetric {
  readonly metric: string;
  readonly failure: FailureRule | undefined;
}

function findCounts(
  family: RequestFamily,
  seen: MetricsSeen,
): readonly (SignalRecipe | undefined)[] {
  const found = findCount(family, seen);
  if (found === undefined) return [];
  const { metric, failure } = found;
  const all = `sum(rate(${select(metric, family.where)}[1m]))`;
  const traffic: SignalRecipe = {
    kind: 'traffic',
    title: family.title,
    unit: 'per_second',
    lines: [{ name: 'all', expression: all }],
  };
  if (failure === undefined) return [traffic];
  const failed = select(metric, family.where, `${quoteLabel(failure.label)}=~"${failure.failed}"`);
  // A service that has never failed has no series of failures, and then none have failed; without
  // requests there is nothing to say.
  const expression = `(sum(rate(${failed}[1m])) or 0 * ${all}) / (${all} > 0)`;
  const lines = [{ name: failure.name, expression }];
  return [traffic, { kind: 'errors', title: family.title, unit: 'ratio', lines }];
}

/** The first count that tells outcomes, else the first that is there. */
function findCount(family: RequestFamily, seen: MetricsSeen): CountMetric | undefined {
  const counts = [...family.counters, ...family.durations.map(({ metric }) => `${metric}_count`)];
  const there = counts.filter((metric) => seen.has(metric));
  for (const metric of there) {
    const labels = new Set(seen.labelNames(metric));
    const failure = family.failures.find(
      ({ label, known }) =>
        labels.has(label) && seen.labelValues(metric, label).some((value) => known.test(value)),
    );
    if (failure !== undefined) return { metric, failure };
  }
  return there.length === 0 ? undefined : { metric: there[0], failure: undefined };
}

/** A selector; names with dots stand within the braces. */
function select(metric: string, ...conditions: readonly (string | undefined)[]): string {
  const isPlain = !metric.includes('.');
  const parts = [isPlain ? undefined : `"${metric}"`, ...conditions].filter(
    (part) => part !== undefined,
  );
  const braces = parts.length === 0 ? '' : `{${parts.join(', ')}}`;
  return isPlain ? metric + braces : braces;
}

function quoteLabel(label: string): string {
  return label.includes('.') ? `"${label}"` : label;
}
