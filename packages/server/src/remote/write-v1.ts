/**
 * Remote write 1.0: `prometheus.WriteRequest` (prompb/remote.proto, prompb/types.proto).
 *
 * Every series carries its labels in full. Their bytes, as they stand in the message, are the key
 * under which the series is known: all senders write the same labels in the same way each time.
 */
import { ProtoReader, type ProtoWriter } from '../platform/index.ts';
import { createLabelsFromPairs, type Exemplar, type Labels } from '../series/index.ts';
import { metricTypeOf } from './metadata-book.ts';
import type { RawPair } from './series-labels.ts';
import {
  addExemplar,
  beginSeries,
  endSeries,
  learnSeries,
  type RawExemplar,
  readHistogramSample,
  readSample,
  type WriteTarget,
} from './write-decoder.ts';

/** Reads a request into the target. Throws `PROTOBUF_INVALID`; then nothing of it counts. */
export function readWriteV1(bytes: Uint8Array, target: WriteTarget): void {
  const reader = new ProtoReader(bytes);
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) readSeries(reader, bytes, target);
    else if (field === 3) readMetadata(reader, target);
    else reader.skip();
  }
}

function readSeries(reader: ProtoReader, bytes: Uint8Array, target: WriteTarget): void {
  const start = beginSeries(target);
  const outer = reader.enter();
  let from = 0;
  let to = 0;
  /** Labels that do not stand together have no key; nobody writes that, but it is allowed. */
  let scattered: RawPair[] | undefined;
  for (let at = reader.at, field = reader.next(); field !== 0; ) {
    if (field === 1) {
      if (to === 0) from = at;
      else if (at !== to) scattered ??= readPairs(bytes, from, to);
      if (scattered === undefined) reader.skip();
      else scattered.push(readPair(reader));
      if (scattered === undefined) to = reader.at;
    } else if (field === 2) readSample(reader, target.floats);
    else if (field === 3) readExemplar(reader, target);
    else if (field === 4) readHistogramSample(reader, target);
    else reader.skip();
    at = reader.at;
    field = reader.next();
  }
  reader.leave(outer);
  endSeries(start, findSeries({ bytes, from, to }, scattered, target), target);
}

function findSeries(
  key: { readonly bytes: Uint8Array; readonly from: number; readonly to: number },
  scattered: readonly RawPair[] | undefined,
  target: WriteTarget,
): number | undefined {
  if (scattered !== undefined) {
    const bytes = Buffer.from(JSON.stringify(scattered));
    return learnSeries({ bytes, from: 0, to: bytes.length }, () => scattered, target);
  }
  const entry = target.known.find(key.bytes, key.from, key.to);
  if (entry >= 0) return entry;
  return learnSeries(key, () => readPairs(key.bytes, key.from, key.to), target);
}

/** The pairs of label fields that stand together. */
function readPairs(bytes: Uint8Array, from: number, to: number): RawPair[] {
  const reader = new ProtoReader(bytes.subarray(from, to));
  const pairs: RawPair[] = [];
  while (reader.next() !== 0) pairs.push(readPair(reader));
  return pairs;
}

function readPair(reader: ProtoReader): RawPair {
  let name: string | undefined = '';
  let value: string | undefined = '';
  const outer = reader.enter();
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) name = reader.findString();
    else if (field === 2) value = reader.findString();
    else reader.skip();
  }
  reader.leave(outer);
  return [name, value];
}

function readExemplar(reader: ProtoReader, target: WriteTarget): void {
  const outer = reader.enter();
  const exemplar = readExemplarFields(reader);
  reader.leave(outer);
  addExemplar(exemplar, target);
}

function readExemplarFields(reader: ProtoReader): RawExemplar {
  const pairs: RawPair[] = [];
  let value = 0;
  let timeMs = 0;
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) pairs.push(readPair(reader));
    else if (field === 2) value = reader.double();
    else if (field === 3) timeMs = reader.int();
    else reader.skip();
  }
  return { pairs, value, timeMs };
}

/** Reads an exemplar that was written by `writeExemplarV1`. */
export function readExemplarV1(bytes: Uint8Array): Exemplar {
  const { pairs, value, timeMs } = readExemplarFields(new ProtoReader(bytes));
  return { labels: labelsOfPairs(pairs), value, timeMs };
}

/** The fields of an exemplar. */
export function writeExemplarV1(writer: ProtoWriter, exemplar: Exemplar): void {
  writeLabelsV1(writer, exemplar.labels);
  writer.double(2, exemplar.value);
  writer.int(3, exemplar.timeMs);
}

/** Labels as the first field, once for each. */
export function writeLabelsV1(writer: ProtoWriter, { names, values }: Labels): void {
  for (let i = 0; i < names.length; i++) {
    const start = writer.begin(1);
    writer.string(1, names[i]);
    writer.string(2, values[i]);
    writer.end(start);
  }
}

/** Labels that were written by `writeLabelsV1`. */
export function readLabelsV1(bytes: Uint8Array): Labels {
  return labelsOfPairs(readPairs(bytes, 0, bytes.length));
}

function labelsOfPairs(pairs: readonly RawPair[]): Labels {
  return createLabelsFromPairs(pairs.map(([name = '', value = '']) => [name, value]));
}

function readMetadata(reader: ProtoReader, { metadata }: WriteTarget): void {
  let type = 0;
  let metric = '';
  let help = '';
  let unit = '';
  const outer = reader.enter();
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) type = reader.uint();
    else if (field === 2) metric = reader.string();
    else if (field === 4) help = reader.string();
    else if (field === 5) unit = reader.string();
    else reader.skip();
  }
  reader.leave(outer);
  metadata.note({ metric, type: metricTypeOf(type), help, unit });
}
