/**
 * The way of a batch: which of its samples can be taken, one record of the log, and memory.
 *
 * Plain floats, which nearly all samples are, have a loop of their own; one check for each batch
 * keeps everything else out of it.
 */
import { limitExceeded } from '../platform/index.ts';
import type { Histogram, SampleBatch, SeriesExemplar } from '../series/index.ts';
import { growWords } from './grow.ts';
import type { Head } from './head.ts';
import { findHistogramFault } from './histogram-bytes.ts';
import type { LateSample } from './late-chunks.ts';
import {
  BATCH_SAMPLES_MAX,
  CHUNK_SAMPLES_MAX,
  HISTOGRAM_BUCKET_BYTES_MAX,
  TIME_MS_MAX,
} from './limits.ts';
import { BLOCKS_PER_SAMPLE_MAX } from './open-chunks.ts';
import type { Settings } from './options.ts';
import { addRegular } from './regular-samples.ts';
import type { AppendOutcome } from './append-outcome.ts';
import type { Wal } from './wal.ts';

/** What became of all samples so far. */
export class IngestCounts {
  appended = 0;
  outOfOrder = 0;
  tooOld = 0;
  late = 0;
  duplicate = 0;
  invalid = 0;
  overBudget = 0;
  exemplars = 0;
  exemplarsRefused = 0;
  /** Batches that the log refused. */
  refusedAppends = 0;
}

interface Tally {
  accepted: number;
  /** Of the accepted, those that came late. */
  late: number;
  outOfOrder: number;
  tooOld: number;
  duplicate: number;
  invalid: number;
  overBudget: number;
  /** Blocks that accepted histograms and late samples can take at most, beyond those of floats. */
  extraBlocks: number;
  exemplars: number;
  exemplarsRefused: number;
  readonly unknownRefs: number[];
  /**
   * Entries that were taken as newer than all of their series, while one before them in the same
   * batch is newer still.
   */
  readonly overtaken: number[];
}

/** Times that are accepted, both ends inclusive. */
interface TimeBounds {
  readonly fromMs: number;
  readonly toMs: number;
  /** From here on also where they are late. */
  readonly lateFromMs: number;
}

const BLOCK_BYTES = 60;
/** A chunk of floats, which a late one may write anew. */
const LATE_BLOCKS = Math.ceil((CHUNK_SAMPLES_MAX * 19) / BLOCK_BYTES) + 1;

export class Ingest {
  readonly counts = new IngestCounts();
  readonly #settings: Settings;
  readonly #head: Head;
  readonly #wal: Wal;
  /** Of the batch at hand: index of each accepted entry, and its slot. */
  #acceptedIndex = new Uint32Array(1024);
  #acceptedSlot = new Uint32Array(1024);
  /** Whether it came late, by accepted entry. */
  #isLate = new Uint8Array(1024);
  #bounds: TimeBounds = { fromMs: 0, toMs: 0, lateFromMs: 0 };

  constructor(settings: Settings, head: Head, wal: Wal) {
    this.#settings = settings;
    this.#head = head;
    this.#wal = wal;
  }

