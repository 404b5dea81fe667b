/**
 * Reads the log's records of plain samples, a run at a time into arrays: a call for each of the
 * millions of samples that a start replays would cost more than the reading.
 */
import { ByteReader } from './bytes.ts';

/** Samples in a run; what they take stays in the processor's caches. */
export const RUN_SAMPLES = 1024;
const ID_END = 2 ** 32;

export class SampleRuns {
  readonly ids = new Uint32Array(RUN_SAMPLES);
  readonly timesMs = new Float64Array(RUN_SAMPLES);
  /** Two words for each sample, the low one first. */
  readonly bits = new Uint32Array(2 * RUN_SAMPLES);
  #id = 0;
  #timeMs = 0;
  #count = 0;

  /**
   * Reads the content of a record (wal-records.ts). `onRun` is told how many samples the arrays
   * hold; false where the content makes no sense, what stood before that has been handed over.
   */
  read(bytes: Uint8Array, from: number, end: number, onRun: (count: number) => void): boolean {
    const reader = new ByteReader(bytes, from, end);
    this.#id = 0;
    this.#timeMs = 0;
    let isGood = true;
    while (isGood && reader.at < end) {
      this.#count = 0;
      isGood = this.#fill(reader, end);
      onRun(this.#count);
    }
    return isGood;
  }

  #fill(reader: ByteReader, end: number): boolean {
    const { ids, timesMs, bits } = this;
    const { bytes } = reader;
    let id = this.#id;
    let timeMs = this.#timeMs;
    let count = 0;
    while (reader.at < end && count < RUN_SAMPLES) {
      const control = bytes[reader.at++];
      const step = control >>> 4;
      id += step === 0 ? reader.zigzag() : step;
      if ((control & 8) !== 0) timeMs += reader.zigzag();
      const size = (control & 7) === 7 ? 8 : control & 7;
      const at = reader.at;
      if (reader.isShort || at + size > end || !(id >= 0 && id < ID_END)) return false;
      reader.at = at + size;
      let high = 0;
      let low = 0;
      if (size > 0) high = bytes[at] << 24;
      if (size > 1) high |= bytes[at + 1] << 16;
      if (size > 2) high |= (bytes[at + 2] << 8) | bytes[at + 3];
      for (let i = 4, shift = 24; i < size; i++, shift -= 8) low |= bytes[at + i] << shift;
      ids[count] = id;
      timesMs[count] = timeMs;
      bits[2 * count] = low;
      bits[2 * count + 1] = high;
      this.#count = ++count;
    }
    this.#id = id;
    this.#timeMs = timeMs;
    return true;
  }
}
