/** Files of a store of our own, small and with all that they may hold, as pieces to be spoiled. */
import { crc32 } from 'node:zlib';
import { createManualClock } from '../../packages/server/src/platform/index.ts';
import {
  createHistogram,
  createLabels,
  NO_BUCKETS,
} from '../../packages/server/src/series/index.ts';
import { ByteWriter } from '../../packages/server/src/tsdb/bytes.ts';
import {
  CHUNK_FILE_HEADER_BYTES,
  CHUNK_HEADER_BYTES,
  TRAILER_BYTES,
} from '../../packages/server/src/tsdb/chunk-format.ts';
import type { MemoryDisk } from '../../packages/server/src/tsdb/memory-disk.ts';
import { beginRecord, endRecord } from '../../packages/server/src/tsdb/records.ts';
import {
  createBatch,
  openFixture,
  SMALL,
  START_MS,
  type Value,
} from '../../packages/server/src/tsdb/store-fixture.ts';
import { type Piece, plainPiece } from './pieces.ts';

const STEP_MS = 15_000;
const LATE_WINDOW_MS = 600_000;
const HISTOGRAM = createHistogram({
  schema: 1,
  counterReset: 'unknown',
  isInteger: true,
  zeroThreshold: 0.001,
  zeroCount: 1,
  count: 7,
  sum: 2.5,
  positive: { spanOffsets: [0, 2], spanLengths: [2, 1], counts: Float64Array.of(1, 3, 2) },
  negative: NO_BUCKETS,
  customBounds: undefined,
});

/** Appends a round of samples, of which some are late, are histograms, or say when they began. */
function appendRound({ db, clock }: ReturnType<typeof openFixture>, round: number): void {
  const atMs = clock.now();
  const refOf = (name: string): number => db.resolve(createLabels({ __name__: name, job: 'é' }));
  const histogram: Value = round % 40 === 39 ? round : HISTOGRAM;
  const batch = createBatch([
    [refOf('a'), atMs, round],
    [refOf('b'), atMs, round / 3, START_MS],
    [refOf('c'), atMs, histogram],
    ...(round % 60 === 59 ? [[refOf('a'), atMs - STEP_MS / 2, 0.5] as const] : []),
  ]);
  const exemplar = { labels: createLabels({ id: 'x' }), value: 1, timeMs: atMs };
  const exemplars = round % 60 === 0 ? [{ ref: refOf('a'), exemplar }] : [];
  db.append({ ...batch, exemplars });
  clock.advance(STEP_MS);
}

const LIMITS = { ...SMALL, segmentBytes: 1024 * 1024, checkpointWalBytes: 1024 * 1024 };
/** So many that each series closes a chunk. */
const ROUNDS = 125;

function openFilled(rounds: number): ReturnType<typeof openFixture> {
  const clock = createManualClock(START_MS);
  const fixture = openFixture({ clock, limits: LIMITS, lateWindowMs: LATE_WINDOW_MS });
  for (let round = 0; round < rounds; round++) appendRound(fixture, round);
  return fixture;
}

/** A store with samples in its log only. */
export function createLog(rounds: number): MemoryDisk {
  return openFilled(rounds).disk.copy();
}

/** A store with samples in chunk files, in its checkpoint and in its log. */
export async function createStore(): Promise<MemoryDisk> {
  const fixture = openFilled(ROUNDS);
  const { db, disk, clock } = fixture;
  await db.maintain(clock.now());
  for (let round = 0; round < 5; round++) appendRound(fixture, round);
  return disk.copy();
}

/** A content of a file that must be there. */
export function contentOf(disk: MemoryDisk, path: string): Uint8Array {
  const bytes = disk.content(path);
  if (bytes === undefined) throw new Error(`the store of the fuzzer has no ${path}`);
  return bytes;
}

const RECORDS_HEADER_BYTES = 8;

/** The log or a checkpoint: a header and records. A content begins with the kind of its record. */
export function splitRecords(file: Uint8Array): readonly Piece[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const pieces = [plainPiece(file.slice(0, RECORDS_HEADER_BYTES))];
  for (let at = RECORDS_HEADER_BYTES; at < file.length; ) {
    const end = at + 8 + view.getUint32(at, true);
    pieces.push({ content: file.slice(at + 8, end), seal: sealRecord });
    at = end;
  }
  return pieces;
}

function sealRecord(content: Uint8Array): Uint8Array {
  const to = new ByteWriter(content.length + 16);
  const start = beginRecord(to, content[0] ?? 0);
  to.raw(content.subarray(1));
  endRecord(to, start);
  return to.written();
}

/** A chunk file: a header, chunks, and where it is sealed an index and a trailer. */
export function splitChunkFile(file: Uint8Array): readonly Piece[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const pieces = [plainPiece(file.slice(0, CHUNK_FILE_HEADER_BYTES))];
  let at = CHUNK_FILE_HEADER_BYTES;
  while (at + CHUNK_HEADER_BYTES < file.length) {
    const end = at + CHUNK_HEADER_BYTES + view.getUint16(at + 4, true);
    if (view.getUint32(at, true) !== crc32(file.subarray(at + 4, end))) break;
    pieces.push({ content: file.slice(at + 4, end), seal: sealChunk });
    at = end;
  }
  if (at === file.length) return pieces;
  const trailerAt = file.length - TRAILER_BYTES;
  const trailer = file.slice(trailerAt, file.length - 4);
  return [...pieces, plainPiece(file.slice(at, trailerAt)), { content: trailer, seal: sealEnd }];
}

/** Checksum, length, all else: the length is what it has to be. */
function sealChunk(content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(Math.max(CHUNK_HEADER_BYTES, 4 + content.length));
  bytes.set(content, 4);
  const view = new DataView(bytes.buffer);
  view.setUint16(4, bytes.length - CHUNK_HEADER_BYTES, true);
  view.setUint32(0, crc32(bytes.subarray(4)), true);
  return bytes;
}

/** A content, then its checksum. */
function sealEnd(content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(content.length + 4);
  bytes.set(content);
  new DataView(bytes.buffer).setUint32(content.length, crc32(content), true);
  return bytes;
}
