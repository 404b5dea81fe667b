/**
 * The store of series.
 *
 * Newest samples are encoded in memory (open-chunks.ts) after they were written to a log (wal.ts);
 * chunks that are complete go to files, one window of two hours each (chunk-files.ts); checkpoints
 * keep the log short (checkpoint.ts). A restart reads checkpoint and log (recovery.ts). Series are
 * found by an inverted index (series-table.ts, matching.ts) and read back in order (reader.ts).
 *
 * Invariants: a sample is in the log before it is visible; a chunk is in a file before memory lets
 * go of it; a checkpoint is durable before log goes; numbers of series are never used twice.
 */
export type { Cardinality, Counted } from './cardinality.ts';
export type { ExemplarRange, SeriesExemplars } from './exemplar-query.ts';
export type { Disk, DiskFile, OpenMode } from './disk.ts';
export type { ReplayReport, TsdbLimits, TsdbOptions, TsdbStats } from './options.ts';
export { backfillBlocks, type BackfillSink } from './block/backfill.ts';
export { createChunkEncoder } from './block/run-encoder.ts';
export type { Deletion } from './block/block-admin.ts';
export {
  type BlockReport,
  importBlocks,
  type ListedBlock,
  listBlocks,
  verifyBlock,
} from './block/block-tools.ts';
export type { RetentionRule } from './block/series-retention.ts';
export type { BlockMeta } from './block/meta.ts';
export type { RecoveredStore } from './recovered-store.ts';
export type { Estimate, SelectedSeries, SelectRange } from './reader.ts';
export type { AttachedReader, QueryView, ReaderSeat } from './sharing.ts';
export type { BudgetKind, Offender } from './series-budget.ts';
export type { Snapshot, SnapshotOptions } from './snapshot.ts';
export type { AppendOutcome, LabelledSample } from './append-outcome.ts';
export { type Downsampling, loadAggregateCheck, loadDownsampling } from './downsampling.ts';
export type { DownsampleLevel } from './aggregate/aggregate-plan.ts';
export { openTsdb, type Tsdb } from './tsdb.ts';
