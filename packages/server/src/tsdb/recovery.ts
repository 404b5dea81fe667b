/**
 * From what is on disk to a head as it was: checkpoint, chunk files, log.
 *
 * Nothing that is damaged keeps the store from opening. What stands before the damage is used,
 * segments after a damaged one too (numbers of series are never used twice, so their records
 * cannot be taken for others'), and the report says what was left out.
 */
import { dirname, join } from 'node:path';
import { AppError, errorMessage, invalid } from '../platform/index.ts';
import { CHECKPOINT_FORMAT, CHECKPOINT_NAME, CHECKPOINT_TEMP_NAME } from './checkpoint.ts';
import { type CheckpointStart, loadCheckpoint, takeExemplar } from './checkpoint-load.ts';
import type { ChunkFile } from './chunk-file.ts';
import type { ChunkFiles } from './chunk-files.ts';
import { findChunkFiles, type FreshChunk, type KnownFiles } from './chunk-load.ts';
import type { Disk, DiskFile } from './disk.ts';
import type { Head } from './head.ts';
import { LABELS_PER_SERIES_MAX, SERIES_ID_MAX, TIME_MS_MAX } from './limits.ts';
import { LogReader } from './log-reader.ts';
import type { ReplayReport, Settings } from './options.ts';
import { findNewerVersion } from './records.ts';
import { addRegular } from './regular-samples.ts';
import { RUN_SAMPLES, type SampleRuns } from './sample-runs.ts';
import { formatSegment, parseSegment } from './wal.ts';
import type { ExtendedSample } from './wal-records.ts';

/** Folders and files of a store. */
export interface Layout {
  readonly dir: string;
  readonly walDir: string;
  readonly chunkDir: string;
  readonly blockDir: string;
  /** Of blocks of aggregates, in a folder for each length of intervals. */
  readonly aggregateDir: string;
}

/** Where things are below a store's folder. */
export function createLayout(dir: string): Layout {
  return {
    dir,
    walDir: join(dir, 'wal'),
    chunkDir: join(dir, 'chunks'),
    blockDir: join(dir, 'blocks'),
    aggregateDir: join(dir, 'aggregates'),
  };
}

/** Makes the folders of a store where they are not there yet. */
export function makeFolders(disk: Disk, layout: Layout): void {
  const isNew = disk.makeDir(layout.walDir);
  disk.makeDir(layout.chunkDir);
  if (disk.makeDir(layout.blockDir)) disk.syncDirNow(layout.dir);
  if (!isNew) return;
  disk.syncDirNow(layout.dir);
  disk.syncDirNow(dirname(layout.dir));
}

export interface Recovered {
  readonly report: ReplayReport;
  /** Segments on disk with their sizes. */
  readonly segments: ReadonlyMap<number, number>;
  /**
   * Where the log goes on. Not before the segment that the checkpoint names, even where none is on
   * disk: what is written before it would not be replayed.
   */
  readonly nextSegment: number;
  readonly checkpointBytes: number;
  /** Of the format; the newest where there was no checkpoint. */
  readonly checkpointVersion: number;
  /** Undefined where there was none. */
  readonly checkpointAt: number | undefined;
}

/** Fills an empty head and an empty list of chunk files from a folder. */
export function recover(
  settings: Settings,
  layout: Layout,
  state: { readonly head: Head; readonly files: ChunkFiles },
): Recovered {
  const startedMs = settings.clock.monotonicMs();
  const recovery = new Recovery(settings, layout, state);
  const checkpoint = recovery.loadCheckpoint();
  recovery.attachFresh();
  const segments = recovery.replay(checkpoint?.segment ?? 0);
  const durationMs = Math.round(settings.clock.monotonicMs() - startedMs);
  const report = recovery.finish(durationMs);
  const { checkpointBytes, checkpointVersion } = recovery;
  const nextSegment = Math.max(checkpoint?.segment ?? 1, 1 + Math.max(0, ...segments.keys()));
  return {
    nextSegment,
    report,
    segments,
    checkpointBytes,
    checkpointVersion,
    checkpointAt: checkpoint?.createdMs,
  };
}

