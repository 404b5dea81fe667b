/** Samples of one series from several places, in one run by time. */
import type { Histogram, Samples } from '../../series/index.ts';
import { growDoubles } from '../grow.ts';

export class MergedSamples implements Samples {
  count = 0;
  timesMs = new Float64Array(256);
  bits = new Uint32Array(512);
  values = new Float64Array(this.bits.buffer);
  histograms: (Histogram | undefined)[] | undefined;

  /** Sets the samples of all parts; of samples with the same time that of the first part counts. */
  merge(parts: readonly Samples[]): void {
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

  #clear(capacity: number, parts: readonly Samples[]): void {
    this.count = 0;
    this.histograms = parts.some((part) => part.histograms !== undefined) ? [] : undefined;
    if (capacity <= this.timesMs.length) return;
    this.timesMs = growDoubles(this.timesMs, capacity);
    this.bits = new Uint32Array(capacity * 2);
    this.values = new Float64Array(this.bits.buffer);
  }

  /** Adds a part that begins after the last sample. */
  #addAll(part: Samples): void {
    this.timesMs.set(part.timesMs.subarray(0, part.count), this.count);
    // As words: a copy as doubles could lose the payload of NaNs.
    this.bits.set(part.bits.subarray(0, part.count * 2), this.count * 2);
    for (let i = 0; i < part.count; i++) this.histograms?.push(part.histograms?.[i]);
    this.count += part.count;
  }

  #interleave(parts: readonly Samples[]): void {
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

  #add(part: Samples, index: number): void {
    this.timesMs[this.count] = part.timesMs[index];
    this.bits[2 * this.count] = part.bits[2 * index];
    this.bits[2 * this.count + 1] = part.bits[2 * index + 1];
    this.histograms?.push(part.histograms?.[index]);
    this.count++;
  }
}
