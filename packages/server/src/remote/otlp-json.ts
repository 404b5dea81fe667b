/**
 * OTLP metrics in JSON: the same messages with names in camelCase, 64-bit integers as text or
 * number, enumerations as number (or by name), ids in hexadecimal (opentelemetry.io, OTLP 1.x).
 */
import { invalid } from '../platform/index.ts';
import { OTLP_DEPTH_MAX } from './limits.ts';
import {
  type Attributes,
  type ExponentialBuckets,
  type MetricData,
  NO_VALUE_FLAG,
  type OtlpExemplar,
  type OtlpMetric,
  type OtlpResource,
  type OtlpScope,
  TEMPORALITIES,
  type Temporality,
} from './otlp-model.ts';
import { textOfAny } from './otlp-proto.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Reads a request from what was parsed. Throws `OTLP_INVALID` with the place of what is wrong. */
export function readOtlpJson(text: string): readonly OtlpResource[] {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch (error) {
    throw invalid('OTLP_INVALID', 'the body is no JSON', { cause: error });
  }
  return listOf(fieldsOf(root, 'the body'), 'resourceMetrics').map((one): OtlpResource => {
    const { resource } = one;
    const attributes = resource === undefined ? [] : readAttributes(fieldsOf(resource, 'resource'));
    return { attributes, scopes: listOf(one, 'scopeMetrics').map(readScope) };
  });
}

function readScope(fields: Fields): OtlpScope {
  const scope = fields.scope === undefined ? {} : fieldsOf(fields.scope, 'scope');
  return {
    name: textOf(scope, 'name'),
    version: textOf(scope, 'version'),
    schemaUrl: textOf(fields, 'schemaUrl'),
    attributes: readAttributes(scope),
    metrics: listOf(fields, 'metrics').map(readMetric),
  };
}

function readMetric(fields: Fields): OtlpMetric {
  return {
    name: textOf(fields, 'name'),
    description: textOf(fields, 'description'),
    unit: textOf(fields, 'unit'),
    data: readData(fields),
  };
}

function readData(fields: Fields): MetricData {
  const { gauge, sum, histogram, exponentialHistogram, summary } = fields;
  if (gauge !== undefined) return { kind: 'gauge', points: pointsOf(gauge, readNumber) };
  if (sum !== undefined) {
    const isMonotonic = fieldsOf(sum, 'sum').isMonotonic === true;
    const temporality = temporalityOf(sum);
    return { kind: 'sum', points: pointsOf(sum, readNumber), temporality, isMonotonic };
  }
  if (histogram !== undefined) {
    const temporality = temporalityOf(histogram);
    return { kind: 'histogram', points: pointsOf(histogram, readHistogram), temporality };
  }
  if (exponentialHistogram !== undefined) {
    const points = pointsOf(exponentialHistogram, readExponential);
    return { kind: 'exponential', points, temporality: temporalityOf(exponentialHistogram) };
  }
  if (summary !== undefined) return { kind: 'summary', points: pointsOf(summary, readSummary) };
  return { kind: 'none', points: [] };
}

function pointsOf<T>(data: unknown, read: (fields: Fields) => T): readonly T[] {
  return listOf(fieldsOf(data, 'a metric'), 'dataPoints').map(read);
}

function temporalityOf(data: unknown): Temporality {
  const value = fieldsOf(data, 'a metric').aggregationTemporality;
  if (typeof value === 'number') return TEMPORALITIES[value] ?? 'unspecified';
  const name = (typeof value === 'string' ? value : '').replace('AGGREGATION_TEMPORALITY_', '');
  return TEMPORALITIES.find((known) => known === name.toLowerCase()) ?? 'unspecified';
}

function readPoint(fields: Fields) {
  return {
    attributes: readAttributes(fields),
    startMs: millisOf(fields, 'startTimeUnixNano'),
    timeMs: millisOf(fields, 'timeUnixNano'),
    isStale: (numberOf(fields, 'flags') & NO_VALUE_FLAG) !== 0,
    exemplars: listOf(fields, 'exemplars').map(readExemplar),
  };
}

function valueOf(fields: Fields): number {
  return fields.asInt === undefined ? numberOf(fields, 'asDouble') : numberOf(fields, 'asInt');
}

function readNumber(fields: Fields) {
  return { ...readPoint(fields), value: valueOf(fields) };
}

function readHistogram(fields: Fields) {
  return {
    ...readPoint(fields),
    count: numberOf(fields, 'count'),
    sum: fields.sum === undefined ? undefined : numberOf(fields, 'sum'),
    bucketCounts: numbersOf(fields, 'bucketCounts'),
    bounds: numbersOf(fields, 'explicitBounds'),
  };
}

