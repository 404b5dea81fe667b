/** The store as writers see it when what it takes is also sent elsewhere. */
import type { Sender } from '../remote/index.ts';
import { type SampleBatch, setStale } from '../series/index.ts';
import type { AppendOutcome, LabelledSample, Tsdb } from '../tsdb/index.ts';

export interface TappedStore {
  readonly resolve: Tsdb['resolve'];
  readonly append: Tsdb['append'];
  readonly writeSamples: Tsdb['writeSamples'];
  readonly flush: Tsdb['flush'];
}

/**
 * Hands over what the store has taken. A batch of which the store refused a part is handed over
 * whole: it tells how many, not which, and the other side refuses the same.
 */
export function tapStore(tsdb: Tsdb, sender: Pick<Sender, 'note'>): TappedStore {
  const append = (batch: SampleBatch): AppendOutcome => {
    const outcome = tsdb.append(batch);
    const refusedCount = outcome.outOfOrderCount + outcome.duplicateCount + outcome.invalidCount;
    if (outcome.appendedCount > 0 || refusedCount === 0) sender.note(batch);
    return outcome;
  };
  return {
    resolve: (labels) => tsdb.resolve(labels),
    append,
    flush: async () => tsdb.flush(),
    writeSamples(samples) {
      const outcome = tsdb.writeSamples(samples);
      sender.note(batchOf(tsdb, samples));
      return outcome;
    },
  };
}

function batchOf(tsdb: Tsdb, samples: readonly LabelledSample[]): SampleBatch {
  const values = Float64Array.from(samples, ({ value }) => value);
  const bits = new Uint32Array(values.buffer);
  samples.forEach(({ isStale }, i) => {
    if (isStale) setStale(bits, i);
  });
  return {
    count: samples.length,
    refs: Uint32Array.from(samples, ({ labels }) => tsdb.resolve(labels)),
    timesMs: Float64Array.from(samples, ({ timeMs }) => timeMs),
    values,
    bits,
    histograms: samples.map(({ histogram }) => histogram),
  };
}
