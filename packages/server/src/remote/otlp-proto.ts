/**
 * OTLP metrics in protobuf: `ExportMetricsServiceRequest` (opentelemetry-proto, metrics v1).
 *
 * Each message is a table of what to do with its fields; what is not in a table is skipped.
 */
import { ProtoReader } from '../platform/index.ts';
import { OTLP_DEPTH_MAX } from './limits.ts';
import {
  type ExponentialBuckets,
  type ExponentialPoint,
  type HistogramPoint,
  type MetricData,
  NO_VALUE_FLAG,
  type NumberPoint,
  type OtlpExemplar,
  type OtlpMetric,
  type OtlpResource,
  type OtlpScope,
  type SummaryPoint,
  TEMPORALITIES,
} from './otlp-model.ts';

type Pairs = [string, string][];

/** Reads a request. Throws `PROTOBUF_INVALID`. */
export function readOtlpProto(bytes: Uint8Array): readonly OtlpResource[] {
  const resources: OtlpResource[] = [];
  const reader = new ProtoReader(bytes);
  eachField(reader, (field) => {
    if (field !== 1) return false;
    resources.push(readResource(reader));
    return true;
  });
  return resources;
}

/** Goes over the fields of the message at hand; those that are not taken are skipped. */
function eachField(reader: ProtoReader, take: (field: number) => boolean): void {
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (!take(field)) reader.skip();
  }
}

/** The same for the message that is the value of the field at hand. */
function within(reader: ProtoReader, take: (field: number) => boolean): void {
  const outer = reader.enter();
  eachField(reader, take);
  reader.leave(outer);
}

function readResource(reader: ProtoReader): OtlpResource {
  const attributes: Pairs = [];
  const scopes: OtlpScope[] = [];
  within(reader, (field) => {
    if (field === 1) {
      within(reader, (inner) => inner === 1 && readKeyValue(reader, attributes));
    } else if (field === 2) scopes.push(readScope(reader));
    else return false;
    return true;
  });
  return { attributes, scopes };
}

function readScope(reader: ProtoReader): OtlpScope {
  const attributes: Pairs = [];
  const metrics: OtlpMetric[] = [];
  let name = '';
  let version = '';
  let schemaUrl = '';
  within(reader, (field) => {
    if (field === 1) {
      within(reader, (inner) => {
        if (inner === 1) name = reader.string();
        else if (inner === 2) version = reader.string();
        else return inner === 3 && readKeyValue(reader, attributes);
        return true;
      });
    } else if (field === 2) metrics.push(readMetric(reader));
    else if (field === 3) schemaUrl = reader.string();
    else return false;
    return true;
  });
  return { name, version, schemaUrl, attributes, metrics };
}

function readMetric(reader: ProtoReader): OtlpMetric {
  let name = '';
  let description = '';
  let unit = '';
  let data: MetricData = { kind: 'none', points: [] };
  within(reader, (field) => {
    if (field === 1) name = reader.string();
    else if (field === 2) description = reader.string();
    else if (field === 3) unit = reader.string();
    else {
      const found = readData(reader, field);
      if (found === undefined) return false;
      data = found;
    }
    return true;
  });
  return { name, description, unit, data };
}

function readData(reader: ProtoReader, field: number): MetricData | undefined {
  switch (field) {
    case 5:
      return { kind: 'gauge', points: readSeries(reader, readNumber).points };
    case 7:
      return { kind: 'sum', ...readSeries(reader, readNumber) };
    case 9:
      return { kind: 'histogram', ...readSeries(reader, readHistogramPoint) };
    case 10:
      return { kind: 'exponential', ...readSeries(reader, readExponential) };
    case 11:
      return { kind: 'summary', points: readSeries(reader, readSummary).points };
    default:
      return undefined;
  }
}