  /** Writes a batch to the log, then makes it visible. */
  append(batch: SampleBatch): AppendOutcome {
    if (batch.count > BATCH_SAMPLES_MAX) {
      throw limitExceeded(
        'TSDB_BATCH_TOO_LARGE',
        `cannot append ${batch.count} samples at once; at most ${BATCH_SAMPLES_MAX}`,
      );
    }
    const tally = createTally();
    this.#bounds = this.#createBounds();
    const isMixed =
      batch.histograms !== undefined ||
      batch.startTimesMs !== undefined ||
      this.#head.hasStartTimes;
    this.#reserve(batch.count);
    this.#wal.begin(batch.count);
    if (isMixed) this.#chooseMixed(batch, tally);
    else this.#choose(batch, tally);
    const exemplars = this.#chooseExemplars(batch, tally);
    if (tally.accepted > 0 || exemplars.length > 0) {
      const blocks = tally.accepted * BLOCKS_PER_SAMPLE_MAX + tally.extraBlocks;
      this.#head.pool.assertRoom(blocks);
      this.#commit();
    }
    const appendedCount = this.#head.changes.during(() =>
      isMixed ? this.#applyMixed(batch, tally) : this.#apply(batch, tally),
    );
    this.#addExemplars(exemplars, tally);
    const outcome = this.#note(appendedCount, tally);
    if (tally.overtaken.length === 0) return outcome;
    // Now they are seen to be late, and the log must say so.
    return addOutcomes(outcome, this.append(pick(batch, tally.overtaken)));
  }

  #note(appendedCount: number, tally: Tally): AppendOutcome {
    const { counts } = this;
    counts.appended += appendedCount;
    counts.late += tally.late;
    counts.outOfOrder += tally.outOfOrder;
    counts.tooOld += tally.tooOld;
    counts.duplicate += tally.duplicate;
    counts.invalid += tally.invalid;
    counts.overBudget += tally.overBudget;
    counts.exemplars += tally.exemplars;
    counts.exemplarsRefused += tally.exemplarsRefused;
    return {
      appendedCount,
      outOfOrderCount: tally.outOfOrder,
      tooOldCount: tally.tooOld,
      duplicateCount: tally.duplicate,
      invalidCount: tally.invalid,
      overBudgetCount: tally.overBudget,
      exemplarsAppendedCount: tally.exemplars,
      exemplarsRefusedCount: tally.exemplarsRefused,
      unknownRefs: tally.unknownRefs,
    };
  }

  #createBounds(): TimeBounds {
    const { clock, retentionMs, lateWindowMs, limits } = this.#settings;
    const nowMs = clock.now();
    return {
      fromMs: Math.max(-TIME_MS_MAX, nowMs - retentionMs),
      toMs: Math.min(TIME_MS_MAX, nowMs + limits.futureMsMax),
      lateFromMs: lateWindowMs > 0 ? nowMs - lateWindowMs : Infinity,
    };
  }

  /** Puts the acceptable samples of a batch of plain floats into the log's record. */
  #choose(batch: SampleBatch, tally: Tally): void {
    const { table, open } = this.#head;
    const { samples } = this.#wal;
    const { refs, timesMs, bits, count } = batch;
    const { fromMs, toMs } = this.#bounds;
    const { lastMs } = open;
    let slot = -1;
    // Nearly all samples of a scrape have its time.
    let goodMs = Number.NaN;
    for (let i = 0; i < count; i++) {
      slot = table.slotAfter(slot, refs[i]);
      const timeMs = timesMs[i];
      if (
        timeMs !== goodMs &&
        timeMs >= fromMs &&
        timeMs <= toMs &&
        Math.floor(timeMs) === timeMs
      ) {
        goodMs = timeMs;
      }
      if (slot < 0) {
        this.#noteUnknown(refs[i], tally);
      } else if (timeMs !== goodMs) {
        tally.outOfOrder++;
      } else if (timeMs > lastMs[slot]) {
        samples.put(refs[i], timeMs, bits[2 * i], bits[2 * i + 1]);
        this.#accept(tally, i, slot);
      } else {
        this.#chooseLate(batch, i, slot, tally);
      }
    }
  }

  /** The same where samples may be histograms, or have times when their counters began. */
  #chooseMixed(batch: SampleBatch, tally: Tally): void {
    const { table, open } = this.#head;
    const { refs, timesMs, histograms, count } = batch;
    const { fromMs, toMs } = this.#bounds;
    /** By slot: the start time that this batch has changed so far. */
    const changed = new Map<number, number>();
    for (let i = 0; i < count; i++) {
      const slot = table.ids.find(refs[i]);
      const timeMs = timesMs[i];
      const histogram = histograms?.[i];
      if (slot < 0) {
        this.#noteUnknown(refs[i], tally);
      } else if (!(timeMs >= fromMs && timeMs <= toMs) || Math.floor(timeMs) !== timeMs) {
        tally.outOfOrder++;
      } else if (histogram !== undefined && findHistogramFault(histogram) !== undefined) {
        tally.invalid++;
      } else if (timeMs > open.lastMs[slot]) {
        this.#putMixed(batch, i, slot, changed);
        tally.extraBlocks += histogram === undefined ? 0 : blocksOf(histogram);
        this.#accept(tally, i, slot);
      } else {
        this.#chooseLate(batch, i, slot, tally);
      }
    }
  }

  /** A number that was given to refused series in this round is no reason to ask again. */
  #noteUnknown(ref: number, tally: Tally): void {
    if (this.#head.budget.isRefused(ref)) tally.overBudget++;
    else tally.unknownRefs.push(ref);
  }

  /** Takes a sample that is not newer than its series where it is one to be taken late. */
  #chooseLate(batch: SampleBatch, i: number, slot: number, tally: Tally): void {
    const head = this.#head;
    const timeMs = batch.timesMs[i];
    if (timeMs === head.open.lastMs[slot] || this.#bounds.lateFromMs === Infinity) {
      this.#refuse(batch, i, slot, tally);
      return;
    }
    if (timeMs < this.#bounds.lateFromMs) {
      tally.outOfOrder++;
      tally.tooOld++;
      return;
    }
    const sample = lateSampleAt(batch, i);
    const known = head.judgeLate(slot, sample);
    if (known === 'duplicate') tally.duplicate++;
    if (known !== undefined) return;
    const id = batch.refs[i];
    this.#wal.samples.putExtended({ ...sample, id, isLate: true }, batch.count - i);
    tally.extraBlocks += sample.histogram === undefined ? LATE_BLOCKS : blocksOf(sample.histogram);
    this.#accept(tally, i, slot);
    this.#isLate[tally.accepted - 1] = 1;
    tally.late++;
  }

  #putMixed(batch: SampleBatch, i: number, slot: number, changed: Map<number, number>): void {
    const { samples } = this.#wal;
    const { refs, timesMs, bits } = batch;
    const histogram = batch.histograms?.[i];
    const known = changed.get(slot) ?? this.#head.startTimeOf(slot);
    const startTimeMs = startTimeAt(batch, i);
    const isChanged = startTimeMs !== known;
    if (isChanged) changed.set(slot, startTimeMs);
    const low = bits[2 * i];
    const high = bits[2 * i + 1];
    if (histogram === undefined && !isChanged) {
      samples.put(refs[i], timesMs[i], low, high);
      return;
    }
    const start = isChanged ? startTimeMs : undefined;
    samples.putExtended(
      { id: refs[i], timeMs: timesMs[i], low, high, histogram, startTimeMs: start, isLate: false },
      batch.count - i,
    );
  }

  #accept(tally: Tally, index: number, slot: number): void {
    this.#isLate[tally.accepted] = 0;
    this.#acceptedIndex[tally.accepted] = index;
    this.#acceptedSlot[tally.accepted] = slot;
    tally.accepted++;
  }

  /** Makes an entry that is not newer than its series visible, where it was chosen as late. */
  #applyLate(batch: SampleBatch, k: number, tally: Tally): number {
    const i = this.#acceptedIndex[k];
    const slot = this.#acceptedSlot[k];
    if (this.#isLate[k] === 0) {
      const isOlder = batch.timesMs[i] < this.#head.open.lastMs[slot];
      if (isOlder && this.#bounds.lateFromMs < Infinity) tally.overtaken.push(i);
      else this.#refuse(batch, i, slot, tally);
      return 0;
    }
    const known = this.#head.addLate(slot, lateSampleAt(batch, i));
    if (known === 'duplicate') tally.duplicate++;
    if (known !== undefined) tally.late--;
    return known === undefined ? 1 : 0;
  }

  #refuse(batch: SampleBatch, i: number, slot: number, tally: Tally): void {
    const { timesMs, bits } = batch;
    const histogram = batch.histograms?.[i];
    const verdict =
      histogram === undefined
        ? this.#head.judge(slot, timesMs[i], bits[2 * i], bits[2 * i + 1])
        : this.#head.judgeHistogram(slot, timesMs[i], histogram);
    if (verdict === 'duplicate') tally.duplicate++;
    else if (verdict === 'outOfOrder') tally.outOfOrder++;
  }

  /** Makes the chosen samples visible; answers how many. */
  #apply(batch: SampleBatch, tally: Tally): number {
    const head = this.#head;
    const { lastMs } = head.open;
    const { timesMs, bits } = batch;
    const chosen = { indexes: this.#acceptedIndex, slots: this.#acceptedSlot };
    const { accepted } = tally;
    let appended = 0;
    for (let k = 0; k < accepted; k++) {
      const unusual = addRegular(head.open, head.pool.slabs, batch, chosen, k, accepted);
      appended += unusual - k;
      k = unusual;
      if (k === accepted) break;
      const i = chosen.indexes[k];
      const slot = chosen.slots[k];
      // Late, or a series stands in a batch twice; only now the second is seen not to be newer.
      if (timesMs[i] > lastMs[slot]) {
        head.add(slot, timesMs[i], bits[2 * i], bits[2 * i + 1]);
        appended++;
      } else {
        appended += this.#applyLate(batch, k, tally);
      }
    }
    return appended;
  }

  #applyMixed(batch: SampleBatch, tally: Tally): number {
    const head = this.#head;
    const { timesMs, bits, histograms } = batch;
    let appended = 0;
    for (let k = 0; k < tally.accepted; k++) {
      const i = this.#acceptedIndex[k];
      const slot = this.#acceptedSlot[k];
      // Also where another one in its batch has overtaken it: the log says so, and a replay does it.
      if (this.#isLate[k] === 0) head.setStartTime(slot, startTimeAt(batch, i));
      if (timesMs[i] > head.open.lastMs[slot]) {
        const histogram = histograms?.[i];
        if (histogram !== undefined) head.addHistogram(slot, timesMs[i], histogram);
        else head.add(slot, timesMs[i], bits[2 * i], bits[2 * i + 1]);
        appended++;
      } else {
        appended += this.#applyLate(batch, k, tally);
      }
    }
    return appended;
  }

  /** Puts the acceptable exemplars of a batch into the log's record. */
  #chooseExemplars(batch: SampleBatch, tally: Tally): readonly SeriesExemplar[] {
    const { exemplars = [] } = batch;
    if (exemplars.length > BATCH_SAMPLES_MAX) {
      throw limitExceeded(
        'TSDB_BATCH_TOO_LARGE',
        `cannot append ${exemplars.length} exemplars at once; at most ${BATCH_SAMPLES_MAX}`,
      );
    }
    return exemplars.filter((entry) => {
      const isAccepted = this.#judgeExemplar(entry, tally);
      if (isAccepted) this.#wal.addExemplar(entry.ref, entry.exemplar);
      return isAccepted;
    });
  }

  #judgeExemplar({ ref, exemplar }: SeriesExemplar, tally: Tally): boolean {
    const { table, exemplars } = this.#head;
    const verdict = table.ids.find(ref) < 0 ? 'unknown' : exemplars.judge(ref, exemplar);
    if (verdict !== 'accepted' && verdict !== 'known') tally.exemplarsRefused++;
    return verdict === 'accepted';
  }

  #addExemplars(chosen: readonly SeriesExemplar[], tally: Tally): void {
    for (const entry of chosen) {
      // A series may have several in a batch; only now they can be compared with each other.
      if (!this.#judgeExemplar(entry, tally)) continue;
      this.#head.exemplars.add(entry.ref, entry.exemplar);
      tally.exemplars++;
    }
  }

  #commit(): void {
    try {
      this.#wal.commit();
    } catch (error) {
      this.counts.refusedAppends++;
      throw error;
    }
  }

  #reserve(count: number): void {
    if (count <= this.#acceptedIndex.length) return;
    this.#acceptedIndex = growWords(this.#acceptedIndex, count);
    this.#acceptedSlot = growWords(this.#acceptedSlot, count);
    this.#isLate = new Uint8Array(count);
  }
}

