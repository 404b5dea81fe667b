/** What people ask of blocks: deletions, and copies that other programs read. */
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Random } from '../../platform/index.ts';
import type { Labels, Matcher } from '../../series/index.ts';
import type { Disk } from '../disk.ts';
import type { Head } from '../head.ts';
import { WINDOW_MS } from '../limits.ts';
import { matchSeries } from '../matching.ts';
import type { SelectedSeries, SelectRange } from '../reader.ts';
import { Copier, copyBlock } from '../snapshot.ts';
import type { Block } from './block.ts';
import { BlockWriter, TOMBSTONES_NAME, writeWhole } from './block-writer.ts';
import type { Blocks } from './blocks.ts';
import { compactBlocks } from './compaction.ts';
import type { HeadTombstones } from './head-tombstones.ts';
import { partOf } from './merged-reader.ts';
import type { BlockMeta } from './meta.ts';
import { RunEncoder } from './run-encoder.ts';
import { sortUtf8InSlices } from './text-order.ts';
import { addInterval, formatTombstones, type Interval, type Tombstones } from './tombstones.ts';

/** Which samples are deleted. */
export interface Deletion {
  /** Of series that meet all matchers of any of the lists. */
  readonly selectors: readonly (readonly Matcher[])[];
  /** Both ends inclusive, epoch milliseconds. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Deletes samples from blocks and head; durable when it has returned. Answers how many series. */
export async function deleteSeries(
  parts: { readonly blocks: Blocks; readonly head: Head; readonly tombstones: HeadTombstones },
  deletion: Deletion,
): Promise<number> {
  const count = await deleteFromHead(parts.head, parts.tombstones, deletion);
  return Math.max(count, await deleteFromBlocks(parts.blocks, deletion));
}

/** Deletes from blocks alone; durable when it has returned. Answers of how many series. */
export async function deleteFromBlocks(blocks: Blocks, deletion: Deletion): Promise<number> {
  let count = 0;
  for (const block of blocks.overlapping(deletion.fromMs, deletion.toMs)) {
    const tombstones = blocks.guard(block, () => withDeletion(blocks, block, deletion));
    if (tombstones === undefined) continue;
    count = Math.max(count, tombstones.size);
    await replaceTombstones(blocks, block, tombstones);
  }
  return count;
}

async function deleteFromHead(
  { table, firstMs, open }: Head,
  tombstones: HeadTombstones,
  { selectors, fromMs, toMs }: Deletion,
): Promise<number> {
  const deleted: Tombstones = new Map(tombstones.deleted);
  const ids = new Set(selectors.flatMap((matchers) => [...matchSeries(table, matchers)]));
  let count = 0;
  for (const id of ids) {
    const slot = table.ids.find(id);
    // No later than the newest sample: what comes after the deletion stays.
    const gone = {
      fromMs: Math.max(fromMs, firstMs[slot]),
      toMs: Math.min(toMs, open.lastMs[slot]),
    };
    if (gone.fromMs > gone.toMs) continue;
    deleted.set(id, addInterval(deleted.get(id) ?? [], gone));
    count++;
  }
  if (count > 0) await tombstones.replace(deleted);
  return count;
}

/** What is deleted from a block with one more deletion; undefined where it has none of that. */
function withDeletion(
  blocks: Blocks,
  block: Block,
  { selectors, fromMs, toMs }: Deletion,
): Tombstones | undefined {
  const index = block.index();
  const tombstones: Tombstones = new Map(block.tombstones);
  const ids = new Set(selectors.flatMap((matchers) => [...blocks.match(block, matchers)]));
  let isChanged = false;
  for (const id of ids) {
    const { minMs, maxMs } = index.series(id);
    const gone: Interval = {
      fromMs: Math.max(fromMs, minMs.at(0) ?? Infinity),
      toMs: Math.min(toMs, maxMs.at(-1) ?? -Infinity),
    };
    if (gone.fromMs > gone.toMs) continue;
    tombstones.set(id, addInterval(tombstones.get(id) ?? [], gone));
    isChanged = true;
  }
  return isChanged ? tombstones : undefined;
}

/** Says what is deleted from a block; durable when it has returned. */
export async function replaceTombstones(
  blocks: Blocks,
  block: Block,
  tombstones: Tombstones,
): Promise<void> {
  const { disk } = blocks;
  const path = join(block.dir, TOMBSTONES_NAME);
  await writeWhole(disk, `${path}.tmp`, formatTombstones(tombstones));
  disk.rename(`${path}.tmp`, path);
  await disk.syncDir(block.dir);
  block.tombstones = tombstones;
  block.tombstonesVersion++;
  blocks.noteTombstones();
}

/** Where blocks for other programs are written. */
export interface ExportTarget {
  readonly disk: Disk;
  readonly random: Random;
  readonly nowMs: number;
  /** The folder of the blocks; made where it does not exist. */
  readonly dir: string;
  readonly signal: AbortSignal;
  readonly ulidOf: (nowMs: number, random: Random) => string;
}

/** Where a selection of samples is written as blocks, one for each two hours. */
export interface BlockExport extends ExportTarget {
  /** Both ends inclusive. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Copies blocks to where other programs read them, in Prometheus' format. */
export async function copyBlocks(blocks: Blocks, target: ExportTarget): Promise<void> {
  const { disk, dir, signal } = target;
  disk.makeDir(dir);
  const copier = new Copier(disk, signal);
  for (const block of blocks.list) {
    if (block.meta.isDense) await exportBlock(block, target);
    else await copyBlock(copier, disk, block.dir, join(dir, block.ulid));
  }
}

/** Writes what a dense block has as one that Prometheus reads. */
async function exportBlock(block: Block, target: ExportTarget): Promise<void> {
  const { disk, dir, nowMs, random, signal, ulidOf } = target;
  const ulid = ulidOf(nowMs, random);
  const work = compactBlocks({ disk, parent: dir, ulid, sources: [block], isDense: false });
  for (let count = 1; (await work.next()).done !== true; count++) {
    if (count % CHUNKS_PER_TURN !== 0) continue;
    await nextTurn();
    if (!signal.aborted) continue;
    await work.return(undefined);
    signal.throwIfAborted();
  }
}

/** Encoded in a row; a few milliseconds. */
const CHUNKS_PER_TURN = 128;

/**
 * What is exported; the head, or head and blocks. Nobody else may select from it meanwhile: others
 * have their turns between two series.
 */
export interface ExportSource {
  select(range: SelectRange): Iterable<SelectedSeries>;
}

/** Writes what a source has in a range as blocks that Prometheus reads. */
export async function exportBlocks(
  source: ExportSource,
  options: BlockExport,
): Promise<readonly BlockMeta[]> {
  const { disk, dir, toMs } = options;
  disk.makeDir(dir);
  const metas: BlockMeta[] = [];
  const firstMs = Math.floor(options.fromMs / WINDOW_MS) * WINDOW_MS;
  for (let startMs = firstMs; startMs <= toMs; startMs += WINDOW_MS) {
    options.signal.throwIfAborted();
    const range = {
      matchers: [],
      fromMs: Math.max(startMs, options.fromMs),
      toMs: Math.min(startMs + WINDOW_MS - 1, toMs),
    };
    const meta = await exportWindow(source, range, options);
    if (meta !== undefined) metas.push(meta);
  }
  return metas;
}

async function exportWindow(
  source: ExportSource,
  range: SelectRange,
  { disk, dir, nowMs, random, signal, ulidOf }: BlockExport,
): Promise<BlockMeta | undefined> {
  const symbols = await takeSymbols(source, range);
  if (symbols.length === 0) return undefined;
  const symbolOf = new Map(symbols.map((text, i) => [text, i]));
  const writer = new BlockWriter({ disk, parent: dir, ulid: ulidOf(nowMs, random), symbols });
  const encoder = new RunEncoder();
  let isDone = false;
  try {
    let count = 0;
    for (const series of source.select(range)) {
      const labels = numbersOf(series.labels, symbolOf);
      // One that came since the symbols were taken; the next export has it.
      if (labels !== undefined) writer.addSeries(labels, encoder.encode(partOf(series)));
      if (++count % SERIES_PER_TURN !== 0) continue;
      await nextTurn();
      signal.throwIfAborted();
    }
    for (const _ of writer.finish()) await nextTurn();
    const windowMs = Math.floor(range.fromMs / WINDOW_MS) * WINDOW_MS;
    const meta = await writer.commit({
      level: 1,
      sources: [],
      parents: [],
      chunkFiles: [],
      minTimeMs: windowMs,
      maxTimeMs: windowMs + WINDOW_MS,
    });
    isDone = true;
    return meta;
  } finally {
    if (!isDone) writer.abort();
  }
}

/** Encoded, and looked at, in a row; some milliseconds each. */
const SERIES_PER_TURN = 64;
const LABELS_PER_TURN = 1024;

/** The texts of all series in a range, in order. */
async function takeSymbols(source: ExportSource, range: SelectRange): Promise<readonly string[]> {
  const texts = new Set<string>();
  let count = 0;
  for (const { labels } of source.select({ ...range, newestOnly: true, presenceOnly: true })) {
    for (const text of labels.names) texts.add(text);
    for (const text of labels.values) texts.add(text);
    if (++count % LABELS_PER_TURN === 0) await nextTurn();
  }
  const sorting = sortUtf8InSlices([...texts]);
  let step = sorting.next();
  for (; step.done !== true; step = sorting.next()) await nextTurn();
  return step.value;
}

/** Labels as numbers of symbols, name and value in turn; undefined where one has no number. */
export function numbersOf(
  { names, values }: Labels,
  symbolOf: ReadonlyMap<string, number>,
): readonly number[] | undefined {
  const numbers: number[] = [];
  for (let i = 0; i < names.length; i++) {
    const name = symbolOf.get(names[i]);
    const value = symbolOf.get(values[i]);
    if (name === undefined || value === undefined) return undefined;
    numbers.push(name, value);
  }
  return numbers;
}
