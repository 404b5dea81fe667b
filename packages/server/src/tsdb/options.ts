/** What the store is opened with, and what it tells about itself. */
import { type Clock, createSecureRandom, type Log, type Random } from '../platform/index.ts';
import type { UnreadableBlock } from './block/blocks.ts';
import type { RetentionRule } from './block/series-retention.ts';
import type { LevelStats } from './aggregate/aggregate-store.ts';
import { createDisk, type Disk } from './disk.ts';
import type { Downsampling } from './downsampling.ts';
import type { RecoveredStore } from './recovered-store.ts';
import {
  CACHE_BYTES,
  CHECKPOINT_INTERVAL_MS,
  CHECKPOINT_WAL_BYTES,
  CHUNK_FILE_BYTES_MAX,
  DENSE_AFTER_MS,
  EXEMPLARS_MAX,
  FUTURE_MS_MAX,
  MAINTAIN_SLICE_MS,
  RESERVE_BYTES,
  RETENTION_MS,
  SERIES_MAX,
  SERIES_MAX_PER_JOB,
  SERIES_MAX_PER_METRIC,
  SLABS_MAX,
  SPILL_CHUNKS_MIN,
  START_REST_MS,
  WAL_SEGMENT_BYTES,
} from './limits.ts';

/** Bounds that an operator or a test may set otherwise; reasons in limits.ts. */
export interface TsdbLimits {
  readonly seriesMax: number;
  readonly seriesMaxPerJob: number;
  readonly seriesMaxPerMetric: number;
  readonly exemplarsMax: number;
  readonly slabsMax: number;
  readonly cacheBytes: number;
  readonly futureMsMax: number;
  readonly reserveBytes: number;
  readonly segmentBytes: number;
  readonly chunkFileBytes: number;
  readonly checkpointWalBytes: number;
  readonly checkpointIntervalMs: number;
  readonly spillChunksMin: number;
  readonly maintainSliceMs: number;
  readonly startRestMs: number;
}

export interface TsdbOptions {
  /** The store's own folder; made where it does not exist. One process at a time. */
  readonly dir: string;
  readonly clock: Clock;
  readonly log: Log;
  /** How long samples are kept. */
  readonly retentionMs?: number;
  /** How old a sample may be that is older than the newest of its series; 0: no such is taken. */
  readonly lateWindowMs?: number;
  /**
   * How old a block is when it is encoded anew, so that it takes about half of the disk and only
   * Nines reads it; Infinity: never.
   */
  readonly denseAfterMs?: number;
  /** How much of the disk blocks and chunk files may take; without it as much as there is. */
  readonly retentionBytes?: number;
  /** Series that are kept for less time than `retentionMs`. */
  readonly seriesRetention?: readonly RetentionRule[];
  /** Keeps aggregates for longer than samples (`loadDownsampling`). */
  readonly downsampling?: Downsampling | undefined;
  readonly random?: Random;
  readonly limits?: Partial<TsdbLimits>;
  /** Free space on the disk of `dir`; without it only the disk's own errors stop appends. */
  readonly freeBytes?: () => number;
  readonly disk?: Disk;
  /** What another thread has read of `dir`, which is then not read again (`recoverStore`). */
  readonly recovered?: RecoveredStore | undefined;
}

/** Options with everything filled in; what another thread has recovered goes by itself. */
export interface Settings {
  readonly dir: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly retentionMs: number;
  readonly lateWindowMs: number;
  readonly denseAfterMs: number;
  readonly retentionBytes: number;
  readonly seriesRetention: readonly RetentionRule[];
  readonly downsampling: Downsampling | undefined;
  readonly random: Random;
  readonly limits: TsdbLimits;
  readonly freeBytes: () => number;
  readonly disk: Disk;
}

