/**
 * The frame that log and checkpoint share: length, checksum, kind, content.
 *
 *   u32 bytes of kind and content together | u32 CRC-32 of them | u8 kind | content
 *
 * A file is a header of 8 bytes (4 of magic, u32 version) and records. Whatever cuts a file short
 * or flips a bit in it is found by the length or the checksum, and what stands before is good.
 */
import { crc32 } from 'node:zlib';
import type { ByteWriter } from './bytes.ts';
import type { DiskFile } from './disk.ts';
import { RECORD_BYTES_MAX } from './limits.ts';

/** What a file says of itself at its beginning. */
export interface FileFormat {
  readonly magic: number;
  /** The version that is written; all from 1 on are read. */
  readonly version: number;
}

const FILE_HEADER_BYTES = 8;
export const FRAME_BYTES = 9;

/** Writes a file's header. */
export function putFileHeader(writer: ByteWriter, magic: number, version: number): void {
  writer.word(magic);
  writer.word(version);
}

/** Versions that later programs may have; anything above is damage, no version. */
const VERSION_MAX = 1000;

/** The version of a file that a later program wrote; undefined for any other, damaged ones too. */
export function findNewerVersion(file: DiskFile, format: FileFormat): number | undefined {
  const header = new Uint8Array(FILE_HEADER_BYTES);
  if (file.read(header, 0) < FILE_HEADER_BYTES) return undefined;
  const view = new DataView(header.buffer);
  const version = view.getUint32(4, true);
  const isNewer = version > format.version && version <= VERSION_MAX;
  return isNewer && view.getUint32(0, true) === format.magic ? version : undefined;
}

/** Begins a record; answers where, for `endRecord`. */
export function beginRecord(writer: ByteWriter, kind: number): number {
  const start = writer.at;
  writer.reserve(FRAME_BYTES);
  writer.at += 8;
  writer.byte(kind);
  return start;
}

/** Changes the kind of a record that is being written. */
export function setRecordKind(writer: ByteWriter, start: number, kind: number): void {
  writer.bytes[start + 8] = kind;
}

/** Fills in length and checksum of a record whose content is complete. */
export function endRecord(writer: ByteWriter, start: number): void {
  const content = writer.bytes.subarray(start + 8, writer.at);
  writer.wordAt(start, content.length);
  writer.wordAt(start + 4, crc32(content));
}

/** One record; its content lies in `bytes` from `from` to `end`, during the call only. */
export interface StoredRecord {
  /** Of the file's format. */
  readonly version: number;
  readonly kind: number;
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly end: number;
}

/** Why reading stopped before the end of a file. */
export interface Damage {
  readonly at: number;
  readonly reason: string;
}

/** Read at a time: large enough for sequential speed, small enough not to show in memory. */
const READ_BYTES = 4 * 1024 * 1024;

/**
 * Gives each good record of a file to `onRecord`, in order; answers what stopped it early, if
 * anything. `onRecord` answers false where a content makes no sense.
 */
export function readRecords(
  file: DiskFile,
  format: FileFormat,
  onRecord: (record: StoredRecord) => boolean,
): Damage | undefined {
  const fileBytes = file.sizeBytes();
  const header = new Uint8Array(FILE_HEADER_BYTES);
  const damage = findHeaderDamage(header.subarray(0, file.read(header, 0)), format);
  if (damage !== undefined) return damage;
  const version = new DataView(header.buffer).getUint32(4, true);
  let buffer = new Uint8Array(Math.min(READ_BYTES, fileBytes));
  let at = FILE_HEADER_BYTES;
  while (at < fileBytes) {
    const loaded = buffer.subarray(0, file.read(buffer, at));
    const step = readBuffer(loaded, version, onRecord);
    at += step.used;
    if (step.reason !== undefined) return { at, reason: step.reason };
    if (step.used > 0) continue;
    // Not even one record: the file ends within it, or it is larger than the buffer.
    if (at + step.need > fileBytes) return { at, reason: 'record is cut short' };
    buffer = new Uint8Array(step.need);
  }
  return undefined;
}

interface Step {
  /** Bytes of whole records. */
  used: number;
  /** Bytes that the record after them takes; what is missing of it may be in the file. */
  need: number;
  reason: string | undefined;
}

function readBuffer(
  bytes: Uint8Array,
  version: number,
  onRecord: (record: StoredRecord) => boolean,
): Step {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const step: Step = { used: 0, need: FRAME_BYTES, reason: undefined };
  while (step.used + FRAME_BYTES <= bytes.length) {
    const at = step.used;
    const length = view.getUint32(at, true);
    step.need = 8 + length;
    if (length < 1 || length > RECORD_BYTES_MAX) {
      step.reason = `record says that it has ${length} bytes`;
      break;
    }
    const end = at + step.need;
    if (end > bytes.length) break;
    if (view.getUint32(at + 4, true) !== crc32(bytes.subarray(at + 8, end))) {
      step.reason = 'checksum does not match';
      break;
    }
    if (!onRecord({ version, kind: bytes[at + 8], bytes, from: at + FRAME_BYTES, end })) {
      step.reason = `content of a record of kind ${bytes[at + 8]} makes no sense`;
      break;
    }
    step.used = end;
    step.need = FRAME_BYTES;
  }
  return step;
}

function findHeaderDamage(header: Uint8Array, want: FileFormat): Damage | undefined {
  if (header.length < FILE_HEADER_BYTES) return { at: 0, reason: 'header is cut short' };
  const view = new DataView(header.buffer);
  const magic = view.getUint32(0, true);
  const version = view.getUint32(4, true);
  if (magic !== want.magic) {
    return { at: 0, reason: `unexpected magic number ${hex(magic)}; want ${hex(want.magic)}` };
  }
  if (version < 1 || version > want.version) {
    return { at: 4, reason: `unexpected format version ${version}; want ${want.version}` };
  }
  return undefined;
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
