/**
 * From metrics of OpenTelemetry to series: names, labels, `job` and `instance`, `target_info`,
 * classic and native histograms. The rules are those of OpenTelemetry's "Prometheus and OpenMetrics
 * compatibility" and of Prometheus' own receiver (storage/remote/otlptranslator).
 */
import { AppError } from '../platform/index.ts';
import {
  createHistogram,
  createLabelsFromPairs,
  CUSTOM_BUCKETS_SCHEMA,
  type Exemplar,
  EXPONENTIAL_SCHEMA_MIN,
  formatFloat,
  type Histogram,
  type HistogramBuckets,
  type Labels,
  METRIC_NAME,
  NO_BUCKETS,
} from '../series/index.ts';
import { EXEMPLAR_CHARS_MAX } from './limits.ts';
import type { MetricType } from './metadata-book.ts';
import type {
  Attributes,
  ExponentialBuckets,
  ExponentialPoint,
  HistogramPoint,
  OtlpExemplar,
  OtlpMetric,
  OtlpResource,
  OtlpScope,
  SummaryPoint,
} from './otlp-model.ts';
import { type NameRules, translateLabelName, translateMetricName } from './otlp-names.ts';

/** `otlp` of the configuration. */
export interface OtlpConfig extends NameRules {
  /** Attributes of resources that become labels of every series; `all`: all but `ignored`. */
  readonly promoted: readonly string[] | 'all';
  readonly ignored: readonly string[];
  /** Whether `target_info` has what `job` and `instance` say already. */
  readonly keepsIdentifying: boolean;
  readonly convertsToCustomBuckets: boolean;
  readonly promotesScope: boolean;
}

/** Prometheus' defaults. */
export const DEFAULT_OTLP: OtlpConfig = {
  promoted: [],
  ignored: [],
  keepsIdentifying: false,
  convertsToCustomBuckets: false,
  promotesScope: false,
  strategy: 'UnderscoreEscapingWithSuffixes',
  sanitizesLeadingUnderscore: true,
  keepsMultipleUnderscores: false,
};

/** One sample of a series, ready for a store. */
export interface OtlpSample {
  readonly labels: Labels;
  readonly timeMs: number;
  /** 0 where unknown. */
  readonly startMs: number;
  readonly value: number;
  readonly isStale: boolean;
  readonly histogram?: Histogram;
  readonly exemplars?: readonly Exemplar[];
}

/** Where samples, and what is known of their metrics, go. */
export interface OtlpSink {
  add(sample: OtlpSample): void;
  describe(metric: string, type: MetricType, from: OtlpMetric): void;
  /** Points that were left out, and why. */
  refuse(pointCount: number, why: string): void;
}

/** Gives all samples of a request to a sink. */
export function convertOtlp(
  resources: readonly OtlpResource[],
  config: OtlpConfig,
  sink: OtlpSink,
): void {
  for (const resource of resources) new ResourceConverter(resource, config, sink).run();
}

const IDENTIFYING = ['service.name', 'service.namespace', 'service.instance.id'];

class ResourceConverter {
  readonly #resource: OtlpResource;
  readonly #config: OtlpConfig;
  readonly #sink: OtlpSink;
  readonly #identity: readonly (readonly [string, string])[];
  #newestMs = 0;

  constructor(resource: OtlpResource, config: OtlpConfig, sink: OtlpSink) {
    this.#resource = resource;
    this.#config = config;
    this.#sink = sink;
    this.#identity = identityOf(resource.attributes);
  }

