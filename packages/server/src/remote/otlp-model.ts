/** Metrics as OpenTelemetry means them, read from protobuf (otlp-proto.ts) or JSON (otlp-json.ts). */

/** Attributes as text, in the order in which they came. */
export type Attributes = readonly (readonly [key: string, value: string])[];

export interface OtlpExemplar {
  readonly attributes: Attributes;
  readonly timeMs: number;
  readonly value: number;
  /** Hexadecimal; '' where there is none. */
  readonly traceId: string;
  readonly spanId: string;
}

interface Point {
  readonly attributes: Attributes;
  /** 0 where unknown. */
  readonly startMs: number;
  readonly timeMs: number;
  /** The series has no value at this time: it has ended. */
  readonly isStale: boolean;
  readonly exemplars: readonly OtlpExemplar[];
}

export interface NumberPoint extends Point {
  readonly value: number;
}

export interface HistogramPoint extends Point {
  readonly count: number;
  /** Undefined: not given, as for values that may be negative. */
  readonly sum: number | undefined;
  readonly bucketCounts: readonly number[];
  readonly bounds: readonly number[];
}

export interface ExponentialBuckets {
  readonly offset: number;
  readonly counts: readonly number[];
}

export interface ExponentialPoint extends Point {
  readonly count: number;
  readonly sum: number | undefined;
  readonly scale: number;
  readonly zeroCount: number;
  readonly zeroThreshold: number;
  readonly positive: ExponentialBuckets;
  readonly negative: ExponentialBuckets;
}

export interface SummaryPoint extends Point {
  readonly count: number;
  readonly sum: number;
  readonly quantiles: readonly (readonly [quantile: number, value: number])[];
}

/** How the values of one series relate to those before them. */
export type Temporality = 'unspecified' | 'delta' | 'cumulative';

export type MetricData =
  | { readonly kind: 'gauge'; readonly points: readonly NumberPoint[] }
  | {
      readonly kind: 'sum';
      readonly points: readonly NumberPoint[];
      readonly temporality: Temporality;
      readonly isMonotonic: boolean;
    }
  | {
      readonly kind: 'histogram';
      readonly points: readonly HistogramPoint[];
      readonly temporality: Temporality;
    }
  | {
      readonly kind: 'exponential';
      readonly points: readonly ExponentialPoint[];
      readonly temporality: Temporality;
    }
  | { readonly kind: 'summary'; readonly points: readonly SummaryPoint[] }
  | { readonly kind: 'none'; readonly points: readonly [] };

export interface OtlpMetric {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly data: MetricData;
}

export interface OtlpScope {
  readonly name: string;
  readonly version: string;
  readonly schemaUrl: string;
  readonly attributes: Attributes;
  readonly metrics: readonly OtlpMetric[];
}

/** What one process, container or host says of itself. */
export interface OtlpResource {
  readonly attributes: Attributes;
  readonly scopes: readonly OtlpScope[];
}

/** By its number on the wire. */
export const TEMPORALITIES: readonly Temporality[] = ['unspecified', 'delta', 'cumulative'];

/** The bit of a point's flags that says that there is no value. */
export const NO_VALUE_FLAG = 1;