/** When the counter of a sample began; 0 where that is not known, or no time. */
function startTimeAt({ startTimesMs }: SampleBatch, i: number): number {
  if (startTimesMs === undefined) return 0;
  const timeMs = Math.floor(startTimesMs[i]);
  return Math.abs(timeMs) <= TIME_MS_MAX ? timeMs : 0;
}

function blocksOf(histogram: Histogram): number {
  const { positive, negative, customBounds } = histogram;
  const entries =
    positive.counts.length +
    negative.counts.length +
    positive.spanLengths.length +
    negative.spanLengths.length +
    (customBounds?.length ?? 0);
  return Math.ceil((64 + entries * HISTOGRAM_BUCKET_BYTES_MAX) / BLOCK_BYTES);
}

function createTally(): Tally {
  return {
    accepted: 0,
    late: 0,
    outOfOrder: 0,
    tooOld: 0,
    duplicate: 0,
    invalid: 0,
    overBudget: 0,
    extraBlocks: 0,
    exemplars: 0,
    exemplarsRefused: 0,
    unknownRefs: [],
    overtaken: [],
  };
}

function lateSampleAt(batch: SampleBatch, i: number): LateSample {
  return {
    timeMs: batch.timesMs[i],
    low: batch.bits[2 * i],
    high: batch.bits[2 * i + 1],
    histogram: batch.histograms?.[i],
    startTimeMs: startTimeAt(batch, i),
  };
}

