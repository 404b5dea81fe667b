/** What Prometheus' API tells about the server itself, from ours. */
import { hostname } from 'node:os';
import type { MetricObjectWithValues, MetricValue, Registry } from 'prom-client';
import { VERSION } from '../cli/index.ts';
import {
  type ApiParams,
  badParameter,
  formatInstant,
  type PrometheusStatus,
} from '../http/index.ts';
import { errorMessage, formatDuration } from '../platform/index.ts';
import { listFunctions, parseSelector } from '../promql/index.ts';
import { type AnchoredRegex, compileAnchored, isMatch, labelsRecord } from '../series/index.ts';
import type { ScrapeManager } from '../scrape/index.ts';
import type { Counted } from '../tsdb/index.ts';
import { redactSecrets } from './redact.ts';
import { viewPoolConfig, viewRelabelSteps } from './relabel-views.ts';
import type { Parts } from './start-app.ts';

/** The answers, from all that will have been built when somebody asks. */
export function createPrometheusStatus(parts: () => Parts): PrometheusStatus {
  return {
    version: VERSION,
    scrapePools: () =>
      parts()
        .scrape.configs()
        .map(({ jobName }) => jobName),
    scrapePoolConfig: (params) => viewPoolConfig(parts().scrape, params),
    relabelSteps: (params) => viewRelabelSteps(parts().scrape, params),
    configText: () => redactSecrets(parts().configControl.state().config.text),
    runtimeInfo: () => viewRuntime(parts()),
    flags: () => viewFlags(parts()),
    walReplay: () => viewReplay(parts()),
    tsdb: (params) => viewCardinality(parts(), params),
    selfMetrics: async (params) => viewSelfMetrics(parts().registry, params),
    targetMetadata: (params) => viewTargetMetadata(parts().scrape, params),
    features: viewFeatures,
  };
}

/** `/api/v1/status/runtimeinfo`; what only Go has is 0 or empty. */
function viewRuntime({ options, startedAt, configControl, tsdb }: Parts): unknown {
  const { loadedAt, faults } = configControl.state();
  return {
    startTime: formatInstant(startedAt),
    CWD: process.cwd(),
    hostname: hostname(),
    serverTime: formatInstant(options.clock.now()),
    reloadConfigSuccess: faults.length === 0,
    lastConfigTime: formatInstant(loadedAt),
    corruptionCount: tsdb.stats().replay.damagedSegments,
    goroutineCount: 0,
    GOMAXPROCS: 0,
    GOMEMLIMIT: 0,
    GOGC: '',
    GODEBUG: '',
    storageRetention: formatDuration(options.config.storage.retentionMs),
  };
}

/** `/api/v1/status/flags`: what Prometheus' clients look for, from our configuration. */
function viewFlags({ options, configControl }: Parts): Readonly<Record<string, string>> {
  const { config } = configControl.state();
  return {
    'config.file': config.file ?? '',
    'storage.tsdb.path': `${options.dataDir}/series`,
    'storage.tsdb.retention.time': formatDuration(options.config.storage.retentionMs),
    'web.external-url': options.externalUrl,
    'web.enable-admin-api': 'true',
    'web.enable-lifecycle': 'true',
  };
}

/** `/api/v1/status/walreplay`: by the time that anybody can ask, it is over. */
function viewReplay({ tsdb }: Parts): unknown {
  const { segments } = tsdb.stats().replay;
  return { min: 0, max: segments, current: segments };
}

const CARDINALITY_LIMIT = 10;
const CARDINALITY_LIMIT_MAX = 10_000;

/** `/api/v1/status/tsdb`: of what there is most among the series. */
function viewCardinality({ tsdb }: Parts, params: ApiParams): unknown {
  const limit = params.limit() ?? CARDINALITY_LIMIT;
  if (limit > CARDINALITY_LIMIT_MAX) {
    throw badParameter('limit', `limit must not exceed ${CARDINALITY_LIMIT_MAX}`);
  }
  const found = tsdb.cardinality(limit);
  const list = (counted: readonly Counted[]): unknown =>
    counted.map(({ name, count }) => ({ name, value: count }));
  return {
    headStats: {
      numSeries: found.seriesCount,
      numLabelPairs: found.pairCount,
      chunkCount: found.chunkCount,
      // Prometheus' own ends of time where there is nothing.
      minTime: found.minMs ?? Number.MAX_SAFE_INTEGER,
      maxTime: found.maxMs ?? Number.MIN_SAFE_INTEGER,
    },
    seriesCountByMetricName: list(found.seriesByMetric),
    labelValueCountByLabelName: list(found.valuesByLabel),
    memoryInBytesByLabelName: list(found.charactersByLabel),
    seriesCountByLabelValuePair: list(found.seriesByPair),
  };
}