/** Fills in what was left out. */
export function createSettings(options: TsdbOptions): Settings {
  return {
    dir: options.dir,
    clock: options.clock,
    log: options.log,
    retentionMs: options.retentionMs ?? RETENTION_MS,
    lateWindowMs: options.lateWindowMs ?? 0,
    denseAfterMs: options.denseAfterMs ?? DENSE_AFTER_MS,
    retentionBytes: options.retentionBytes ?? Infinity,
    seriesRetention: options.seriesRetention ?? [],
    downsampling: options.downsampling,
    random: options.random ?? createSecureRandom(),
    freeBytes: options.freeBytes ?? (() => Infinity),
    disk: options.disk ?? createDisk(),
    limits: {
      seriesMax: SERIES_MAX,
      seriesMaxPerJob: SERIES_MAX_PER_JOB,
      seriesMaxPerMetric: SERIES_MAX_PER_METRIC,
      exemplarsMax: EXEMPLARS_MAX,
      slabsMax: SLABS_MAX,
      cacheBytes: CACHE_BYTES,
      futureMsMax: FUTURE_MS_MAX,
      reserveBytes: RESERVE_BYTES,
      segmentBytes: WAL_SEGMENT_BYTES,
      chunkFileBytes: CHUNK_FILE_BYTES_MAX,
      checkpointWalBytes: CHECKPOINT_WAL_BYTES,
      checkpointIntervalMs: CHECKPOINT_INTERVAL_MS,
      spillChunksMin: SPILL_CHUNKS_MIN,
      maintainSliceMs: MAINTAIN_SLICE_MS,
      startRestMs: START_REST_MS,
      ...options.limits,
    },
  };
}

/** What a start found on disk, and what of it could not be used. */
export interface ReplayReport {
  readonly durationMs: number;
  readonly checkpointSeries: number;
  readonly segments: number;
  readonly samples: number;
  /** Samples of the log that no record of a series explains; only after damage. */
  readonly unknownSamples: number;
  /** Segments, or parts of them, that were passed over. */
  readonly damagedSegments: number;
  readonly droppedLogBytes: number;
  readonly droppedChunkBytes: number;
  readonly unreadableChunkFiles: number;
  /** Series whose chunks are in files while nothing tells their labels any more. */
  readonly orphanSeries: number;
  readonly isCheckpointDamaged: boolean;
}

/** Figures for the program's own metrics. */
export interface TsdbStats {
  readonly seriesCount: number;
  readonly pairCount: number;
  /** Closed chunks in memory that wait to be written. */
  readonly closedChunks: number;
  readonly slabBytes: number;
  readonly slabUsedBytes: number;
  /** Of all that is kept by series, apart from the slabs. */
  readonly indexBytes: number;
  readonly cacheBytes: number;
  readonly cacheHits: number;
  readonly cacheMisses: number;
  readonly walBytes: number;
  readonly checkpointBytes: number;
  readonly chunkFiles: number;
  readonly chunkFileBytes: number;
  /** Of those, in files that still take chunks. */
  readonly growingFileBytes: number;
  readonly samplesAppended: number;
  /** Refused; `samplesTooOld` among them. */
  readonly samplesOutOfOrder: number;
  /** Of those, older than the window in which late samples are taken. */
  readonly samplesTooOld: number;
  /** Samples that were taken although they were older than the newest of their series. */
  readonly samplesLate: number;
  readonly samplesDuplicate: number;
  /** Histograms that make no sense, or are too large. */
  readonly samplesInvalid: number;
  /** Exemplars that are kept, that were ever taken, and that were refused. */
  readonly exemplarCount: number;
  readonly exemplarsAppended: number;
  readonly exemplarsRefused: number;
  /** How often a new series was refused for a budget, and samples of such series. */
  readonly seriesRefused: number;
  readonly samplesOverBudget: number;
  readonly seriesCreated: number;
  readonly seriesRemoved: number;
  readonly chunksSpilled: number;
  readonly chunkFilesDeleted: number;
  readonly blocks: number;
  readonly blockBytes: number;
  readonly blockSamples: number;
  /** Of those blocks, dense ones. */
  readonly denseBlocks: number;
  readonly denseBlockBytes: number;
  /** Blocks of aggregates by length of interval, which are no part of the figures above. */
  readonly aggregates: readonly LevelStats[];
  /** Of what is in memory because blocks are open. */
  readonly blockMemoryBytes: number;
  readonly blocksWritten: number;
  readonly blocksDeleted: number;
  readonly compactions: number;
  /** Blocks that could not be written or made one; they are tried again. */
  readonly blockFailures: number;
  /** Blocks of which all or some is left out of queries, and why. */
  readonly unreadableBlocks: readonly UnreadableBlock[];
  readonly corruptChunks: number;
  readonly readFailures: number;
  readonly writeFailures: number;
  readonly syncFailures: number;
  /** Appends that were refused because the disk is full or nearly so. */
  readonly appendsRefused: number;
  /** Epoch ms; 0 before the first. */
  readonly lastFlushAt: number;
  readonly lastCheckpointAt: number;
  readonly lastCheckpointDurationMs: number;
  readonly checkpointFailures: number;
  readonly replay: ReplayReport;
}