/** All five kinds have their points, and what holds for all of them, under the same numbers. */
function readSeries<T>(reader: ProtoReader, readPoint: (reader: ProtoReader) => T) {
  const points: T[] = [];
  let temporality = 0;
  let isMonotonic = false;
  within(reader, (field) => {
    if (field === 1) points.push(readPoint(reader));
    else if (field === 2) temporality = reader.uint();
    else if (field === 3) isMonotonic = reader.uint() === 1;
    else return false;
    return true;
  });
  return { points, temporality: TEMPORALITIES[temporality] ?? 'unspecified', isMonotonic };
}

/** What all points have; the numbers of their fields differ. */
class PointParts {
  readonly attributes: Pairs = [];
  readonly exemplars: OtlpExemplar[] = [];
  startMs = 0;
  timeMs = 0;
  flags = 0;

  /** Takes a field where it is one of these. */
  take(
    reader: ProtoReader,
    field: number,
    at: { readonly attributes: number; readonly flags: number; readonly exemplars: number },
  ): boolean {
    if (field === 2) this.startMs = reader.fixed64Nanos();
    else if (field === 3) this.timeMs = reader.fixed64Nanos();
    else if (field === at.attributes) readKeyValue(reader, this.attributes);
    else if (field === at.exemplars) this.exemplars.push(readExemplar(reader));
    else if (field === at.flags) this.flags = reader.uint();
    else return false;
    return true;
  }

  finish() {
    const { attributes, exemplars, startMs, timeMs, flags } = this;
    const isStale = (flags & NO_VALUE_FLAG) !== 0;
    return { attributes, exemplars, startMs, timeMs, isStale };
  }
}

function readNumber(reader: ProtoReader): NumberPoint {
  const parts = new PointParts();
  let value = 0;
  within(reader, (field) => {
    if (field === 4) value = reader.double();
    else if (field === 6) value = reader.sfixed64();
    else return parts.take(reader, field, { attributes: 7, exemplars: 5, flags: 8 });
    return true;
  });
  return { ...parts.finish(), value };
}

function readHistogramPoint(reader: ProtoReader): HistogramPoint {
  const parts = new PointParts();
  const bucketCounts: number[] = [];
  const bounds: number[] = [];
  let count = 0;
  let sum: number | undefined;
  within(reader, (field) => {
    if (field === 4) count = reader.fixed64();
    else if (field === 5) sum = reader.double();
    else if (field === 6) readList(reader, 1, bucketCounts);
    else if (field === 7) readList(reader, 'double', bounds);
    else return parts.take(reader, field, { attributes: 9, exemplars: 8, flags: 10 });
    return true;
  });
  return { ...parts.finish(), count, sum, bucketCounts, bounds };
}

function readExponential(reader: ProtoReader): ExponentialPoint {
  const parts = new PointParts();
  let count = 0;
  let sum: number | undefined;
  let scale = 0;
  let zeroCount = 0;
  let zeroThreshold = 0;
  let positive: ExponentialBuckets = { offset: 0, counts: [] };
  let negative: ExponentialBuckets = { offset: 0, counts: [] };
  within(reader, (field) => {
    if (field === 4) count = reader.fixed64();
    else if (field === 5) sum = reader.double();
    else if (field === 6) scale = reader.sint();
    else if (field === 7) zeroCount = reader.fixed64();
    else if (field === 8) positive = readBuckets(reader);
    else if (field === 9) negative = readBuckets(reader);
    else if (field === 14) zeroThreshold = reader.double();
    else return parts.take(reader, field, { attributes: 1, exemplars: 11, flags: 10 });
    return true;
  });
  const totals = { count, sum, scale, zeroCount, zeroThreshold };
  return { ...parts.finish(), ...totals, positive, negative };
}

function readBuckets(reader: ProtoReader): ExponentialBuckets {
  let offset = 0;
  const counts: number[] = [];
  within(reader, (field) => {
    if (field === 1) offset = reader.sint();
    else if (field === 2) readList(reader, 0, counts);
    else return false;
    return true;
  });
  return { offset, counts };
}

