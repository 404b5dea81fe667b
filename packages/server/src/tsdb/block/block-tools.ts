/** What the command line does with folders of blocks: look, check, take in. */
import { basename, join } from 'node:path';
import { createSilentLog, errorMessage } from '../../platform/index.ts';
import { isStale } from '../../series/index.ts';
import { createDisk, type Disk } from '../disk.ts';
import { SampleBuffer } from '../sample-buffer.ts';
import { Copier, copyBlock } from '../snapshot.ts';
import { Block } from './block.ts';
import { BlockFiles } from './block-files.ts';
import { UNFINISHED_SUFFIX } from './block-writer.ts';
import { Blocks } from './blocks.ts';
import { ChunkDecoder } from './chunk-decoder.ts';
import { VERIFY_CACHE_BYTES, VERIFY_FAULTS_MAX } from './limits.ts';
import type { BlockMeta } from './meta.ts';
import { isUlid } from './ulid.ts';

/** A block as a list shows it. */
export interface ListedBlock {
  readonly meta: BlockMeta;
  readonly dir: string;
  readonly sizeBytes: number;
  /** Series with something deleted. */
  readonly tombstones: number;
}

/** What a folder of blocks holds. Changes nothing, so that a server may run on it. */
export function listBlocks(dir: string): {
  readonly blocks: readonly ListedBlock[];
  readonly unreadable: readonly { readonly dir: string; readonly reason: string }[];
} {
  const disk = createDisk();
  const blocks = new Blocks({ disk, dir, log: createSilentLog() });
  const names = disk.listDirs(dir).filter(isUlid);
  blocks.follow({ version: 1, blocks: names.map((ulid) => ({ ulid, tombstonesVersion: 0 })) });
  const listed = blocks.list.map((block) => ({
    meta: block.meta,
    dir: block.dir,
    sizeBytes: block.sizeBytes,
    tombstones: block.tombstones.size,
  }));
  blocks.close();
  return { blocks: listed, unreadable: blocks.unreadable };
}

/** What reading a block from one end to the other has found. */
export interface BlockReport {
  readonly dir: string;
  readonly series: number;
  readonly chunks: number;
  readonly samples: number;
  /** The first of them; none: all of it can be read, and meta.json counts it right. */
  readonly faults: readonly string[];
}

/** What a chunk holds: how many samples or intervals, and which time they cover. */
export interface CheckedChunk {
  readonly count: number;
  /** Without staleness markers; not of aggregates. */
  readonly unmarkedCount?: number;
  readonly minMs: number;
  readonly maxMs: number;
}

/** Makes what reads chunks of aggregates (`loadAggregateCheck`), for those who may meet some. */
export type CreateAggregateCheck = (
  everyMs: number,
) => (chunk: { readonly data: Uint8Array }) => CheckedChunk;

/** Reads all of a block: every entry of its index, every sample of its chunks. */
export function verifyBlock(
  dir: string,
  disk: Disk = createDisk(),
  createAggregateCheck?: CreateAggregateCheck,
): BlockReport {
  const files = new BlockFiles(disk, VERIFY_CACHE_BYTES);
  const check = new BlockCheck(dir, createAggregateCheck);
  try {
    check.run(new Block(files, dir));
  } catch (error) {
    check.note(error);
  } finally {
    files.closeAll();
  }
  return check.report();
}

const ALL_TIME = { fromMs: -Infinity, toMs: Infinity };

class BlockCheck {
  readonly #dir: string;
  readonly #faults: string[] = [];
  readonly #decoder = new ChunkDecoder();
  readonly #buffer = new SampleBuffer();
  readonly #createAggregateCheck: CreateAggregateCheck | undefined;
  #series = 0;
  #chunks = 0;
  #samples = 0;

  constructor(dir: string, createAggregateCheck: CreateAggregateCheck | undefined) {
    this.#dir = dir;
    this.#createAggregateCheck = createAggregateCheck;
  }

  note(error: unknown): void {
    if (this.#faults.length < VERIFY_FAULTS_MAX) this.#faults.push(errorMessage(error));
  }

  run(block: Block): void {
    const index = block.index();
    const segments = block.openSequential();
    const { everyMs } = block.meta;
    const readChunk =
      everyMs === undefined ? this.#readSamples : this.#createAggregateCheck?.(everyMs);
    if (readChunk === undefined) throw new Error('has aggregates, which are not read here');
    const place = index.table.find('', '');
    for (const id of place === undefined ? [] : index.table.postings(place)) {
      const { labels, refs, minMs, maxMs } = index.series(id);
      index.labels(labels);
      this.#series++;
      refs.forEach((ref, i) => {
        try {
          const counterStartMs = block.counterStartMs(ref);
          const chunk = readChunk({ ...segments.read(ref), counterStartMs });
          this.#note(chunk, minMs[i], maxMs[i]);
          this.#compareCount(chunk.unmarkedCount, block.knownCount(ref));
        } catch (error) {
          this.note(error);
        }
      });
    }
    segments.close();
    const { numSeries, numChunks, numSamples } = block.meta.stats;
    this.#compare('series', this.#series, numSeries);
    this.#compare('chunks', this.#chunks, numChunks);
    this.#compare('samples', this.#samples, numSamples);
  }

  readonly #readSamples = (chunk: Parameters<ChunkDecoder['decode']>[0]): CheckedChunk => {
    const buffer = this.#buffer;
    buffer.clear();
    this.#decoder.decode(chunk, ALL_TIME, buffer);
    const { count, timesMs, bits } = buffer;
    let unmarkedCount = count;
    for (let i = 0; i < count; i++) if (isStale(bits, i)) unmarkedCount--;
    return { count, unmarkedCount, minMs: timesMs[0], maxMs: timesMs[count - 1] };
  };

  #note(chunk: CheckedChunk, minMs: number, maxMs: number): void {
    this.#chunks++;
    this.#samples += chunk.count;
    if (chunk.count > 0 && chunk.minMs === minMs && chunk.maxMs === maxMs) return;
    this.note(new Error(`chunk that is to cover ${minMs} to ${maxMs} does not`));
  }

  /** What is known of a chunk besides the chunk; NaN: nothing. */
  #compareCount(got: number | undefined, want: number): void {
    if (Number.isNaN(want) || got === want) return;
    this.note(new Error(`a chunk has ${got} samples without markers; counts says ${want}`));
  }

  #compare(what: string, got: number, want: number): void {
    if (got !== want) this.note(new Error(`has ${got} ${what}; meta.json says ${want}`));
  }

  report(): BlockReport {
    const counts = { series: this.#series, chunks: this.#chunks, samples: this.#samples };
    return { dir: this.#dir, ...counts, faults: this.#faults };
  }
}

/** Takes blocks of another store into a folder; those that are there already are passed over. */
export async function importBlocks(
  dirs: readonly string[],
  toDir: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const disk = createDisk();
  const copier = new Copier(disk, signal);
  disk.makeDir(toDir);
  const known = new Set(disk.listDirs(toDir));
  const taken: string[] = [];
  for (const dir of dirs) {
    const ulid = basename(dir);
    if (known.has(ulid)) continue;
    const unfinished = join(toDir, ulid + UNFINISHED_SUFFIX);
    if (known.has(ulid + UNFINISHED_SUFFIX)) disk.removeDir(unfinished);
    await copyBlock(copier, disk, dir, unfinished);
    disk.rename(unfinished, join(toDir, ulid));
    await disk.syncDir(toDir);
    taken.push(ulid);
  }
  return taken;
}