/** `/api/v1/targets/metadata`: what each target says of a metric, or of all. */
function viewTargetMetadata(scrape: ScrapeManager, params: ApiParams): unknown {
  const selector = params.text('match_target');
  const matchers = selector === '' ? [] : parseSelector(selector);
  const only = params.text('metric');
  const targetsMax = params.limit() ?? Number.POSITIVE_INFINITY;
  const targets = new Set<string>();
  const found: unknown[] = [];
  for (const { metric, target, type, help, unit } of scrape.metadata()) {
    if ((only !== '' && metric !== only) || !isMatch(matchers, target.labels)) continue;
    if (!targets.has(target.id) && targets.size >= targetsMax) break;
    targets.add(target.id);
    const shown = { target: labelsRecord(target.labels), type, help, unit };
    found.push(only === '' ? { ...shown, metric } : shown);
  }
  return found;
}

/** `/api/v1/status/self_metrics`: our own metrics as protobuf's JSON has them. */
async function viewSelfMetrics(registry: Registry, params: ApiParams): Promise<unknown> {
  const pattern = readPattern(params.text('metric_name_pattern'));
  const metrics = await registry.getMetricsAsJSON();
  return metrics.filter(({ name }) => pattern?.matches(name) ?? true).map(viewFamily);
}

function readPattern(text: string): AnchoredRegex | undefined {
  if (text === '') return undefined;
  try {
    return compileAnchored(text);
  } catch (error) {
    throw badParameter('metric_name_pattern', errorMessage(error));
  }
}

type OwnFamily = MetricObjectWithValues<MetricValue<string> & { readonly metricName?: string }>;

function viewFamily({ name, help, type, values }: OwnFamily): unknown {
  const kind = String(type);
  if (kind !== 'histogram') {
    const metric = values.map(({ labels, value }) => ({
      label: pairsOf(labels),
      [kind === 'counter' ? 'counter' : 'gauge']: { value: jsonNumber(value) },
    }));
    return { name, help, type: kind.toUpperCase(), metric };
  }
  return { name, help, type: 'HISTOGRAM', metric: [...groupHistograms(name, values).values()] };
}

/** The series of a histogram, joined to one entry for each set of labels. */
function groupHistograms(
  name: string,
  values: OwnFamily['values'],
): ReadonlyMap<string, { readonly label: unknown; readonly histogram: Record<string, unknown> }> {
  const entries = new Map<
    string,
    { label: unknown; histogram: Record<string, unknown>; bucket: unknown[] }
  >();
  for (const { labels, value, metricName } of values) {
    const { le, ...own } = labels;
    const key = JSON.stringify(own);
    const entry = entries.get(key) ?? { label: pairsOf(own), histogram: {}, bucket: [] };
    entries.set(key, entry);
    if (metricName === `${name}_sum`) entry.histogram['sampleSum'] = jsonNumber(value);
    else if (metricName === `${name}_count`) entry.histogram['sampleCount'] = String(value);
    else entry.bucket.push({ cumulativeCount: String(value), upperBound: jsonNumber(Number(le)) });
    entry.histogram['bucket'] = entry.bucket;
  }
  return entries;
}

function pairsOf(labels: Readonly<Partial<Record<string, string | number>>>): unknown {
  return Object.entries(labels).map(([name, value]) => ({ name, value: String(value) }));
}

/** JSON has no numbers for these; protobuf's JSON has words. */
function jsonNumber(value: number): number | string {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}

/** `/api/v1/features`: by area, what a client may count on. */
function viewFeatures(): unknown {
  const on = (...names: readonly string[]): Readonly<Record<string, boolean>> =>
    Object.fromEntries(names.map((name) => [name, true]));
  return {
    api: on(
      'exclude_alerts',
      'label_values_match',
      'lifecycle',
      'query_stats',
      'query_warnings',
      'rule_group_pagination',
      'search',
      'time_range_labels',
      'time_range_series',
    ),
    promql: on(
      'anchored',
      'at_modifier',
      'bool',
      'by',
      'delayed_name_removal',
      'duration_expr',
      'fill',
      'group_left',
      'group_right',
      'ignoring',
      'negative_offset',
      'offset',
      'on',
      'smoothed',
      'subqueries',
      'without',
    ),
    promql_functions: on(...listFunctions().map(({ name }) => name)),
    rules: on('keep_firing_for', 'query_offset'),
    scrape: on('extra_scrape_metrics'),
  };
}