class Recovery {
  readonly #settings: Settings;
  readonly #layout: Layout;
  readonly #head: Head;
  readonly #files: ChunkFiles;
  /** Chunks in files that the checkpoint does not know, by series; taken out as they find theirs. */
  #fresh = new Map<number, FreshChunk[]>();
  /** What of a run is added. */
  readonly #chosen = {
    indexes: new Uint32Array(RUN_SAMPLES),
    slots: new Uint32Array(RUN_SAMPLES),
  };
  /** The slot of the newest sample of a run. */
  #slot = -1;
  readonly #reader = new LogReader({
    series: (id, labels) => this.#replaySeries(id, labels.names, labels.values),
    run: (samples, count) => this.#replaySamples(samples, count),
    sample: (id, timeMs, low, high) => this.#replaySample(id, timeMs, low, high),
    extended: (sample) => this.#replayExtended(sample),
    exemplar: (id, exemplar) => takeExemplar(this.#head, id, exemplar),
  });
  checkpointBytes = 0;
  checkpointVersion: number = CHECKPOINT_FORMAT.version;
  #checkpointSeries = 0;
  #isCheckpointDamaged = false;
  #segments = 0;
  #samples = 0;
  #unknownSamples = 0;
  #unknownIdEnd = 0;
  #damagedSegments = 0;
  #droppedLogBytes = 0;
  #droppedChunkBytes = 0;
  #unreadableChunkFiles = 0;

  constructor(
    settings: Settings,
    layout: Layout,
    state: { readonly head: Head; readonly files: ChunkFiles },
  ) {
    this.#settings = settings;
    this.#layout = layout;
    this.#head = state.head;
    this.#files = state.files;
  }

  loadCheckpoint(): CheckpointStart | undefined {
    const { disk } = this.#settings;
    const names = disk.list(this.#layout.dir);
    // One that was not finished is worth nothing: the one in force and the log have all of it.
    if (names.includes(CHECKPOINT_TEMP_NAME)) {
      disk.remove(join(this.#layout.dir, CHECKPOINT_TEMP_NAME));
    }
    if (!names.includes(CHECKPOINT_NAME)) {
      this.#findFiles(undefined);
      return undefined;
    }
    const path = join(this.#layout.dir, CHECKPOINT_NAME);
    return this.#withFile(path, (file) => this.#readCheckpoint(path, file));
  }

  #readCheckpoint(path: string, file: DiskFile): CheckpointStart | undefined {
    // Whoever changes any of the formats raises the checkpoint's version: it is read first, before
    // anything is touched.
    const newer = findNewerVersion(file, CHECKPOINT_FORMAT);
    if (newer !== undefined) {
      const message = `cannot use the series: ${path} has format version ${newer}, so a newer version of Nines wrote it; install that version, or restore an older backup`;
      throw invalid('TSDB_NEWER', message);
    }
    let isFound = false;
    const loaded = loadCheckpoint(file, this.#head, (known) => {
      isFound = true;
      return this.#findFiles(known);
    });
    if (!isFound) this.#findFiles(undefined);
    this.checkpointBytes = file.sizeBytes();
    this.checkpointVersion = loaded.version;
    this.#checkpointSeries = loaded.seriesCount;
    if (loaded.damage !== undefined) {
      this.#isCheckpointDamaged = true;
      this.#settings.log.error('checkpoint is damaged; series after the damage are lost', {
        path,
        at: loaded.damage.at,
        reason: loaded.damage.reason,
        keptSeries: loaded.seriesCount,
      });
    }
    return loaded.start;
  }

  #findFiles(known: KnownFiles | undefined): ReadonlyMap<number, ChunkFile> {
    const { disk, log } = this.#settings;
    const found = findChunkFiles({ disk, dir: this.#layout.chunkDir, log, known });
    for (const file of found.files) this.#files.add(file);
    this.#files.nextSeq = Math.max(this.#files.nextSeq, found.seqEnd, known?.nextSeq ?? 0);
    this.#fresh = new Map(found.fresh);
    this.#droppedChunkBytes = found.droppedBytes;
    this.#unreadableChunkFiles = found.unreadableFiles;
    return new Map(found.files.map((file) => [file.seq, file]));
  }

  /** Lets the checkpoint's series have the chunks that were written after it. */
  attachFresh(): void {
    const untilMs = new Map<number, number>();
    for (const id of this.#fresh.keys()) {
      const slot = this.#head.table.ids.find(id);
      if (slot >= 0) untilMs.set(slot, this.#attach(id, slot));
    }
    if (untilMs.size > 0) this.#head.dropStored(untilMs);
  }

  /** Answers the time up to which files have the series' samples. */
  #attach(id: number, slot: number): number {
    let untilMs = -Infinity;
    for (const chunk of this.#fresh.get(id) ?? []) {
      const { index } = chunk.file;
      if (index !== undefined && index.lastAt(slot) < chunk.at) index.add(slot, chunk);
      this.#head.firstMs[slot] = Math.min(this.#head.firstMs[slot], chunk.firstMs);
      if (chunk.isLate) this.#head.noteLate(slot, chunk.lastMs);
      else untilMs = Math.max(untilMs, chunk.lastMs);
    }
    this.#fresh.delete(id);
    return untilMs;
  }

  /** Replays the log from a segment on; answers all segments that are there. */
  replay(fromSegment: number): ReadonlyMap<number, number> {
    const sizes = new Map<number, number>();
    const numbers = this.#settings.disk.list(this.#layout.walDir).map(parseSegment);
    const segments = numbers.filter((segment) => segment !== undefined).sort((a, b) => a - b);
    for (const segment of segments) {
      const path = join(this.#layout.walDir, formatSegment(segment));
      this.#withFile(path, (file) => {
        sizes.set(segment, file.sizeBytes());
        if (segment >= fromSegment) this.#replaySegment(path, file);
      });
    }
    return sizes;
  }

  #replaySegment(path: string, file: DiskFile): void {
    this.#segments++;
    const sizeBytes = file.sizeBytes();
    // Made, but nothing written yet when the program ended.
    if (sizeBytes === 0) return;
    const damage = this.#reader.read(file);
    if (damage === undefined) return;
    const droppedBytes = sizeBytes - damage.at;
    this.#damagedSegments++;
    this.#droppedLogBytes += droppedBytes;
    // What comes after names only those that changed, and it is not known what changed here.
    this.#head.forgetStartTimes();
    this.#settings.log.warn('log segment is damaged; the rest of it is passed over', {
      path,
      at: damage.at,
      droppedBytes,
      reason: damage.reason,
    });
  }

  /** The slot of a sample's series, or -1. */
  #slotOf(id: number): number {
    const slot = this.#head.table.ids.find(id);
    if (slot < 0) this.#noteUnknown(id);
    else this.#samples++;
    return slot;
  }

  #noteUnknown(id: number): void {
    this.#unknownSamples++;
    this.#unknownIdEnd = Math.max(this.#unknownIdEnd, id + 1);
  }

  #isNewer(slot: number, timeMs: number): boolean {
    return timeMs > this.#head.open.lastMs[slot] && Math.abs(timeMs) <= TIME_MS_MAX;
  }

  /** The same as `#replaySample` for each of a run. */
  #replaySamples(runs: SampleRuns, count: number): void {
    const { table, open } = this.#head;
    const { ids, timesMs } = runs;
    const { indexes, slots } = this.#chosen;
    const { lastMs } = open;
    let slot = this.#slot;
    let chosen = 0;
    for (let i = 0; i < count; i++) {
      slot = table.slotAfter(slot, ids[i]);
      if (slot < 0) {
        this.#noteUnknown(ids[i]);
        continue;
      }
      this.#samples++;
      if (timesMs[i] > lastMs[slot] && Math.abs(timesMs[i]) <= TIME_MS_MAX) {
        indexes[chosen] = i;
        slots[chosen++] = slot;
      }
    }
    this.#slot = slot;
    this.#addChosen(runs, chosen);
  }

  #addChosen(runs: SampleRuns, count: number): void {
    const head = this.#head;
    const { timesMs, bits } = runs;
    const { indexes, slots } = this.#chosen;
    for (let k = 0; k < count; k++) {
      k = addRegular(head.open, head.pool.slabs, runs, this.#chosen, k, count);
      if (k === count) break;
      const i = indexes[k];
      // A series may stand in a run more than once.
      if (timesMs[i] > head.open.lastMs[slots[k]]) {
        head.add(slots[k], timesMs[i], bits[2 * i], bits[2 * i + 1]);
      }
    }
  }

  #replaySample(id: number, timeMs: number, low: number, high: number): void {
    const slot = this.#slotOf(id);
    if (slot >= 0 && this.#isNewer(slot, timeMs)) this.#head.add(slot, timeMs, low, high);
  }

  #replayExtended(sample: ExtendedSample): void {
    const slot = this.#slotOf(sample.id);
    if (slot < 0) return;
    const { timeMs, low, high, histogram, startTimeMs } = sample;
    if (sample.isLate) {
      if (Math.abs(timeMs) <= TIME_MS_MAX) {
        this.#head.addLate(slot, { timeMs, low, high, histogram, startTimeMs: startTimeMs ?? 0 });
      }
      return;
    }
    // Also of a sample that is known already: those after it, which may not be, have the same.
    if (startTimeMs !== undefined) this.#head.setStartTime(slot, startTimeMs);
    if (!this.#isNewer(slot, timeMs)) return;
    if (histogram !== undefined) this.#head.addHistogram(slot, timeMs, histogram);
    else this.#head.add(slot, timeMs, low, high);
  }

  #replaySeries(id: number, names: readonly string[], values: readonly string[]): void {
    const { table, open } = this.#head;
    const isNew = id > 0 && id < SERIES_ID_MAX && table.ids.find(id) < 0;
    if (!isNew || names.length > LABELS_PER_SERIES_MAX) return;
    const pairs = names.map((name, i) => table.pairs.intern(name, values[i]));
    const slot = this.#head.restoreSeries(id, pairs);
    if (this.#fresh.has(id)) open.lastMs[slot] = this.#attach(id, slot);
  }

  #withFile<T>(path: string, read: (file: DiskFile) => T): T | undefined {
    try {
      const file = this.#settings.disk.open(path, 'read');
      try {
        return read(file);
      } finally {
        file.close();
      }
    } catch (error) {
      if (error instanceof AppError) throw error;
      this.#damagedSegments++;
      this.#settings.log.error('cannot read', { path, error: errorMessage(error) });
      return undefined;
    }
  }

  finish(durationMs: number): ReplayReport {
    const { table } = this.#head;
    // Forgotten before the end, and made anew since; their samples are older than is kept.
    this.#head.removeSeries(table.superseded());
    table.sortPostings();
    // No number that any file knows may be given out again.
    table.reserveIds(Math.max(this.#unknownIdEnd, ...this.#files.files.map(idEnd)));
    for (const id of this.#fresh.keys()) table.reserveIds(id + 1);
    const report = {
      durationMs,
      checkpointSeries: this.#checkpointSeries,
      segments: this.#segments,
      samples: this.#samples,
      unknownSamples: this.#unknownSamples,
      damagedSegments: this.#damagedSegments,
      droppedLogBytes: this.#droppedLogBytes,
      droppedChunkBytes: this.#droppedChunkBytes,
      unreadableChunkFiles: this.#unreadableChunkFiles,
      orphanSeries: this.#fresh.size,
      isCheckpointDamaged: this.#isCheckpointDamaged,
    };
    if (this.#unknownSamples > 0 || this.#fresh.size > 0) {
      this.#settings.log.warn('samples without a series were passed over', {
        samples: this.#unknownSamples,
        seriesWithChunks: this.#fresh.size,
      });
    }
    return report;
  }
}

function idEnd(file: ChunkFile): number {
  return file.trailer?.idEnd ?? 0;
}

/** Whether a start found something that could not be used. */
export function hasDamage(recovered: Recovered): boolean {
  const { report } = recovered;
  return report.damagedSegments > 0 || report.isCheckpointDamaged || report.orphanSeries > 0;
}
