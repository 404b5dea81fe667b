/**
 * Head and chunk files of a folder: read from the disk, or taken over from a thread that has read
 * them while this one did something else (recovery-thread.ts).
 *
 * What is large lies in shared memory and changes hands by its address. The rest goes as a message:
 * a few numbers of each part, the texts of label pairs, exemplars, and what has no series yet in the
 * order. There is one recovery, whichever thread it runs in, and one thread at a time has its result.
 */
import { BlockCache } from './block-cache.ts';
import { ChunkFile, type FileColumns } from './chunk-file.ts';
import { ChunkFiles } from './chunk-files.ts';
import { Head, type HeadState } from './head.ts';
import type { Settings } from './options.ts';
import { type Layout, recover, type Recovered } from './recovery.ts';

/** A store for another thread to go on with. */
export interface RecoveredStore {
  readonly head: HeadState;
  readonly files: FilesState;
  readonly recovered: Recovered;
}

interface FilesState {
  readonly nextSeq: number;
  readonly files: readonly FileState[];
}

interface FileState extends FileColumns {
  readonly sampleCount: number;
  readonly syncedBytes: number;
}

interface OpenedStore {
  readonly head: Head;
  readonly cache: BlockCache;
  readonly files: ChunkFiles;
  readonly recovered: Recovered;
}

/** Opens what a folder has, or what another thread has recovered of it. */
export function openStore(
  settings: Settings,
  layout: Layout,
  given: RecoveredStore | undefined,
): OpenedStore {
  const { disk, log, limits } = settings;
  const head = new Head(limits);
  const cache = new BlockCache(limits.cacheBytes);
  const files = new ChunkFiles({
    disk,
    dir: layout.chunkDir,
    log,
    cache,
    fileBytesMax: limits.chunkFileBytes,
    changes: head.changes,
  });
  if (given === undefined) {
    return { head, cache, files, recovered: recover(settings, layout, { head, files }) };
  }
  head.takeOver(given.head);
  for (const state of given.files.files) files.add(takeOverFile(state, settings, layout));
  files.nextSeq = given.files.nextSeq;
  return { head, cache, files, recovered: given.recovered };
}

/** Hands a store over; here it must not be used any more. */
export function handOver({ head, files, recovered }: OpenedStore): RecoveredStore {
  // Handles belong to the thread that opened them.
  files.close();
  const state = files.columns().map((columns, i) => {
    const { sampleCount, syncedBytes } = files.files[i];
    return { ...columns, sampleCount, syncedBytes };
  });
  return { head: head.handOver(), files: { nextSeq: files.nextSeq, files: state }, recovered };
}

function takeOverFile(state: FileState, { disk }: Settings, { chunkDir }: Layout): ChunkFile {
  const file = new ChunkFile({ dir: chunkDir, sizeBytes: 0, ...state });
  file.adopt(state);
  file.sampleCount = state.sampleCount;
  file.syncedBytes = state.syncedBytes;
  // One that grows may not be durable yet, and is open until it is.
  if (file.index !== undefined) file.handle = disk.open(file.path, 'update');
  return file;
}
