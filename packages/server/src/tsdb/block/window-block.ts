/** Makes a block of the chunk files of one window. */
import type { ChunkFile } from '../chunk-file.ts';
import type { Disk } from '../disk.ts';
import type { Head } from '../head.ts';
import { BlockWriter } from './block-writer.ts';
import type { ChunkJoiner } from './chunk-joiner.ts';
import type { BlockMeta } from './meta.ts';
import type { Tombstones } from './tombstones.ts';
import { WindowSource } from './window-source.ts';
import { XorChain } from './xor-chain.ts';

/** What became of a window. */
export interface WindowBlock {
  /** Undefined where no series has anything in it. */
  readonly meta: BlockMeta | undefined;
  /** What could not be taken along. */
  readonly corruptChunks: number;
  readonly orphanSeries: number;
}

/** Writes the block; gives way after each series. When it throws or is given up, there is none. */
export async function* writeWindowBlock(options: {
  readonly disk: Disk;
  /** The folder of the blocks. */
  readonly parent: string;
  readonly ulid: string;
  /** Sealed, all of one window, one at least. */
  readonly files: readonly ChunkFile[];
  /** Knows the labels of every series in the files. */
  readonly head: Head;
  readonly deleted: Tombstones;
  readonly joiner: ChunkJoiner;
  /** What meta.json says that the block was made of; see docs/formats/block.md. */
  readonly chunkFiles: readonly number[];
}): AsyncGenerator<void, WindowBlock> {
  const { disk, parent, ulid, files, joiner } = options;
  const source = new WindowSource(options);
  const chain = new XorChain();
  let writer: BlockWriter | undefined;
  try {
    yield* source.prepare();
    writer = new BlockWriter({ disk, parent, ulid, symbols: source.symbols });
    for (const { labels, chunks } of source.series()) {
      writer.addSeries(labels, chain.chain(joiner.join(chunks)));
      yield;
    }
    for (const _ of writer.finish()) yield;
    const [{ windowStartMs, windowEndMs }] = files;
    const meta = await writer.commit({
      level: 1,
      sources: [],
      parents: [],
      chunkFiles: options.chunkFiles,
      minTimeMs: windowStartMs,
      maxTimeMs: windowEndMs,
    });
    writer = undefined;
    return { meta, corruptChunks: source.corruptChunks, orphanSeries: source.orphanSeries };
  } finally {
    source.close();
    writer?.abort();
  }
}
