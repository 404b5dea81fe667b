/** The store: appends, reads, and the life of its parts. */
import type { MessagePort } from 'node:worker_threads';
import { AppError, assert, errorMessage, unavailable } from '../platform/index.ts';
import {
  type AggregateTier,
  type Labels,
  type SampleBatch,
  type SeriesRef,
  setStale,
} from '../series/index.ts';
import type { AggregateReader } from './aggregate/aggregate-reader.ts';
import type { AggregateStore } from './aggregate/aggregate-store.ts';
import { copyBlocks, type Deletion, deleteSeries, exportBlocks } from './block/block-admin.ts';
import { BlockKeeper } from './block/block-keeper.ts';
import { Blocks } from './block/blocks.ts';
import { FilteredHead, HeadTombstones } from './block/head-tombstones.ts';
import { MergedReader } from './block/merged-reader.ts';
import type { BlockMeta } from './block/meta.ts';
import { createUlid } from './block/ulid.ts';
import type { BlockCache } from './block-cache.ts';
import { type Cardinality, describeCardinality } from './cardinality.ts';
import { CHECKPOINT_FORMAT } from './checkpoint.ts';
import type { ChunkFiles } from './chunk-files.ts';
import { type ExemplarRange, findExemplars, type SeriesExemplars } from './exemplar-query.ts';
import type { Head } from './head.ts';
import { Ingest } from './ingest.ts';
import { assertLabels } from './label-checks.ts';
import { FREE_SPACE_TRUSTED_MS } from './limits.ts';
import { Maintenance } from './maintenance.ts';
import { createSettings, type Settings, type TsdbOptions, type TsdbStats } from './options.ts';
import { type Estimate, Reader, type SelectedSeries, type SelectRange } from './reader.ts';
import { openStore, type RecoveredStore } from './recovered-store.ts';
import { createLayout, hasDamage, makeFolders, type Recovered } from './recovery.ts';
import type { AppendOutcome, LabelledSample } from './append-outcome.ts';
import { type AttachedReader, Sharing } from './sharing.ts';
import type { Offender } from './series-budget.ts';
import {
  type BlocksExportOptions,
  type BlocksSnapshotOptions,
  type Snapshot,
  type SnapshotOptions,
  takeSnapshot,
} from './snapshot.ts';
import { Wal } from './wal.ts';

/** The store of series. Everything is synchronous except what waits for the disk's own caches. */
export interface Tsdb {
  /**
   * The number of a series, made on first sight. A series over a budget gets a number that stands
   * for none: its samples are counted and passed over.
   */
  resolve(labels: Labels): SeriesRef;
  /** The labels of a series; undefined where the store has forgotten it. */
  labelsOf(ref: SeriesRef): Labels | undefined;
  /** Writes a batch to the log with one write, then makes it visible. Throws `unavailable`. */
  append(batch: SampleBatch): AppendOutcome;
  /** The same for a few samples with labels. */
  writeSamples(samples: readonly LabelledSample[]): AppendOutcome;
  /** Matching series with samples in the range, in order of labels. */
  select(range: SelectRange): Iterable<SelectedSeries>;
  estimate(range: SelectRange): Estimate;
  /** Postings and label values that finding the series looks at, at most; takes next to nothing. */
  estimateMatchWork(matchers: SelectRange['matchers']): number;
  labelNames(range: SelectRange): readonly string[];
  labelValues(name: string, range: SelectRange): readonly string[];
  series(range: SelectRange): readonly Labels[];
  /** Which times are read from aggregates where these are asked for, the oldest first. */
  tiers(): readonly AggregateTier[];
  /** Exemplars of series that match one of the selectors, in order of labels, then of arrival. */
  exemplars(range: ExemplarRange): readonly SeriesExemplars[];
  /** Of which metrics, labels and pairs there are most: `limit` of each. */
  cardinality(limit: number): Cardinality;
  /** Jobs and metrics of which new series are refused, because they have used up their budget. */
  offenders(): readonly Offender[];
  /** Makes what was appended before the call survive a power cut; call it once a second. */
  flush(): Promise<void>;
  /** Does a slice of background work; call it about once a second. */
  maintain(nowMs: number): Promise<void>;
  stats(): TsdbStats;
  /**
   * Lets another thread read (`openThreadReader`), which has the other end of the port. Detach
   * when the thread ends.
   */
  attach(port: MessagePort): AttachedReader;
  /**
   * Makes a folder that, opened as a store, has every sample that was visible when this was called,
   * and some that came since. Appends go on meanwhile; background work waits.
   */
  snapshot(options: SnapshotOptions): Promise<Snapshot>;
  /**
   * Deletes samples; durable, and gone from answers, when it has returned. The disk has them until
   * `cleanTombstones`, or until their blocks are compacted. Answers how many series lost some.
   */
  deleteSeries(deletion: Deletion): Promise<number>;
  /** Rewrites the blocks that have lost samples to deletion; answers how many. */
  cleanTombstones(): Promise<number>;
  /**
   * Makes a folder of blocks that Prometheus reads: the store's own, and the head as blocks unless
   * it is left out.
   */
  snapshotBlocks(options: BlocksSnapshotOptions): Promise<void>;
  /** Writes a range as blocks that Prometheus reads, one for each two hours. */
  exportBlocks(options: BlocksExportOptions): Promise<readonly BlockMeta[]>;
  /** Takes a last checkpoint and closes. Nothing may be called afterwards. */
  close(): Promise<void>;
}