function readSummary(reader: ProtoReader): SummaryPoint {
  const parts = new PointParts();
  const quantiles: [number, number][] = [];
  let count = 0;
  let sum = 0;
  within(reader, (field) => {
    if (field === 4) count = reader.fixed64();
    else if (field === 5) sum = reader.double();
    else if (field === 6) quantiles.push(readQuantile(reader));
    else return parts.take(reader, field, { attributes: 7, exemplars: -1, flags: 8 });
    return true;
  });
  return { ...parts.finish(), count, sum, quantiles };
}

function readQuantile(reader: ProtoReader): [number, number] {
  let quantile = 0;
  let value = 0;
  within(reader, (field) => {
    if (field === 1) quantile = reader.double();
    else if (field === 2) value = reader.double();
    else return false;
    return true;
  });
  return [quantile, value];
}

function readExemplar(reader: ProtoReader): OtlpExemplar {
  const attributes: Pairs = [];
  let timeMs = 0;
  let value = 0;
  let traceId = '';
  let spanId = '';
  within(reader, (field) => {
    if (field === 7) readKeyValue(reader, attributes);
    else if (field === 2) timeMs = reader.fixed64Nanos();
    else if (field === 3) value = reader.double();
    else if (field === 6) value = reader.sfixed64();
    else if (field === 4) spanId = hexOf(reader.bytes());
    else if (field === 5) traceId = hexOf(reader.bytes());
    else return false;
    return true;
  });
  return { attributes, timeMs, value, traceId, spanId };
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}

/** A list of fixed64 (1), of varints (0) or of doubles, packed or not. */
function readList(reader: ProtoReader, kind: 0 | 1 | 'double', into: number[]): void {
  if (reader.wireType !== 2) {
    into.push(kind === 'double' ? reader.double() : kind === 1 ? reader.fixed64() : reader.uint());
    return;
  }
  const outer = reader.enter();
  while (reader.hasMore) {
    if (kind === 'double') into.push(reader.packedDouble());
    else into.push(kind === 1 ? reader.packedFixed64() : reader.packedUint());
  }
  reader.leave(outer);
}

function readKeyValue(reader: ProtoReader, into: Pairs): boolean {
  let key = '';
  let value: unknown = '';
  within(reader, (field) => {
    if (field === 1) key = reader.string();
    else if (field === 2) value = readAny(reader, 0);
    else return false;
    return true;
  });
  into.push([key, textOfAny(value)]);
  return true;
}

/** A value of any kind as what JSON would have it be. */
function readAny(reader: ProtoReader, depth: number): unknown {
  let value: unknown = '';
  within(reader, (field) => {
    if (field === 1) value = reader.string();
    else if (field === 2) value = reader.uint() === 1;
    else if (field === 3) value = reader.int();
    else if (field === 4) value = reader.double();
    else if (field === 7) value = Buffer.from(reader.bytes()).toString('base64');
    else if ((field === 5 || field === 6) && depth < OTLP_DEPTH_MAX) {
      value = field === 5 ? readArray(reader, depth) : readMap(reader, depth);
    } else return false;
    return true;
  });
  return value;
}

function readArray(reader: ProtoReader, depth: number): unknown[] {
  const values: unknown[] = [];
  within(reader, (field) => {
    if (field === 1) values.push(readAny(reader, depth + 1));
    return field === 1;
  });
  return values;
}

function readMap(reader: ProtoReader, depth: number): Record<string, unknown> {
  const entries: [string, unknown][] = [];
  within(reader, (field) => {
    if (field !== 1) return false;
    let key = '';
    let value: unknown = '';
    within(reader, (inner) => {
      if (inner === 1) key = reader.string();
      else if (inner === 2) value = readAny(reader, depth + 1);
      else return false;
      return true;
    });
    entries.push([key, value]);
    return true;
  });
  return Object.fromEntries(entries);
}

/** A label's value for a value of any kind: text as it is, the rest as JSON. */
export function textOfAny(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
