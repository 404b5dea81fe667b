/**
 * Finds the chunk files of a folder at start.
 *
 * A sealed file needs its trailer only. Of files that still grew, the part beyond what the last
 * checkpoint knew is read chunk by chunk: it tells which samples of the log are in files already,
 * and where the file is cut short if the last write did not get through.
 */
import { errorMessage, type Log } from '../platform/index.ts';
import { ChunkFile, GrowingIndex, type IndexedChunk, parseSeq } from './chunk-file.ts';
import {
  CHUNK_FILE_HEADER_BYTES,
  CHUNK_HEADER_BYTES,
  chunkBytes,
  isIntact,
  isLateChunk,
  readChunkFileHeader,
  readChunkPlace,
  readTrailer,
  TRAILER_BYTES,
} from './chunk-format.ts';
import type { Disk, DiskFile } from './disk.ts';

/** What a checkpoint knows of the files. */
export interface KnownFiles {
  /** Files with smaller numbers that are not listed were sealed, or deleted, before. */
  readonly nextSeq: number;
  /** Bytes of the files that grew, by number. */
  readonly growing: ReadonlyMap<number, number>;
}

/** A chunk that the start of a checkpoint does not know; the series' part of it may. */
export interface FreshChunk extends IndexedChunk {
  readonly file: ChunkFile;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly isLate: boolean;
}

/** What the folder held. */
interface FoundFiles {
  readonly files: readonly ChunkFile[];
  /** By number of series. */
  readonly fresh: ReadonlyMap<number, FreshChunk[]>;
  /** Bytes cut off, and files set aside because they make no sense. */
  readonly droppedBytes: number;
  readonly unreadableFiles: number;
  /** All numbers of files are below this, also of those set aside. */
  readonly seqEnd: number;
}

/** Looks through a folder. Files that are none of ours are left alone. */
export function findChunkFiles(options: {
  readonly disk: Disk;
  readonly dir: string;
  readonly log: Log;
  /** Undefined where there is no checkpoint. */
  readonly known: KnownFiles | undefined;
}): FoundFiles {
  const { disk, dir, log, known } = options;
  const files: ChunkFile[] = [];
  const fresh = new Map<number, FreshChunk[]>();
  let droppedBytes = 0;
  let unreadableFiles = 0;
  let seqEnd = 1;
  for (const name of disk.list(dir)) {
    const seq = parseSeq(name);
    if (seq === undefined) continue;
    seqEnd = Math.max(seqEnd, seq + 1);
    try {
      const opened = openChunkFile(options, seq);
      if (opened === undefined) continue;
      const from = scanFrom(opened.file, known);
      const goodBytes = from === undefined ? undefined : scan(opened, from, fresh);
      droppedBytes += settle(opened, goodBytes, log);
      files.push(opened.file);
    } catch (error) {
      unreadableFiles++;
      log.error('chunk file cannot be used and is left aside', {
        path: `${dir}/${name}`,
        error: errorMessage(error),
      });
    }
  }
  return { files, fresh, droppedBytes, unreadableFiles, seqEnd };
}

interface OpenedFile {
  readonly file: ChunkFile;
  readonly handle: DiskFile;
  readonly fileBytes: number;
}

/** Opens a file; one that was begun, but did not get its header, is removed. */
function openChunkFile(
  options: { readonly disk: Disk; readonly dir: string },
  seq: number,
): OpenedFile | undefined {
  const { disk, dir } = options;
  const place = { dir, seq, windowStartMs: 0, sizeBytes: 0 };
  const { path } = new ChunkFile(place);
  const handle = disk.open(path, 'update');
  try {
    const fileBytes = handle.sizeBytes();
    if (fileBytes < CHUNK_FILE_HEADER_BYTES) {
      handle.close();
      disk.remove(path);
      return undefined;
    }
    const header = readChunkFileHeader(readAt(handle, 0, CHUNK_FILE_HEADER_BYTES));
    if (typeof header === 'string') throw new Error(header);
    const file = new ChunkFile({ ...place, windowStartMs: header, sizeBytes: fileBytes });
    file.trailer = readTrailer(
      readAt(handle, Math.max(0, fileBytes - TRAILER_BYTES), TRAILER_BYTES),
      fileBytes,
    );
    file.sampleCount = file.trailer?.sampleCount ?? 0;
    return { file, handle, fileBytes };
  } catch (error) {
    handle.close();
    throw error;
  }
}