/** Opens the store of a folder, or begins one. Throws `unavailable` where the disk refuses. */
export function openTsdb(options: TsdbOptions): Tsdb {
  const settings = createSettings(options);
  try {
    return new Store(settings, options.recovered);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw unavailable(
      'TSDB_OPEN_FAILED',
      `cannot open the store of series in "${settings.dir}": ${errorMessage(error)}`,
      { cause: error },
    );
  }
}

class Store implements Tsdb {
  readonly #settings: Settings;
  readonly #head: Head;
  readonly #cache: BlockCache;
  readonly #files: ChunkFiles;
  readonly #wal: Wal;
  readonly #blocks: Blocks;
  readonly #tombstones: HeadTombstones;
  readonly #keeper: BlockKeeper;
  /** The head alone. */
  readonly #headReader: Reader;
  readonly #reader: MergedReader | AggregateReader;
  readonly #aggregates: AggregateStore | undefined;
  readonly #maintenance: Maintenance;
  readonly #sharing: Sharing;
  readonly #recovered: Recovered;
  readonly #ingest: Ingest;
  #isClosed = false;
  #freeBytes = Infinity;
  #freeBytesAtMs = -Infinity;
  /** The flush under way, and the one that waits for it. */
  #flushing: Promise<void> | undefined;
  #nextFlush: Promise<void> | undefined;
  #maintaining: Promise<void> | undefined;
  #seriesCreated = 0;
  #appendsRefused = 0;
  #lastFlushAt = 0;

