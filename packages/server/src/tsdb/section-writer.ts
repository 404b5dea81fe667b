/** Writes the sections of a checkpoint: series as columns (section-columns.ts reads them). */
import type { ByteWriter } from './bytes.ts';
import type { ChunkFile } from './chunk-file.ts';
import { LATE_FLAG, MARKER_FLAG } from './chunk-kind.ts';
import type { Head } from './head.ts';
import { SectionPairs } from './section-pairs.ts';
import type { ChunkWords } from './xor-decode.ts';

/** Writes what a head has of some series at a time. */
export class SectionWriter {
  readonly #head: Head;
  readonly #growing: readonly ChunkFile[];
  readonly #writer: ByteWriter;
  readonly #pairs: SectionPairs;

  /** `growing` are the files that the checkpoint's start lists. */
  constructor(head: Head, growing: readonly ChunkFile[], writer: ByteWriter) {
    this.#head = head;
    this.#growing = growing;
    this.#writer = writer;
    this.#pairs = new SectionPairs(head.table);
  }

  /** Writes the content of a section. */
  put(slots: readonly number[]): void {
    this.#putSeries(slots);
    this.#putNewest(slots);
    this.#putOpen(slots);
    for (const file of this.#growing) this.#putStored(file, slots);
    this.#putRare(slots);
  }

  #putSeries(slots: readonly number[]): void {
    const { idOf, labels } = this.#head.table;
    const writer = this.#writer;
    this.#pairs.put(writer, slots);
    writer.varint(slots.length);
    for (const slot of slots) {
      writer.varint(idOf[slot]);
      const count = labels.load(slot);
      writer.varint(count);
      for (let i = 0; i < count; i++) writer.varint(this.#pairs.indexOf(labels.loaded[i]));
    }
  }

  #putNewest(slots: readonly number[]): void {
    const { open, firstMs } = this.#head;
    this.#doubles(firstMs, slots);
    this.#doubles(open.lastMs, slots);
    this.#words(open.lastLow, slots);
    this.#words(open.lastHigh, slots);
    this.#bytes(open.kind, slots);
  }

  #putOpen(slots: readonly number[]): void {
    const { open } = this.#head;
    this.#bytes(open.count, slots);
    this.#bytes(open.hasMarker, slots);
    this.#bytes(open.leading, slots);
    this.#bytes(open.trailing, slots);
    this.#doubles(open.startMs, slots);
    this.#doubles(open.deltaMs, slots);
    const filled = slots.filter((slot) => open.count[slot] > 0);
    for (const slot of filled) this.#writer.varint(open.bitCount(slot));
    for (const slot of filled) {
      const { words, bitCount } = this.#head.openChunk(slot);
      // With the word that is being filled, also where nothing is in it yet.
      this.#writer.words(words, (bitCount >>> 5) + 1);
    }
  }

  #putStored({ index }: ChunkFile, slots: readonly number[]): void {
    const writer = this.#writer;
    if (index === undefined || slots.every((slot) => index.lastAt(slot) === 0)) {
      writer.byte(0);
      return;
    }
    writer.byte(1);
    for (const slot of slots) writer.word(index.lastAt(slot));
    for (const slot of slots) writer.word(index.counted(slot));
  }

  #putRare(slots: readonly number[]): void {
    const { open, late } = this.#head;
    const writer = this.#writer;
    for (const [i, slot] of slots.entries()) {
      const startMs = open.counterStart(slot);
      if (startMs === 0) continue;
      writer.varint(i + 1);
      writer.zigzag(startMs);
    }
    writer.varint(0);
    for (const [i, slot] of slots.entries()) {
      if (!late.reaches(slot, -Infinity)) continue;
      writer.varint(i + 1);
      writer.zigzag(late.endMs[slot]);
    }
    writer.varint(0);
    for (const [i, slot] of slots.entries()) this.#putClosed(i + 1, slot);
    writer.varint(0);
  }

  /** An open late chunk is one of them: it is closed by the next start. */
  #putClosed(number: number, slot: number): void {
    const { closed, late } = this.#head;
    const hasOpenLate = late.hasOpen(slot);
    if (closed.firstOf[slot] === 0 && !hasOpenLate) return;
    this.#writer.varint(number);
    for (let entry = closed.firstOf[slot]; entry !== 0; entry = closed.next[entry]) {
      this.#putChunk(this.#head.closedChunk(entry), closed.hasMarker[entry]);
      this.#putTimes(closed.startMs[entry], closed.lastMs[entry], closed.counterStartMs[entry]);
    }
    if (hasOpenLate) {
      const { open } = late;
      this.#putChunk(this.#head.openLateChunk(slot), open.hasMarker[slot]);
      this.#putTimes(open.startMs[slot], open.lastMs[slot], open.counterStart(slot));
    }
    this.#writer.varint(0);
  }

  #putTimes(startMs: number, lastMs: number, counterStartMs: number): void {
    this.#writer.double(startMs);
    this.#writer.double(lastMs);
    this.#writer.zigzag(counterStartMs);
  }

  #putChunk(chunk: ChunkWords, hasMarker: number): void {
    const writer = this.#writer;
    writer.varint(chunk.sampleCount);
    const flags = (chunk.isLate ? LATE_FLAG : 0) | (hasMarker === 1 ? MARKER_FLAG : 0);
    writer.byte(chunk.kind | flags);
    writer.varint(chunk.bitCount);
    writer.words(chunk.words, Math.ceil(chunk.bitCount / 32));
  }

  #bytes(column: Uint8Array, slots: readonly number[]): void {
    for (const slot of slots) this.#writer.byte(column[slot]);
  }

  #words(column: Uint32Array, slots: readonly number[]): void {
    for (const slot of slots) this.#writer.word(column[slot]);
  }

  #doubles(column: Float64Array, slots: readonly number[]): void {
    for (const slot of slots) this.#writer.double(column[slot]);
  }
}