function readAt(handle: DiskFile, at: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  return bytes.subarray(0, handle.read(bytes, at));
}

/**
 * Where chunks begin that the checkpoint does not know; undefined where it knows all. Of a file that
 * lost its end it knows nothing: last chunks, which lead to those before them, are gone. Sealed files
 * are not read through when there is no checkpoint, however many there are: what the log has of
 * them once more is passed over by queries, whose times only rise.
 */
function scanFrom(file: ChunkFile, known: KnownFiles | undefined): number | undefined {
  const knownBytes = known?.growing.get(file.seq);
  if (knownBytes !== undefined && knownBytes <= file.sizeBytes) return knownBytes;
  const wasSealed = known === undefined || file.seq < known.nextSeq;
  return file.trailer !== undefined && wasSealed ? undefined : CHUNK_FILE_HEADER_BYTES;
}

const SCAN_BYTES = 4 * 1024 * 1024;

/** Reads chunks from a place on; answers where the good ones end. */
function scan(opened: OpenedFile, from: number, fresh: Map<number, FreshChunk[]>): number {
  const { file, handle } = opened;
  const end = file.trailer?.indexAt ?? opened.fileBytes;
  const buffer = new Uint8Array(Math.max(0, Math.min(SCAN_BYTES, end - from)));
  const view = new DataView(buffer.buffer);
  let at = from;
  while (at < end) {
    const count = handle.read(buffer, at);
    const used = scanBuffer({ file, buffer: buffer.subarray(0, count), view, at, end }, fresh);
    if (used === 0) break;
    at += used;
  }
  return Math.min(at, end);
}

interface Window {
  readonly file: ChunkFile;
  readonly buffer: Uint8Array;
  readonly view: DataView;
  /** Place of the buffer in the file. */
  readonly at: number;
  readonly end: number;
}

/** Takes note of the whole, intact chunks of a buffer; answers how many bytes they are. */
function scanBuffer(window: Window, fresh: Map<number, FreshChunk[]>): number {
  const { file, buffer, view } = window;
  const length = Math.min(buffer.length, window.end - window.at);
  let used = 0;
  while (used + CHUNK_HEADER_BYTES <= length) {
    const size = chunkBytes(view, used);
    if (size === undefined || used + size > length || !isIntact(buffer, used, size)) break;
    const place = readChunkPlace(view, used, file.windowStartMs);
    const dataAt = used + CHUNK_HEADER_BYTES;
    const samples = (buffer[dataAt] << 8) | buffer[dataAt + 1];
    const list = fresh.get(place.id) ?? [];
    fresh.set(place.id, list);
    list.push({
      file,
      at: window.at + used,
      samples,
      hasMarker: place.hasMarker,
      firstMs: place.startMs,
      lastMs: place.lastMs,
      isLate: isLateChunk(view, used),
    });
    if (file.trailer === undefined) file.sampleCount += samples;
    used += size;
  }
  return used;
}

/** Makes a file ready for use; cuts off what is not good. Answers how many bytes that were. */
function settle(opened: OpenedFile, goodBytes: number | undefined, log: Log): number {
  const { file, handle, fileBytes } = opened;
  if (file.trailer !== undefined) {
    handle.close();
    file.syncedBytes = fileBytes;
    return 0;
  }
  const keptBytes = Math.min(goodBytes ?? fileBytes, fileBytes);
  const droppedBytes = fileBytes - keptBytes;
  if (droppedBytes > 0) {
    handle.truncate(keptBytes);
    // Its samples are in the log still, unless the log is damaged too.
    log.warn('chunk file was cut back to its last good chunk', { path: file.path, droppedBytes });
  }
  file.index = new GrowingIndex();
  file.handle = handle;
  file.sizeBytes = keptBytes;
  return droppedBytes;
}