  constructor(settings: Settings, given: RecoveredStore | undefined) {
    const { disk, log, limits } = settings;
    this.#settings = settings;
    const layout = createLayout(settings.dir);
    makeFolders(disk, layout);
    const { head, cache, files, recovered } = openStore(settings, layout, given);
    const state = { head, files };
    this.#head = head;
    this.#cache = cache;
    this.#files = files;
    this.#recovered = recovered;
    this.#wal = new Wal({
      disk,
      dir: layout.walDir,
      log,
      segments: this.#recovered.segments,
      segment: this.#recovered.nextSegment,
      segmentBytesMax: limits.segmentBytes,
    });
    this.#ingest = new Ingest(settings, this.#head, this.#wal);
    const tombstones = new HeadTombstones(disk, layout.dir);
    tombstones.load(log);
    this.#blocks = new Blocks({ disk, dir: layout.blockDir, log });
    this.#blocks.load();
    const samples = this.#blocks;
    const aggregates = settings.downsampling?.openStore({
      settings,
      samples,
      dir: layout.aggregateDir,
    });
    this.#aggregates = aggregates;
    this.#keeper = new BlockKeeper({ settings, ...state, blocks: samples, tombstones, aggregates });
    this.#headReader = new Reader(this.#head, this.#files);
    this.#tombstones = tombstones;
    const merged = new MergedReader(this.#filter(this.#headReader), samples);
    this.#reader = aggregates?.readerOver(merged) ?? merged;
    this.#maintenance = new Maintenance({
      settings,
      layout,
      ...state,
      wal: this.#wal,
      flush: async () => this.flush(),
      keeper: this.#keeper,
    });
    const { cacheBytes } = limits;
    const seat = { dir: layout.chunkDir, blockDir: layout.blockDir, cacheBytes };
    this.#sharing = new Sharing({ ...state, blocks: samples, tombstones, aggregates, seat });
    this.#keeper.isRunningBefore = (version) => this.#sharing.isRunningBefore(version);
    this.#maintenance.checkpointBytes = this.#recovered.checkpointBytes;
    this.#maintenance.lastCheckpointAt = this.#recovered.checkpointAt ?? settings.clock.now();
    // What was damaged is then no longer needed, and is not reported at every start.
    const isEarlier = this.#recovered.checkpointVersion < CHECKPOINT_FORMAT.version;
    // An earlier program would not know what this one writes: it is to refuse the folder from now on.
    if (hasDamage(this.#recovered) || isEarlier) this.#maintenance.requestCheckpoint();
  }

  resolve(labels: Labels): SeriesRef {
    this.#assertOpen();
    const { table } = this.#head;
    const known = table.find(labels);
    if (known >= 0) return table.idOf[known];
    assertLabels(labels);
    const { budget } = this.#head;
    if (budget.refuses(labels)) return budget.refusedRef;
    const slot = this.#head.addSeries(labels);
    const id = table.idOf[slot];
    this.#wal.addSeries(id, labels);
    this.#seriesCreated++;
    return id;
  }

  labelsOf(ref: SeriesRef): Labels | undefined {
    const { table } = this.#head;
    const slot = table.ids.find(ref);
    return slot < 0 ? undefined : table.labelsOf(slot);
  }

  append(batch: SampleBatch): AppendOutcome {
    this.#assertOpen();
    this.#assertDisk();
    return this.#ingest.append(batch);
  }

  writeSamples(samples: readonly LabelledSample[]): AppendOutcome {
    const values = Float64Array.from(samples, (sample) => sample.value);
    const bits = new Uint32Array(values.buffer);
    const refs = Uint32Array.from(samples, (sample) => this.resolve(sample.labels));
    const timesMs = Float64Array.from(samples, (sample) => sample.timeMs);
    samples.forEach((sample, i) => {
      if (sample.isStale) setStale(bits, i);
    });
    const batch = { count: samples.length, refs, timesMs, values, bits };
    const histograms = samples.map(({ histogram }) => histogram);
    const isMixed = histograms.some((histogram) => histogram !== undefined);
    return this.append(isMixed ? { ...batch, histograms } : batch);
  }

  select(range: SelectRange): Iterable<SelectedSeries> {
    this.#assertOpen();
    return this.#reader.select(range);
  }

  estimate(range: SelectRange): Estimate {
    this.#assertOpen();
    return this.#reader.estimate(range);
  }

  estimateMatchWork(matchers: SelectRange['matchers']): number {
    return this.#headReader.estimateMatchWork(matchers);
  }

  labelNames(range: SelectRange): readonly string[] {
    this.#assertOpen();
    return this.#reader.labelNames(range);
  }

  labelValues(name: string, range: SelectRange): readonly string[] {
    this.#assertOpen();
    return this.#reader.labelValues(name, range);
  }

  series(range: SelectRange): readonly Labels[] {
    this.#assertOpen();
    return this.#reader.series(range);
  }

  tiers(): readonly AggregateTier[] {
    return this.#aggregates?.tiers() ?? [];
  }

  exemplars(range: ExemplarRange): readonly SeriesExemplars[] {
    this.#assertOpen();
    return findExemplars(this.#head, range);
  }

  cardinality(limit: number): Cardinality {
    this.#assertOpen();
    return describeCardinality(this.#head, limit);
  }

  offenders(): readonly Offender[] {
    return this.#head.budget.offenders();
  }

  /** Callers that come while a flush runs share the one after it. */
  async flush(): Promise<void> {
    if (this.#flushing === undefined) {
      this.#flushing = this.#flushOnce().finally(() => {
        this.#flushing = undefined;
      });
      return this.#flushing;
    }
    const again = async (): Promise<void> => {
      this.#nextFlush = undefined;
      return this.flush();
    };
    // Also after one that failed, which has told its own callers.
    this.#nextFlush ??= this.#flushing.then(again, again);
    return this.#nextFlush;
  }

  async #flushOnce(): Promise<void> {
    const isDurable = await this.#wal.sync();
    if (isDurable) {
      this.#lastFlushAt = this.#settings.clock.now();
      return;
    }
    this.#maintenance.requestCheckpoint();
    throw unavailable('TSDB_SYNC_FAILED', 'cannot make the log durable; a checkpoint will follow');
  }

  async maintain(nowMs: number): Promise<void> {
    if (this.#isClosed) return;
    this.#sharing.flush();
    this.#maintaining ??= this.#maintenance.run(nowMs).finally(() => {
      this.#maintaining = undefined;
    });
    return this.#maintaining;
  }

  attach(port: MessagePort): AttachedReader {
    this.#assertOpen();
    return this.#sharing.attach(port);
  }

  async snapshot(options: SnapshotOptions): Promise<Snapshot> {
    const parts = {
      settings: this.#settings,
      head: this.#head,
      files: this.#files,
      wal: this.#wal,
      maintenance: this.#maintenance,
      blocks: this.#blocks,
      aggregates: this.#aggregates,
    };
    return this.#aside(() => takeSnapshot(parts, options));
  }

  deleteSeries(deletion: Deletion): Promise<number> {
    return this.#aside(async () => {
      await this.#keeper.stop();
      const parts = { blocks: this.#blocks, head: this.#head, tombstones: this.#tombstones };
      const count = await deleteSeries(parts, deletion);
      return Math.max(count, (await this.#aggregates?.delete(deletion)) ?? 0);
    });
  }

  cleanTombstones(): Promise<number> {
    return this.#aside(async () => {
      await this.#keeper.stop();
      return this.#keeper.clean(this.#settings.clock.now());
    });
  }

  snapshotBlocks({ dir, signal, isHeadIncluded }: BlocksSnapshotOptions): Promise<void> {
    return this.#aside(async () => {
      const target = { ...this.#exportParts(), dir, signal };
      await copyBlocks(this.#blocks, target);
      if (!isHeadIncluded) return;
      const toMs = this.#settings.clock.now() + this.#settings.limits.futureMsMax;
      const fromMs = Math.min(this.#keeper.oldestMs(), toMs);
      await exportBlocks(this.#openHead(), { ...target, fromMs, toMs });
    });
  }

  exportBlocks(options: BlocksExportOptions): Promise<readonly BlockMeta[]> {
    const reader = new MergedReader(this.#openHead(), this.#blocks);
    return this.#aside(() => exportBlocks(reader, { ...this.#exportParts(), ...options }));
  }

  /** The head for one who takes breaks while reading, in which others read. */
  #openHead(): FilteredHead {
    return this.#filter(new Reader(this.#head, this.#files));
  }

  #filter(reader: Reader): FilteredHead {
    return new FilteredHead(reader, () => this.#tombstones.deleted);
  }

  #exportParts() {
    const { disk, random, clock } = this.#settings;
    return { disk, random, nowMs: clock.now(), ulidOf: createUlid };
  }

  /** Does something while no background work runs, and lets none begin before it is done. */
  async #aside<T>(work: () => Promise<T>): Promise<T> {
    // What it fails with, its own caller is told.
    while (this.#maintaining !== undefined) await this.#maintaining.catch(() => {});
    this.#assertOpen();
    const done = work();
    this.#maintaining = Promise.allSettled([done]).then(() => {
      this.#maintaining = undefined;
    });
    return done;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#maintaining;
    await this.#keeper.stop();
    // A flush that failed has said so; the checkpoint below is its second chance.
    await Promise.allSettled([this.#flushing, this.#nextFlush]);
    this.#maintenance.checkpointNow(this.#settings.clock.now());
    this.#wal.close();
    this.#files.close();
    this.#blocks.close();
    this.#aggregates?.close();
  }

  stats(): TsdbStats {
    const maintenance = this.#maintenance;
    const files = this.#files;
    const { table, pool, closed } = this.#head;
    const { counts } = this.#ingest;
    return {
      seriesCount: table.seriesCount,
      pairCount: table.pairs.pairCount,
      closedChunks: closed.count,
      slabBytes: pool.slabBytes,
      slabUsedBytes: pool.usedBytes,
      indexBytes: this.#head.indexBytes + files.indexBytes,
      cacheBytes: this.#cache.sizeBytes,
      cacheHits: this.#cache.hits,
      cacheMisses: this.#cache.misses,
      walBytes: this.#wal.sizeBytes,
      checkpointBytes: maintenance.checkpointBytes,
      chunkFiles: files.files.length,
      chunkFileBytes: files.sizeBytes,
      growingFileBytes: files.growing().reduce((sum, file) => sum + file.sizeBytes, 0),
      samplesAppended: counts.appended,
      samplesOutOfOrder: counts.outOfOrder,
      samplesTooOld: counts.tooOld,
      samplesLate: counts.late,
      samplesDuplicate: counts.duplicate,
      samplesInvalid: counts.invalid,
      samplesOverBudget: counts.overBudget,
      seriesRefused: this.#head.budget.refusedSeries,
      exemplarCount: this.#head.exemplars.count,
      exemplarsAppended: counts.exemplars,
      exemplarsRefused: counts.exemplarsRefused,
      seriesCreated: this.#seriesCreated,
      seriesRemoved: maintenance.seriesRemoved,
      chunksSpilled: maintenance.chunksSpilled,
      chunkFilesDeleted: maintenance.chunkFilesDeleted + this.#keeper.chunkFilesDeleted,
      ...this.#blocks.stats(),
      aggregates: this.#aggregates?.stats() ?? [],
      blocksWritten: this.#keeper.blocksWritten,
      blocksDeleted: this.#keeper.blocksDeleted,
      compactions: this.#keeper.compactions,
      blockFailures: this.#keeper.failures,
      corruptChunks: files.corruptChunks + this.#blocks.corruptChunks,
      readFailures: files.readFailures + this.#blocks.readFailures,
      writeFailures: files.writeFailures + this.#wal.writeFailures,
      syncFailures: this.#wal.syncFailures,
      appendsRefused: this.#appendsRefused + counts.refusedAppends,
      lastFlushAt: this.#lastFlushAt,
      lastCheckpointAt: maintenance.lastCheckpointAt,
      lastCheckpointDurationMs: maintenance.lastCheckpointDurationMs,
      checkpointFailures: maintenance.checkpointFailures,
      replay: this.#recovered.report,
    };
  }

  #assertOpen(): void {
    assert(!this.#isClosed, 'the store of series is closed');
  }

  /** Stops appends before the disk is full to the last byte; records share it. */
  #assertDisk(): void {
    const nowMs = this.#settings.clock.monotonicMs();
    if (nowMs - this.#freeBytesAtMs >= FREE_SPACE_TRUSTED_MS) {
      this.#freeBytes = this.#settings.freeBytes();
      this.#freeBytesAtMs = nowMs;
    }
    const { reserveBytes } = this.#settings.limits;
    if (this.#freeBytes >= reserveBytes) return;
    this.#appendsRefused++;
    throw unavailable(
      'TSDB_DISK_FULL',
      `disk of "${this.#settings.dir}" has ${this.#freeBytes} bytes left; ` +
        `samples are taken from ${reserveBytes} on: make room`,
    );
  }
}
