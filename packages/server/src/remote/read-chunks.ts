/**
 * Remote read as a stream of chunks, so that neither side holds the whole answer: frames of
 * `ChunkedReadResponse`, each with its length, its checksum and one series, whose chunks are those
 * of Prometheus' blocks (storage/remote/chunked.go and codec.go of Prometheus).
 *
 * Readers take one series from each frame. What does not fit into one goes on in the next, with its
 * labels again.
 */
import { setImmediate } from 'node:timers/promises';
import { crc32c, ProtoWriter } from '../platform/index.ts';
import type { Labels, Samples } from '../series/index.ts';
import { READ_FRAME_BYTES, READ_SAMPLES_PER_TURN, READ_WRITE_BYTES } from './limits.ts';
import { writeLabelsV1 } from './write-v1.ts';

/** Samples in the layout of Prometheus' chunks. */
export interface EncodedChunk {
  /** Of its first and its last sample. */
  readonly minMs: number;
  readonly maxMs: number;
  /** 1: floats by XOR; 2: histograms of whole numbers; 3: other histograms. */
  readonly encoding: number;
  /** Memory of its own. */
  readonly data: Uint8Array;
}

/** Encodes the samples of one series; a store that keeps such chunks has it. */
export type EncodeChunks = (samples: Samples) => Iterable<EncodedChunk>;

interface ReadSeries {
  readonly labels: Labels;
  /** Valid until the next series. */
  readonly samples: Samples;
}

/** The bytes of the answer to all queries of a request, in pieces of many frames. */
export async function* streamChunks(
  results: readonly Iterable<ReadSeries>[],
  encodeChunks: EncodeChunks,
): AsyncGenerator<Uint8Array> {
  const frames = new FrameWriter();
  let costInTurn = 0;
  for (const { begins, part, isLast } of piecesOf(results)) {
    if (begins !== undefined) frames.begin(begins);
    for (const chunk of encodeChunks(part)) frames.put(chunk);
    if (isLast) frames.end();
    costInTurn += part.count + COST_OF_SERIES;
    if (costInTurn >= READ_SAMPLES_PER_TURN) {
      costInTurn = 0;
      await setImmediate();
    }
    if (frames.sizeBytes >= READ_WRITE_BYTES) yield frames.take();
  }
  if (frames.sizeBytes > 0) yield frames.take();
}

/** Some samples of a series. */
interface Piece {
  /** The series, with its first piece. */
  readonly begins: Place | undefined;
  readonly part: Samples;
  readonly isLast: boolean;
}

function* piecesOf(results: readonly Iterable<ReadSeries>[]): Generator<Piece> {
  for (const [queryIndex, result] of results.entries()) {
    for (const { labels, samples } of result) yield* cutSeries({ queryIndex, labels }, samples);
  }
}

/** What the labels and the frame of a series cost, in samples. */
export const COST_OF_SERIES = 64;

/** A series, where it is long in parts of a copy, since others read between two parts. */
function* cutSeries(begins: Place, samples: Samples): Generator<Piece> {
  const { count } = samples;
  if (count <= READ_SAMPLES_PER_TURN) {
    yield { begins, part: samples, isLast: true };
    return;
  }
  const timesMs = samples.timesMs.slice(0, count);
  const bits = samples.bits.slice(0, 2 * count);
  const histograms = samples.histograms?.slice(0, count);
  for (let from = 0; from < count; from += READ_SAMPLES_PER_TURN) {
    const to = Math.min(count, from + READ_SAMPLES_PER_TURN);
    const floats = {
      count: to - from,
      timesMs: timesMs.subarray(from, to),
      bits: bits.subarray(2 * from, 2 * to),
      values: new Float64Array(bits.buffer, 8 * from, to - from),
    };
    const part =
      histograms === undefined ? floats : { ...floats, histograms: histograms.slice(from, to) };
    yield { begins: from === 0 ? begins : undefined, part, isLast: to === count };
  }
}

interface Place {
  readonly queryIndex: number;
  readonly labels: Labels;
}

/** Collects frames. */
class FrameWriter {
  readonly #message = new ProtoWriter(64 * 1024);
  #pieces: Uint8Array[] = [];
  sizeBytes = 0;

  #place: Place | undefined;
  #chunks: EncodedChunk[] = [];
  #chunkBytes = 0;

  /** Begins a series. */
  begin(place: Place): void {
    this.#place = place;
  }

  /** Adds a chunk of it; what is full goes into a frame. */
  put(chunk: EncodedChunk): void {
    const isFull = this.#chunkBytes + chunk.data.length > READ_FRAME_BYTES;
    if (isFull && this.#chunks.length > 0) this.end();
    this.#chunks.push(chunk);
    this.#chunkBytes += chunk.data.length;
  }

  /** Puts what there is of the series into a frame; one without chunks has a frame, too. */
  end(): void {
    if (this.#place !== undefined) this.#write(this.#place, this.#chunks);
    this.#chunks = [];
    this.#chunkBytes = 0;
  }

  #write({ queryIndex, labels }: Place, chunks: readonly EncodedChunk[]): void {
    const message = this.#message;
    message.reset();
    const series = message.begin(1);
    writeLabelsV1(message, labels);
    for (const { minMs, maxMs, encoding, data } of chunks) {
      const chunk = message.begin(2);
      message.int(1, minMs);
      message.int(2, maxMs);
      message.uint(3, encoding);
      message.bytes(4, data);
      message.end(chunk);
    }
    message.end(series);
    if (queryIndex > 0) message.int(2, queryIndex);
    const bytes = message.finish();
    const frame = new ProtoWriter(bytes.length + FRAME_HEAD_BYTES_MAX);
    frame.packedUint(bytes.length);
    frame.raw(bigEndian(crc32c(bytes)));
    frame.raw(bytes);
    const written = frame.finish();
    this.#pieces.push(written);
    this.sizeBytes += written.length;
  }

  /** All frames since the last time. */
  take(): Uint8Array {
    const bytes = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.sizeBytes = 0;
    return bytes;
  }
}

/** A length and a checksum. */
const FRAME_HEAD_BYTES_MAX = 10 + 4;

function bigEndian(word: number): Uint8Array {
  return Uint8Array.of(word >>> 24, word >>> 16, word >>> 8, word);
}
