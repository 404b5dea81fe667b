/** For tests: blocks from plain lists, and plain lists from blocks. */
import { createSilentLog, type Log } from '../../platform/index.ts';
import { createLabels, createMatcher, formatSeries, type Matcher } from '../../series/index.ts';
import type { Disk } from '../disk.ts';
import { createMemoryDisk, type MemoryDisk } from '../memory-disk.ts';
import { formatRow } from '../store-fixture.ts';
import { type BlockOrigin, BlockWriter } from './block-writer.ts';
import { Blocks } from './blocks.ts';
import { compactBlocks } from './compaction.ts';
import { EMPTY_HEAD, MergedReader } from './merged-reader.ts';
import type { BlockMeta } from './meta.ts';
import { RunEncoder } from './run-encoder.ts';
import { compareUtf8, sortUtf8 } from './text-order.ts';

export const BLOCKS_DIR = '/data/blocks';

/** One series: labels, and times with values. */
export interface PlainSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly (readonly [timeMs: number, value: number])[];
}

const ORIGIN: BlockOrigin = { level: 1, sources: [], parents: [], chunkFiles: [] };

/** A name of a block that says its number. */
export function ulidOf(number: number): string {
  return `01${String(number).padStart(24, '0')}`;
}

/** Writes a block to a disk. */
export async function writeBlock(
  disk: Disk,
  ulid: string,
  series: readonly PlainSeries[],
  parent = BLOCKS_DIR,
): Promise<BlockMeta | undefined> {
  disk.makeDir(parent);
  const texts = series.flatMap(({ labels }) => Object.entries(labels).flat());
  const symbols = sortUtf8([...new Set(texts)]);
  const symbolOf = new Map(symbols.map((text, i) => [text, i]));
  const writer = new BlockWriter({ disk, parent, ulid, symbols });
  const encoder = new RunEncoder();
  for (const { labels, samples } of [...series].sort(compareSeries)) {
    const { names, values } = createLabels(labels);
    const pairs = names.flatMap((name, i) => [name, values[i]]);
    const timesMs = Float64Array.from(samples, ([timeMs]) => timeMs);
    const valuesOf = Float64Array.from(samples, ([, value]) => value);
    const bits = new Uint32Array(valuesOf.buffer);
    writer.addSeries(
      pairs.map((text) => symbolOf.get(text) ?? 0),
      encoder.encode({ count: samples.length, timesMs, bits, values: valuesOf }),
    );
  }
  for (const _ of writer.finish());
  return writer.commit(ORIGIN);
}

/** Makes one block of others, all by number; answers what it says of itself. */
export async function compact(
  disk: MemoryDisk,
  from: readonly number[],
  { to, isDense }: { readonly to: number; readonly isDense: boolean },
): Promise<BlockMeta | undefined> {
  const { blocks } = openBlocks(disk);
  const sources = blocks.list.filter(({ ulid }) => from.some((number) => ulid === ulidOf(number)));
  const options = { disk, parent: BLOCKS_DIR, ulid: ulidOf(to), sources, isDense };
  const work = compactBlocks(options);
  for (;;) {
    const step = await work.next();
    if (step.done === true) return step.value;
  }
}

function compareSeries(a: PlainSeries, b: PlainSeries): number {
  const textsOf = ({ labels }: PlainSeries): readonly string[] =>
    Object.keys(labels)
      .sort(compareUtf8)
      .flatMap((name) => [name, labels[name]]);
  const textsA = textsOf(a);
  const textsB = textsOf(b);
  for (let i = 0; i < Math.min(textsA.length, textsB.length); i++) {
    const order = compareUtf8(textsA[i], textsB[i]);
    if (order !== 0) return order;
  }
  return textsA.length - textsB.length;
}

/** Opens the blocks of a disk. */
export function openBlocks(disk: MemoryDisk = createMemoryDisk(), log: Log = createSilentLog()) {
  disk.makeDir(BLOCKS_DIR);
  const blocks = new Blocks({ disk, dir: BLOCKS_DIR, log });
  blocks.load();
  return { disk, blocks, reader: new MergedReader(EMPTY_HEAD, blocks) };
}

export const EVERYTHING: readonly Matcher[] = [createMatcher('__name__', '=~', '.+')];

/** All that a reader has, as text by series. */
export function readRows(
  reader: MergedReader,
  options: { readonly matchers?: readonly Matcher[]; fromMs?: number; toMs?: number } = {},
): Map<string, string[]> {
  const { matchers = EVERYTHING, fromMs = -Infinity, toMs = Infinity } = options;
  const all = new Map<string, string[]>();
  for (const { labels, samples } of reader.select({ matchers, fromMs, toMs })) {
    const rows = Array.from({ length: samples.count }, (_, i) =>
      formatRow(samples.timesMs[i], samples.bits[2 * i], samples.bits[2 * i + 1]),
    );
    all.set(formatSeries(labels), rows);
  }
  return all;
}
