/** Encodes samples that are in memory: of chunks that were merged, of a selection, of text. */
import { EMPTY_LABELS } from '../../series/index.ts';
import { ByteWriter } from '../bytes.ts';
import { putChunkData } from '../chunk-format.ts';
import { Head } from '../head.ts';
import { CHUNK_SAMPLES_MAX } from '../limits.ts';
import type { TimedChunk } from './block-writer.ts';
import type { MergedPart } from './merged-samples.ts';

export class RunEncoder {
  /** Of one series, which takes one run after the other: all that encodes is there already. */
  readonly #head = new Head({ seriesMax: 1, slabsMax: 1 });
  readonly #slot = this.#head.addSeries(EMPTY_LABELS);
  readonly #writer = new ByteWriter(4096);

  /** Chunks of the samples, with memory of their own. */
  *encode(run: MergedPart): IterableIterator<TimedChunk> {
    const head = this.#head;
    const slot = this.#slot;
    head.histograms.forget(slot);
    head.open.reset(slot, CHUNK_SAMPLES_MAX);
    for (let i = 0; i < run.count; i++) {
      this.#add(run, i);
      if (head.closed.count > 0) yield* this.#takeClosed();
    }
    if (head.open.count[slot] > 0) head.close(slot);
    yield* this.#takeClosed();
  }

  #add(run: MergedPart, i: number): void {
    const head = this.#head;
    const startMs = run.startTimesMs?.[i] ?? 0;
    if (startMs !== 0 || head.hasStartTimes) head.setStartTime(this.#slot, startMs);
    const histogram = run.histograms?.[i];
    if (histogram !== undefined) head.addHistogram(this.#slot, run.timesMs[i], histogram);
    else head.add(this.#slot, run.timesMs[i], run.bits[2 * i], run.bits[2 * i + 1]);
  }

  *#takeClosed(): IterableIterator<TimedChunk> {
    const head = this.#head;
    const { closed } = head;
    while (closed.head !== 0) {
      const minMs = closed.startMs[closed.head];
      const maxMs = closed.lastMs[closed.head];
      const hasMarker = closed.hasMarker[closed.head] === 1;
      const chunk = head.closedChunk(closed.head);
      this.#writer.at = 0;
      putChunkData(this.#writer, chunk);
      const data = this.#writer.written().slice();
      head.dropOldestClosed();
      const { kind: encoding, counterStartMs } = chunk;
      yield { encoding, data, minMs, maxMs, counterStartMs, hasMarker };
    }
  }
}

/** Encodes samples of one series after the other as they stand in blocks. */
export function createChunkEncoder(): (samples: MergedPart) => readonly TimedChunk[] {
  let encoder: RunEncoder | undefined;
  // Made when it is needed first. Whole series, as one that was left in between would be gone on with.
  return (samples) => [...(encoder ??= new RunEncoder()).encode(samples)];
}
