/** What the store of series tells of itself. */
import { Gauge, type Registry } from 'prom-client';
import { formatDuration } from '../platform/index.ts';
import type { Tsdb } from '../tsdb/index.ts';
import { addCounters, addGauges } from './self-metrics.ts';

/** Offenders with a series of their own: what tells of too many series must not be many. */
const OFFENDERS_SHOWN_MAX = 10;

type ReadStats = (pick: (stats: ReturnType<Tsdb['stats']>) => number) => () => number;

/** Adds them to a registry. */
export function addStoreMetrics(
  registry: Registry,
  { tsdb, freeBytes }: { readonly tsdb: Tsdb; readonly freeBytes: () => number },
): void {
  const read: ReadStats = (pick) => () => pick(tsdb.stats());
  addGauges(registry, [
    { name: 'nines_tsdb_series', help: 'Series in the store.', read: read((s) => s.seriesCount) },
    {
      name: 'nines_tsdb_exemplars',
      help: 'Exemplars that are kept.',
      read: read((s) => s.exemplarCount),
    },
    {
      name: 'nines_tsdb_slab_bytes',
      help: 'Memory that open chunks lie in.',
      read: read((s) => s.slabBytes),
    },
    {
      name: 'nines_tsdb_index_bytes',
      help: 'Memory of the index of series.',
      read: read((s) => s.indexBytes),
    },
    {
      name: 'nines_tsdb_cache_bytes',
      help: 'Memory of blocks read from chunk files.',
      read: read((s) => s.cacheBytes),
    },
    {
      name: 'nines_tsdb_wal_bytes',
      help: 'Size of the write-ahead log.',
      read: read((s) => s.walBytes),
    },
    {
      name: 'nines_tsdb_chunk_file_bytes',
      help: 'Size of all chunk files.',
      read: read((s) => s.chunkFileBytes),
    },
    {
      name: 'nines_tsdb_checkpoint_duration_seconds',
      help: 'How long the last checkpoint took.',
      read: read((s) => s.lastCheckpointDurationMs / 1000),
    },
    {
      name: 'nines_tsdb_disk_free_bytes',
      help: 'Room left on the disk of the data folder.',
      read: freeBytes,
    },
  ]);
  addStoreCounters(registry, read);
  addBoundCounters(registry, read);
  addBlockMetrics(registry, read);
  addOffenders(registry, tsdb);
  addAggregates(registry, tsdb);
}

/** Of blocks of aggregates, by the length of their intervals; none where none are kept. */
function addAggregates(registry: Registry, tsdb: Tsdb): void {
  const add = (name: string, help: string, pick: (level: LevelStats) => number): void => {
    const gauge = new Gauge({
      name,
      help,
      labelNames: ['every'],
      registers: [registry],
      collect() {
        for (const level of tsdb.stats().aggregates) {
          gauge.set({ every: formatDuration(level.everyMs) }, pick(level));
        }
      },
    });
  };
  add('nines_tsdb_aggregate_blocks', 'Blocks of aggregates.', (level) => level.blocks);
  add('nines_tsdb_aggregate_bytes', 'Size of those blocks.', (level) => level.blockBytes);
  add('nines_tsdb_aggregate_intervals', 'Intervals in them.', (level) => level.intervals);
}

type LevelStats = ReturnType<Tsdb['stats']>['aggregates'][number];

/** Names who has used up a budget; there are none most times. */
function addOffenders(registry: Registry, tsdb: Tsdb): void {
  const gauge = new Gauge({
    name: 'nines_tsdb_series_over_budget',
    help: 'Series of jobs and metrics of which new ones are refused.',
    labelNames: ['kind', 'name', 'widest_label'],
    registers: [registry],
    collect() {
      this.reset();
      for (const offender of tsdb.offenders().slice(0, OFFENDERS_SHOWN_MAX)) {
        const { kind, name, widestLabel, seriesCount } = offender;
        gauge.set({ kind, name, widest_label: widestLabel }, seriesCount);
      }
    },
  });
}