  run(): void {
    for (const scope of this.#resource.scopes) {
      const shared = [...this.#promoted(), ...this.#scopeLabels(scope)];
      for (const metric of scope.metrics) this.#convert(metric, shared);
    }
    this.#addTargetInfo();
  }

  #promoted(): readonly (readonly [string, string])[] {
    const { promoted, ignored } = this.#config;
    return this.#resource.attributes.filter(([key]) =>
      promoted === 'all' ? !ignored.includes(key) : promoted.includes(key),
    );
  }

  #scopeLabels(scope: OtlpScope): readonly (readonly [string, string])[] {
    if (!this.#config.promotesScope) return [];
    return [
      ['otel_scope_name', scope.name],
      ['otel_scope_version', scope.version],
      ['otel_scope_schema_url', scope.schemaUrl],
      ...scope.attributes.map(([key, value]) => [`otel_scope_${key}`, value] as const),
    ];
  }

  #convert(metric: OtlpMetric, shared: Attributes): void {
    const { data } = metric;
    const sink = this.#sink;
    const fault = findFault(metric);
    if (fault !== undefined) {
      sink.refuse(data.points.length, `metric "${metric.name}": ${fault}`);
      return;
    }
    const isCounter = data.kind === 'sum' && data.isMonotonic;
    const isGauge = data.kind === 'gauge';
    const { name, unit } = metric;
    const full = translateMetricName({ name, unit, isCounter, isGauge }, this.#config);
    sink.describe(full, typeOf(metric), metric);
    for (const point of data.points) {
      if (point.timeMs > this.#newestMs) this.#newestMs = point.timeMs;
    }
    const labelsFor = (attributes: Attributes, suffix = '', extra: Attributes = []): Labels =>
      this.#labels([...shared, ...attributes], [[METRIC_NAME, full + suffix], ...extra]);
    switch (data.kind) {
      case 'gauge':
      case 'sum':
        for (const point of data.points) {
          const exemplars = point.exemplars.map(exemplarOf);
          sink.add({ ...point, labels: labelsFor(point.attributes), exemplars });
        }
        return;
      case 'histogram':
        for (const point of data.points) this.#addHistogram(point, labelsFor);
        return;
      case 'exponential':
        for (const point of data.points) {
          this.#addNative(point, labelsFor(point.attributes), () => exponentialOf(point));
        }
        return;
      case 'summary':
        for (const point of data.points) addSummary(point, labelsFor, sink);
        return;
      case 'none':
    }
  }

  #addHistogram(point: HistogramPoint, labelsFor: LabelsFor): void {
    const { attributes, bounds, bucketCounts } = point;
    const isFlat = bucketCounts.length === 0 && bounds.length === 0;
    if (!isFlat && bucketCounts.length !== bounds.length + 1) {
      const why = `${bucketCounts.length} buckets for ${bounds.length} bounds; want one more`;
      this.#sink.refuse(1, `a histogram has ${why}`);
      return;
    }
    if (this.#config.convertsToCustomBuckets) {
      this.#addNative(point, labelsFor(attributes), () => customOf(point));
      return;
    }
    addClassic(point, labelsFor, this.#sink);
  }

  #addNative(
    point: HistogramPoint | ExponentialPoint,
    labels: Labels,
    create: () => Histogram,
  ): void {
    const { timeMs, startMs, isStale } = point;
    try {
      const exemplars = point.exemplars.map(exemplarOf);
      const sample = { labels, timeMs, startMs, value: 0, isStale, exemplars };
      this.#sink.add(isStale ? sample : { ...sample, histogram: create() });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#sink.refuse(1, error.message);
    }
  }

  /** What else is known of the resource, joined to its series by `job` and `instance`. */
  #addTargetInfo(): void {
    const { keepsIdentifying } = this.#config;
    const others = this.#resource.attributes.filter(
      ([key]) => keepsIdentifying || !IDENTIFYING.includes(key),
    );
    if (others.length === 0 || this.#identity.length === 0 || this.#newestMs === 0) return;
    const labels = this.#labels(others, [[METRIC_NAME, 'target_info']]);
    const timeMs = this.#newestMs;
    this.#sink.add({ labels, timeMs, startMs: 0, value: 1, isStale: false });
  }

  /** Keys that become the same label share it, their values joined; given names win. */
  #labels(attributes: Attributes, given: Attributes): Labels {
    const pairs = new Map<string, string>();
    for (const [key, value] of attributes.toSorted(byKey)) {
      const name = translateLabelName(key, this.#config);
      const before = pairs.get(name);
      pairs.set(name, before === undefined ? value : `${before};${value}`);
    }
    for (const [name, value] of [...this.#identity, ...given]) pairs.set(name, value);
    return createLabelsFromPairs(pairs);
  }
}

type LabelsFor = (attributes: Attributes, suffix?: string, extra?: Attributes) => Labels;

function byKey(a: readonly [string, string], b: readonly [string, string]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
}

/** `job` and `instance` from what OpenTelemetry says of a service. */
function identityOf(attributes: Attributes): readonly (readonly [string, string])[] {
  const find = (name: string): string => attributes.find(([key]) => key === name)?.[1] ?? '';
  const service = find('service.name');
  const space = find('service.namespace');
  const job = service !== '' && space !== '' ? `${space}/${service}` : service;
  const pairs = [
    ['job', job],
    ['instance', find('service.instance.id')],
  ] as const;
  return pairs.filter(([, value]) => value !== '');
}

/** Differences would have to be added up over restarts of either side, which nobody here does. */
function findFault({ name, data }: OtlpMetric): string | undefined {
  if (name === '') return 'a metric has no name';
  if (!('temporality' in data) || data.temporality === 'cumulative') return undefined;
  return (
    `its temporality is ${data.temporality}; want cumulative ` +
    '(OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=cumulative, or the deltatocumulative processor)'
  );
}

function typeOf({ data }: OtlpMetric): MetricType {
  switch (data.kind) {
    case 'sum':
      return data.isMonotonic ? 'counter' : 'gauge';
    case 'histogram':
    case 'exponential':
      return 'histogram';
    case 'gauge':
    case 'summary':
      return data.kind;
    case 'none':
      return 'unknown';
  }
}

function addClassic(point: HistogramPoint, labelsFor: LabelsFor, sink: OtlpSink): void {
  const { attributes, timeMs, startMs, isStale, bounds, bucketCounts, count, sum } = point;
  const add = (suffix: string, value: number, extra?: Attributes, exemplars?: Exemplar[]): void =>
    sink.add({
      labels: labelsFor(attributes, suffix, extra),
      timeMs,
      startMs,
      value,
      isStale,
      ...(exemplars === undefined ? {} : { exemplars }),
    });
  if (sum !== undefined) add('_sum', sum);
  add('_count', count);
  let total = 0;
  let from = -Infinity;
  const within = (to: number): Exemplar[] =>
    point.exemplars.filter(({ value }) => value > from && value <= to).map(exemplarOf);
  for (let i = 0; i < bounds.length; i++) {
    total += bucketCounts[i];
    add('_bucket', total, [['le', formatFloat(bounds[i])]], within(bounds[i]));
    from = bounds[i];
  }
  add('_bucket', count, [['le', '+Inf']], within(Infinity));
}

function addSummary(point: SummaryPoint, labelsFor: LabelsFor, sink: OtlpSink): void {
  const { attributes, timeMs, startMs, isStale } = point;
  const shared = { timeMs, startMs, isStale };
  sink.add({ ...shared, labels: labelsFor(attributes, '_sum'), value: point.sum });
  sink.add({ ...shared, labels: labelsFor(attributes, '_count'), value: point.count });
  for (const [quantile, value] of point.quantiles) {
    const labels = labelsFor(attributes, '', [['quantile', formatFloat(quantile)]]);
    sink.add({ ...shared, labels, value });
  }
}

/** Without a width of their own, zeros are what rounding makes of zeros (Prometheus' default). */
const ZERO_THRESHOLD = 1e-128;

function exponentialOf(point: ExponentialPoint): Histogram {
  const { scale, zeroThreshold } = point;
  return createHistogram({
    // Finer than 8 is merged; coarser than -4 has no schema, and is refused there.
    schema: scale < EXPONENTIAL_SCHEMA_MIN ? scale : Math.min(scale, SCALE_MAX),
    counterReset: 'unknown',
    isInteger: true,
    zeroThreshold: zeroThreshold === 0 ? ZERO_THRESHOLD : zeroThreshold,
    zeroCount: point.zeroCount,
    count: point.count,
    sum: point.sum ?? Number.NaN,
    positive: bucketsOf(point.positive),
    negative: bucketsOf(point.negative),
    customBounds: undefined,
  });
}

/** OpenTelemetry's finest. */
const SCALE_MAX = 20;

/** Prometheus counts buckets by their upper bound, OpenTelemetry by their lower: one apart. */
function bucketsOf({ offset, counts }: ExponentialBuckets): HistogramBuckets {
  const first = counts.findIndex((count) => count !== 0);
  if (first < 0) return NO_BUCKETS;
  const last = counts.findLastIndex((count) => count !== 0);
  const kept = counts.slice(first, last + 1);
  return {
    spanOffsets: [offset + first + 1],
    spanLengths: [kept.length],
    counts: Float64Array.from(kept),
  };
}

function customOf(point: HistogramPoint): Histogram {
  const { bounds, bucketCounts, count, sum } = point;
  const counts = bucketCounts.length === 0 ? [count] : bucketCounts;
  return createHistogram({
    schema: CUSTOM_BUCKETS_SCHEMA,
    counterReset: 'unknown',
    isInteger: true,
    zeroThreshold: 0,
    zeroCount: 0,
    count,
    sum: sum ?? Number.NaN,
    positive: { spanOffsets: [0], spanLengths: [counts.length], counts: Float64Array.from(counts) },
    negative: NO_BUCKETS,
    customBounds: Float64Array.from(bounds),
  });
}

/** The ids first: where there is no room for the attributes besides, they are left out. */
function exemplarOf({ attributes, timeMs, value, traceId, spanId }: OtlpExemplar): Exemplar {
  const ids: (readonly [string, string])[] = [];
  if (traceId !== '') ids.push(['trace_id', traceId]);
  if (spanId !== '') ids.push(['span_id', spanId]);
  const all = [...attributes, ...ids];
  const charCount = all.reduce((sum, [key, text]) => sum + key.length + text.length, 0);
  return {
    labels: createLabelsFromPairs(charCount <= EXEMPLAR_CHARS_MAX ? all : ids),
    timeMs,
    value,
  };
}