/** A batch of some of another's entries. */
function pick(batch: SampleBatch, indexes: readonly number[]): SampleBatch {
  const bits = Uint32Array.from(indexes.flatMap((i) => [batch.bits[2 * i], batch.bits[2 * i + 1]]));
  return {
    count: indexes.length,
    refs: Uint32Array.from(indexes, (i) => batch.refs[i]),
    timesMs: Float64Array.from(indexes, (i) => batch.timesMs[i]),
    values: new Float64Array(bits.buffer),
    bits,
    histograms: indexes.map((i) => batch.histograms?.[i]),
    startTimesMs: Float64Array.from(indexes, (i) => startTimeAt(batch, i)),
  };
}

function addOutcomes(a: AppendOutcome, b: AppendOutcome): AppendOutcome {
  return {
    appendedCount: a.appendedCount + b.appendedCount,
    outOfOrderCount: a.outOfOrderCount + b.outOfOrderCount,
    tooOldCount: a.tooOldCount + b.tooOldCount,
    duplicateCount: a.duplicateCount + b.duplicateCount,
    invalidCount: a.invalidCount + b.invalidCount,
    overBudgetCount: a.overBudgetCount + b.overBudgetCount,
    exemplarsAppendedCount: a.exemplarsAppendedCount + b.exemplarsAppendedCount,
    exemplarsRefusedCount: a.exemplarsRefusedCount + b.exemplarsRefusedCount,
    unknownRefs: [...a.unknownRefs, ...b.unknownRefs],
  };
}