function addStoreCounters(registry: Registry, read: ReadStats): void {
  addCounters(registry, [
    {
      name: 'nines_tsdb_samples_appended_total',
      help: 'Samples that became visible.',
      read: read((s) => s.samplesAppended),
    },
    {
      name: 'nines_tsdb_samples_out_of_order_total',
      help: 'Samples refused for being too old.',
      read: read((s) => s.samplesOutOfOrder),
    },
    {
      name: 'nines_tsdb_samples_late_total',
      help: 'Samples taken although newer ones of their series were there.',
      read: read((s) => s.samplesLate),
    },
    {
      name: 'nines_tsdb_samples_too_old_total',
      help: 'Samples out of order that were older than the window for such.',
      read: read((s) => s.samplesTooOld),
    },
    {
      name: 'nines_tsdb_samples_duplicate_total',
      help: 'Samples refused for having another value at a known time.',
      read: read((s) => s.samplesDuplicate),
    },
    {
      name: 'nines_tsdb_samples_invalid_total',
      help: 'Native histograms refused for contradicting themselves, or for their size.',
      read: read((s) => s.samplesInvalid),
    },
    {
      name: 'nines_tsdb_appends_refused_total',
      help: 'Batches that the disk refused.',
      read: read((s) => s.appendsRefused),
    },
    {
      name: 'nines_tsdb_write_failures_total',
      help: 'Writes that failed.',
      read: read((s) => s.writeFailures),
    },
    {
      name: 'nines_tsdb_corrupt_chunks_total',
      help: 'Chunks left out for failing their checksum.',
      read: read((s) => s.corruptChunks),
    },
  ]);
}

/** What is refused or kept by a bound. */
function addBoundCounters(registry: Registry, read: ReadStats): void {
  addCounters(registry, [
    {
      name: 'nines_tsdb_series_refused_total',
      help: 'How often a new series was refused for being over a budget.',
      read: read((s) => s.seriesRefused),
    },
    {
      name: 'nines_tsdb_samples_over_budget_total',
      help: 'Samples of refused series.',
      read: read((s) => s.samplesOverBudget),
    },
    {
      name: 'nines_tsdb_exemplars_appended_total',
      help: 'Exemplars taken.',
      read: read((s) => s.exemplarsAppended),
    },
    {
      name: 'nines_tsdb_exemplars_refused_total',
      help: 'Exemplars older than the newest of their series, or too large.',
      read: read((s) => s.exemplarsRefused),
    },
  ]);
}

/** Of blocks, which windows that are over have become. */
function addBlockMetrics(registry: Registry, read: ReadStats): void {
  addGauges(registry, [
    {
      name: 'nines_tsdb_blocks',
      help: 'Blocks of series.',
      read: read((s) => s.blocks),
    },
    {
      name: 'nines_tsdb_block_bytes',
      help: 'Size of all blocks.',
      read: read((s) => s.blockBytes),
    },
    {
      name: 'nines_tsdb_block_samples',
      help: 'Samples in all blocks.',
      read: read((s) => s.blockSamples),
    },
    {
      name: 'nines_tsdb_dense_blocks',
      help: 'Old blocks that were encoded anew.',
      read: read((s) => s.denseBlocks),
    },
    {
      name: 'nines_tsdb_dense_block_bytes',
      help: 'Size of the old blocks that were encoded anew.',
      read: read((s) => s.denseBlockBytes),
    },
    {
      name: 'nines_tsdb_block_memory_bytes',
      help: 'Memory of tables of open blocks.',
      read: read((s) => s.blockMemoryBytes),
    },
    {
      name: 'nines_tsdb_blocks_unreadable',
      help: 'Blocks of which all or some is left out of queries.',
      read: read((s) => s.unreadableBlocks.length),
    },
  ]);
  addCounters(registry, [
    {
      name: 'nines_tsdb_blocks_written_total',
      help: 'Windows of two hours that became blocks.',
      read: read((s) => s.blocksWritten),
    },
    {
      name: 'nines_tsdb_blocks_deleted_total',
      help: 'Blocks deleted for their age or for want of room.',
      read: read((s) => s.blocksDeleted),
    },
    {
      name: 'nines_tsdb_compactions_total',
      help: 'Times that blocks were made one, or rewritten.',
      read: read((s) => s.compactions),
    },
    {
      name: 'nines_tsdb_block_failures_total',
      help: 'Times that a block could not be written; it is tried again.',
      read: read((s) => s.blockFailures),
    },
  ]);
}
