/** meta.json: what a block is. The fields are those of Prometheus; `nines` is ours and optional. */
import { BlockDamage } from './damage.ts';
import { META_BYTES_MAX } from './limits.ts';
import { isUlid } from './ulid.ts';

export interface BlockStats {
  readonly numSamples: number;
  readonly numSeries: number;
  readonly numChunks: number;
}

/** A block that another one was made of. */
export interface BlockParent {
  readonly ulid: string;
  readonly minTime: number;
  readonly maxTime: number;
}

export interface BlockMeta {
  readonly ulid: string;
  /** Of all samples; epoch milliseconds, the maximum not included. */
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly stats: BlockStats;
  /** 1: written from the head; each compaction makes it one more than its highest source. */
  readonly level: number;
  /** The blocks of level 1 that all of it comes from. */
  readonly sources: readonly string[];
  readonly parents: readonly BlockParent[];
  /** Numbers of the chunk files that it was written from; they may be deleted. */
  readonly chunkFiles: readonly number[];
  /** Whether it has dense chunks, which only Nines reads. */
  readonly isDense: boolean;
  /** The length of its intervals where it has aggregates; undefined: it has samples. */
  readonly everyMs?: number | undefined;
}

/** Writes meta.json. */
export function formatMeta(meta: BlockMeta): string {
  const { ulid, minTimeMs, maxTimeMs, stats, level, sources, parents, chunkFiles } = meta;
  const nines = {
    ...(chunkFiles.length > 0 && { chunkFiles }),
    ...(meta.isDense && { isDense: true }),
    ...(meta.everyMs !== undefined && { everyMs: meta.everyMs }),
  };
  const compaction = { level, sources, ...(parents.length > 0 ? { parents } : {}) };
  const document = {
    ulid,
    minTime: minTimeMs,
    maxTime: maxTimeMs,
    stats,
    compaction,
    version: 1,
    ...(Object.keys(nines).length > 0 && { nines }),
  };
  return `${JSON.stringify(document, undefined, '\t')}\n`;
}

/** Reads meta.json. Throws `BlockDamage`. */
export function parseMeta(bytes: Uint8Array): BlockMeta {
  if (bytes.length > META_BYTES_MAX) {
    throw new BlockDamage('meta.json', `has ${bytes.length} bytes; at most ${META_BYTES_MAX}`);
  }
  const document = parseJson(bytes);
  const version = numberAt(document, 'version');
  if (version !== 1) throw new BlockDamage('meta.json', `unexpected version ${version}; want 1`);
  const ulid = document['ulid'];
  if (typeof ulid !== 'string' || !isUlid(ulid)) {
    throw new BlockDamage('meta.json', `"ulid" is ${JSON.stringify(ulid)}`);
  }
  const minTimeMs = numberAt(document, 'minTime');
  const maxTimeMs = numberAt(document, 'maxTime');
  if (minTimeMs > maxTimeMs) {
    throw new BlockDamage('meta.json', `begins at ${minTimeMs} and ends before, at ${maxTimeMs}`);
  }
  const stats = recordAt(document, 'stats');
  const compaction = recordAt(document, 'compaction');
  const nines = recordAt(document, 'nines');
  return {
    ulid,
    minTimeMs,
    maxTimeMs,
    stats: {
      numSamples: optionalNumber(stats, 'numSamples'),
      numSeries: optionalNumber(stats, 'numSeries'),
      numChunks: optionalNumber(stats, 'numChunks'),
    },
    level: Math.max(1, optionalNumber(compaction, 'level')),
    sources: listAt(compaction, 'sources').filter((source) => typeof source === 'string'),
    parents: listAt(compaction, 'parents').flatMap(parseParent),
    chunkFiles: listAt(nines, 'chunkFiles').filter((seq) => typeof seq === 'number'),
    isDense: nines['isDense'] === true,
    everyMs: nines['everyMs'] === undefined ? undefined : numberAt(nines, 'everyMs'),
  };
}

type JsonRecord = Readonly<Record<string, unknown>>;

function parseJson(bytes: Uint8Array): JsonRecord {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (isRecord(parsed)) return parsed;
  } catch {
    // Said below, in our words.
  }
  throw new BlockDamage('meta.json', 'is no JSON object');
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function numberAt(record: JsonRecord, name: string): number {
  const value = record[name];
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new BlockDamage('meta.json', `"${name}" is ${JSON.stringify(value)}; want an integer`);
}

function optionalNumber(record: JsonRecord, name: string): number {
  return record[name] === undefined ? 0 : numberAt(record, name);
}

function recordAt(record: JsonRecord, name: string): JsonRecord {
  const value = record[name];
  return isRecord(value) ? value : {};
}

function listAt(record: JsonRecord, name: string): readonly unknown[] {
  const value: unknown = record[name];
  return Array.isArray(value) ? value : [];
}

function parseParent(value: unknown): readonly BlockParent[] {
  if (!isRecord(value) || typeof value['ulid'] !== 'string') return [];
  const minTime = optionalNumber(value, 'minTime');
  return [{ ulid: value['ulid'], minTime, maxTime: optionalNumber(value, 'maxTime') }];
}
