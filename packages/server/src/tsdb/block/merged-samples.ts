/** Samples of one series from several places, in one run by time. */
import type { Histogram, Samples } from '../../series/index.ts';
import { growDoubles } from '../grow.ts';

/** Samples of one place, and when their counters began where that is known. */
export interface MergedPart extends Samples {
  readonly startTimesMs?: Float64Array;
}

export class MergedSamples implements Samples {
  count = 0;
  timesMs = new Float64Array(256);
  bits = new Uint32Array(512);
  values = new Float64Array(this.bits.buffer);
  histograms: (Histogram | undefined)[] | undefined;
  /** When the counters behind the samples began; undefined as long as that is unknown for all. */
  startTimesMs: Float64Array | undefined;
  /** The part of the sample that was added last. */
  #lastPart: MergedPart | undefined;

  /** Sets the samples of all parts; of samples with the same time that of the first part counts. */
  merge(parts: readonly MergedPart[]): void {
    const total = parts.reduce((sum, part) => sum + part.count, 0);
    this.#clear(total, parts);
    const rest = [...parts].sort((a, b) => a.timesMs[0] - b.timesMs[0]);
    const isApart = rest.every((part, i) => {
      const before = rest[i - 1];
      return i === 0 || before.timesMs[before.count - 1] < part.timesMs[0];
    });
    if (isApart) for (const part of rest) this.#addAll(part);
    else this.#interleave(parts);
  }

  /** Keeps the first samples only. */
  truncate(count: number): void {
    this.count = Math.min(count, this.count);
    if (this.histograms !== undefined) this.histograms.length = this.count;
  }

  /** Drops all samples but the newest. */
  keepNewest(): void {
    const last = this.count - 1;
    if (last <= 0) return;
    this.timesMs[0] = this.timesMs[last];
    this.bits[0] = this.bits[2 * last];
    this.bits[1] = this.bits[2 * last + 1];
    if (this.histograms !== undefined) this.histograms = [this.histograms[last]];
    if (this.startTimesMs !== undefined) this.startTimesMs[0] = this.startTimesMs[last];
    this.count = 1;
  }

  #clear(capacity: number, parts: readonly MergedPart[]): void {
    this.count = 0;
    this.histograms = parts.some((part) => part.histograms !== undefined) ? [] : undefined;
    const hasStarts = parts.some((part) => part.startTimesMs !== undefined);
    this.startTimesMs = hasStarts ? new Float64Array(capacity) : undefined;
    this.#lastPart = undefined;
    if (capacity <= this.timesMs.length) return;
    this.timesMs = growDoubles(this.timesMs, capacity);
    this.bits = new Uint32Array(capacity * 2);
    this.values = new Float64Array(this.bits.buffer);
  }

  /** Adds a part that begins after the last sample. */
  #addAll(part: MergedPart): void {
    this.timesMs.set(part.timesMs.subarray(0, part.count), this.count);
    // As words: a copy as doubles could lose the payload of NaNs.
    this.bits.set(part.bits.subarray(0, part.count * 2), this.count * 2);
    for (let i = 0; i < part.count; i++) this.#noteKind(part, i, this.count + i);
    this.count += part.count;
  }

  #interleave(parts: readonly MergedPart[]): void {
    const at = parts.map(() => 0);
    for (;;) {
      let next = -1;
      let nextMs = Infinity;
      for (let p = 0; p < parts.length; p++) {
        if (at[p] >= parts[p].count || parts[p].timesMs[at[p]] >= nextMs) continue;
        next = p;
        nextMs = parts[p].timesMs[at[p]];
      }
      if (next < 0) return;
      this.#add(parts[next], at[next]);
      for (let p = 0; p < parts.length; p++) {
        if (at[p] < parts[p].count && parts[p].timesMs[at[p]] === nextMs) at[p]++;
      }
    }
  }

  #add(part: MergedPart, index: number): void {
    this.timesMs[this.count] = part.timesMs[index];
    this.bits[2 * this.count] = part.bits[2 * index];
    this.bits[2 * this.count + 1] = part.bits[2 * index + 1];
    this.#noteKind(part, index, this.count);
    this.count++;
  }

  /**
   * What a part knows of resets holds between its own samples; where another part's sample comes
   * before, nothing is known.
   */
  #noteKind(part: MergedPart, index: number, at: number): void {
    if (this.startTimesMs !== undefined) this.startTimesMs[at] = part.startTimesMs?.[index] ?? 0;
    if (this.histograms === undefined) return;
    const histogram = part.histograms?.[index];
    const isApart = part !== this.#lastPart && histogram?.counterReset === 'notReset';
    this.histograms.push(isApart ? { ...histogram, counterReset: 'unknown' } : histogram);
    this.#lastPart = part;
  }
}
