/** What senders say of their metrics: type, help and unit by name, the last word wins. */
import { HELP_CHARS_MAX, METADATA_METRICS_MAX } from './limits.ts';

/** By its number in all versions of remote write. */
const TYPES = [
  'unknown',
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
] as const;

export type MetricType = (typeof TYPES)[number];

export interface MetricMetadata {
  readonly metric: string;
  readonly type: MetricType;
  readonly help: string;
  readonly unit: string;
}

/** The type by its number on the wire. */
export function metricTypeOf(number: number): MetricType {
  return TYPES[number] ?? 'unknown';
}

/** The number of a type on the wire. */
export function metricTypeNumber(type: string): number {
  return Math.max(
    0,
    TYPES.findIndex((known) => known === type),
  );
}

export class MetadataBook {
  readonly #metrics = new Map<string, MetricMetadata>();

  /** Notes what a metric is; beyond the bound new metrics are left out, their samples are not. */
  note(metadata: MetricMetadata): void {
    const { metric, help } = metadata;
    if (metric === '') return;
    if (!this.#metrics.has(metric) && this.#metrics.size >= METADATA_METRICS_MAX) return;
    this.#metrics.set(metric, { ...metadata, help: help.slice(0, HELP_CHARS_MAX) });
  }

  list(): readonly MetricMetadata[] {
    return [...this.#metrics.values()];
  }
}