function readExponential(fields: Fields) {
  return {
    ...readPoint(fields),
    count: numberOf(fields, 'count'),
    sum: fields.sum === undefined ? undefined : numberOf(fields, 'sum'),
    scale: numberOf(fields, 'scale'),
    zeroCount: numberOf(fields, 'zeroCount'),
    zeroThreshold: numberOf(fields, 'zeroThreshold'),
    positive: readBuckets(fields.positive),
    negative: readBuckets(fields.negative),
  };
}

function readBuckets(value: unknown): ExponentialBuckets {
  if (value === undefined) return { offset: 0, counts: [] };
  const fields = fieldsOf(value, 'buckets');
  return { offset: numberOf(fields, 'offset'), counts: numbersOf(fields, 'bucketCounts') };
}

function readSummary(fields: Fields) {
  return {
    ...readPoint(fields),
    count: numberOf(fields, 'count'),
    sum: numberOf(fields, 'sum'),
    quantiles: listOf(fields, 'quantileValues').map((one): readonly [number, number] => [
      numberOf(one, 'quantile'),
      numberOf(one, 'value'),
    ]),
  };
}

function readExemplar(fields: Fields): OtlpExemplar {
  return {
    attributes: readAttributes(fields, 'filteredAttributes'),
    timeMs: millisOf(fields, 'timeUnixNano'),
    value: valueOf(fields),
    traceId: textOf(fields, 'traceId'),
    spanId: textOf(fields, 'spanId'),
  };
}

function readAttributes(fields: Fields, key = 'attributes'): Attributes {
  return listOf(fields, key).map((one): readonly [string, string] => [
    textOf(one, 'key'),
    textOfAny(readAny(one.value, 0)),
  ]);
}

function readAny(value: unknown, depth: number): unknown {
  if (value === undefined || depth > OTLP_DEPTH_MAX) return '';
  const fields = fieldsOf(value, 'a value');
  const { stringValue, boolValue, intValue, doubleValue, bytesValue, arrayValue, kvlistValue } =
    fields;
  if (stringValue !== undefined) return stringValue;
  if (boolValue !== undefined) return boolValue;
  if (intValue !== undefined) return numberOf(fields, 'intValue');
  if (doubleValue !== undefined) return numberOf(fields, 'doubleValue');
  if (bytesValue !== undefined) return bytesValue;
  if (arrayValue !== undefined) {
    const { values } = fieldsOf(arrayValue, 'an array');
    return Array.isArray(values) ? values.map((one) => readAny(one, depth + 1)) : [];
  }
  if (kvlistValue === undefined) return '';
  const entries = listOf(fieldsOf(kvlistValue, 'a list of pairs'), 'values');
  return Object.fromEntries(
    entries.map((one) => [textOf(one, 'key'), readAny(one.value, depth + 1)]),
  );
}

function fieldsOf(value: unknown, what: string): Fields {
  if (isFields(value)) return value;
  throw invalid('OTLP_INVALID', `${what} must be an object, got ${JSON.stringify(value)}`);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(fields: Fields, key: string): readonly Fields[] {
  const value = fields[key];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid('OTLP_INVALID', `${key} must be a list`);
  return value.map((one: unknown) => fieldsOf(one, `an entry of ${key}`));
}

function textOf(fields: Fields, key: string): string {
  const value = fields[key] ?? '';
  if (typeof value === 'string') return value;
  throw invalid('OTLP_INVALID', `${key} must be text, got ${JSON.stringify(value)}`);
}

/** Numbers may be text, because JavaScript and others cannot hold 64 bits; NaN is always text. */
function numberOf(fields: Fields, key: string): number {
  return toNumber(fields[key] ?? 0, key);
}

function toNumber(value: unknown, key: string): number {
  const isNumber = typeof value === 'number' || (typeof value === 'string' && value !== '');
  const number = isNumber ? Number(value) : Number.NaN;
  if (!Number.isNaN(number) || value === 'NaN') return number;
  throw invalid('OTLP_INVALID', `${key} must be a number, got ${JSON.stringify(value)}`);
}

function numbersOf(fields: Fields, key: string): readonly number[] {
  const value = fields[key];
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw invalid('OTLP_INVALID', `${key} must be a list`);
  return value.map((one: unknown) => toNumber(one, key));
}

/** Nanoseconds are more than a double holds, so text is read in two parts. */
function millisOf(fields: Fields, key: string): number {
  const value = fields[key] ?? 0;
  if (typeof value !== 'string') return Math.floor(numberOf(fields, key) / 1e6);
  if (/^\d+$/.test(value)) return Number(value.slice(0, -6) || '0');
  throw invalid('OTLP_INVALID', `${key} must be a number of nanoseconds, got "${value}"`);
}
