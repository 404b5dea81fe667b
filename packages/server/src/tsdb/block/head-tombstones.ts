/**
 * What was deleted while it was still in the head: by number of the series, ranges of time.
 *
 * Chunks of the head cannot be changed, so readers leave these samples out, and so does the block
 * that their window becomes. Kept in a file of its own, in the format of a block's tombstones.
 */
import { join } from 'node:path';
import { errorMessage, type Log } from '../../platform/index.ts';
import type { Labels } from '../../series/index.ts';
import type { Disk } from '../disk.ts';
import type { Estimate, SelectedSeries, SelectRange } from '../reader.ts';
import { readWhole } from './block.ts';
import { TOMBSTONES_NAME, writeWhole } from './block-writer.ts';
import { dropIntervals } from './chunk-decoder.ts';
import { TOMBSTONES_BYTES_MAX } from './limits.ts';
import { MergedSamples } from './merged-samples.ts';
import { type HeadSource, partOf } from './merged-reader.ts';
import { formatTombstones, parseTombstones, type Tombstones } from './tombstones.ts';

const TEMP_NAME = `${TOMBSTONES_NAME}.tmp`;

export class HeadTombstones {
  readonly #disk: Disk;
  readonly #dir: string;
  #deleted: Tombstones = new Map();

  constructor(disk: Disk, dir: string) {
    this.#disk = disk;
    this.#dir = dir;
  }

  get deleted(): Tombstones {
    return this.#deleted;
  }

  /** Reads the file, where there is one. One that is damaged is logged and set aside. */
  load(log: Log): void {
    if (!this.#disk.list(this.#dir).includes(TOMBSTONES_NAME)) return;
    const path = join(this.#dir, TOMBSTONES_NAME);
    try {
      this.#deleted = parseTombstones(readWhole(this.#disk, path, TOMBSTONES_BYTES_MAX));
    } catch (error) {
      log.error('deletions of the newest samples cannot be read; these samples are back', {
        path,
        error: errorMessage(error),
      });
      this.#disk.rename(path, `${path}.damaged`);
    }
  }

  /** Puts other deletions in force; they are durable when this has returned. */
  async replace(deleted: Tombstones): Promise<void> {
    const temp = join(this.#dir, TEMP_NAME);
    await writeWhole(this.#disk, temp, formatTombstones(deleted));
    this.#disk.rename(temp, join(this.#dir, TOMBSTONES_NAME));
    await this.#disk.syncDir(this.#dir);
    this.#deleted = deleted;
  }

  /** Forgets the deletions that end before a time: no sample in the head is that old. */
  async forgetBefore(timeMs: number): Promise<void> {
    const kept: Tombstones = new Map();
    for (const [id, intervals] of this.#deleted) {
      const rest = intervals.filter(({ toMs }) => toMs >= timeMs);
      if (rest.length > 0) kept.set(id, rest);
    }
    const count = (all: Tombstones): number => all.values().reduce((sum, i) => sum + i.length, 0);
    if (count(kept) !== count(this.#deleted)) await this.replace(kept);
  }
}

/** The head without what was deleted. Index answers may still name series that lost all samples. */
export class FilteredHead implements HeadSource {
  readonly #head: HeadSource;
  readonly #deletedNow: () => Tombstones;

  constructor(head: HeadSource, deletedNow: () => Tombstones) {
    this.#head = head;
    this.#deletedNow = deletedNow;
  }

  select(range: SelectRange): IterableIterator<SelectedSeries> {
    const deleted = this.#deletedNow();
    return deleted.size === 0 ? this.#head.select(range) : this.#filter(range, deleted);
  }

  *#filter(range: SelectRange, deleted: Tombstones): IterableIterator<SelectedSeries> {
    const rest = new MergedSamples();
    // The newest may be deleted, and one that stands for others, so all have to be looked at.
    const all = { ...range, newestOnly: false, presenceOnly: false, countOnly: false };
    for (const series of this.#head.select(all)) {
      const gone = deleted.get(series.ref) ?? [];
      rest.merge([partOf(series)]);
      dropIntervals(rest, gone);
      if (rest.count === 0) continue;
      if (range.newestOnly === true) rest.keepNewest();
      yield { ...series, samples: rest, startTimesMs: rest.startTimesMs };
    }
  }

  estimate(range: SelectRange): Estimate {
    return this.#head.estimate(range);
  }

  labelNames(range: SelectRange): readonly string[] {
    return this.#head.labelNames(range);
  }

  labelValues(name: string, range: SelectRange): readonly string[] {
    return this.#head.labelValues(name, range);
  }

  series(range: SelectRange): readonly Labels[] {
    return this.#head.series(range);
  }
}
