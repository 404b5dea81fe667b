/**
 * Takes remote write requests: unpacks, reads, appends, and answers only once the samples survive a
 * power cut.
 *
 * What can be stored of a request is stored. What cannot be, now or ever, is named in the answer,
 * which is then 400, so that no sender repeats it. Only what the disk refuses is answered so that
 * the sender tries again.
 */
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { invalid, systemErrorCode } from '../platform/index.ts';
import { Faults } from './faults.ts';
import { planTurns } from './kind-turns.ts';
import { KnownSeries } from './known-series.ts';
import { UNPACKED_BYTES_MAX } from './limits.ts';
import { MetadataBook, type MetricMetadata } from './metadata-book.ts';
import { unpackSnappy } from './snappy.ts';
import type { AppendOutcome, WriteStore } from './store.ts';
import { WriteBatch } from './write-batch.ts';
import type { WriteTarget } from './write-decoder.ts';
import { readWriteV1 } from './write-v1.ts';
import { WriteV2Decoder } from './write-v2.ts';

export type WriteVersion = 'v1' | 'v2';

/** Snappy is what the specification wants; vmagent would rather send zstd. */
export type WriteEncoding = 'snappy' | 'zstd';

export interface WriteRequest {
  readonly version: WriteVersion;
  readonly encoding: WriteEncoding;
  readonly body: Uint8Array;
}

/** What became of a request. */
export interface WriteOutcome {
  readonly samplesWritten: number;
  readonly histogramsWritten: number;
  readonly exemplarsWritten: number;
  /** '' where everything was written. */
  readonly refused: string;
}

export interface ReceiverStats {
  readonly requestsV1: number;
  readonly requestsV2: number;
  /** Requests of which something was refused, and those that could not be read. */
  readonly requestsRefused: number;
  readonly samples: number;
  readonly histograms: number;
  readonly exemplars: number;
  readonly refused: number;
  readonly unpackedBytes: number;
  readonly knownSeries: number;
  readonly knownBytes: number;
}

export interface WriteReceiver {
  /**
   * Takes a request. Throws `invalid` where it cannot be read, and `unavailable` where the disk
   * refuses: then the sender shall try again.
   */
  receive(request: WriteRequest): Promise<WriteOutcome>;
  /** What senders said of their metrics. */
  metadata(): readonly MetricMetadata[];
  stats(): ReceiverStats;
}

/** Builds a receiver; `seed` keeps senders from choosing labels that collide in its tables. */
export function createWriteReceiver(options: {
  readonly store: WriteStore;
  readonly seed: number;
}): WriteReceiver {
  return new Receiver(options.store, options.seed);
}

class Receiver implements WriteReceiver {
  readonly #store: WriteStore;
  readonly #byLabels: WriteTarget;
  readonly #bySymbols: WriteTarget;
  readonly #v2: WriteV2Decoder;
  readonly #metadata = new MetadataBook();
  #stats = {
    requestsV1: 0,
    requestsV2: 0,
    requestsRefused: 0,
    samples: 0,
    histograms: 0,
    exemplars: 0,
    refused: 0,
    unpackedBytes: 0,
  };

  constructor(store: WriteStore, seed: number) {
    this.#store = store;
    this.#v2 = new WriteV2Decoder(seed);
    const shared = {
      floats: new WriteBatch(),
      histograms: new WriteBatch(),
      faults: new Faults(),
      metadata: this.#metadata,
    };
    // The keys of the two versions have nothing in common.
    this.#byLabels = { ...shared, known: new KnownSeries(store, seed) };
    this.#bySymbols = { ...shared, known: new KnownSeries(store, seed) };
  }

  metadata(): readonly MetricMetadata[] {
    return this.#metadata.list();
  }

  stats(): ReceiverStats {
    const known = [this.#byLabels.known, this.#bySymbols.known];
    const tables = known.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
    return {
      ...this.#stats,
      knownSeries: known.reduce((sum, { count }) => sum + count, 0),
      knownBytes: tables + this.#v2.memoryBytes,
    };
  }

  async receive({ version, encoding, body }: WriteRequest): Promise<WriteOutcome> {
    if (version === 'v1') this.#stats.requestsV1++;
    else this.#stats.requestsV2++;
    try {
      const bytes = await unpack(body, encoding);
      this.#stats.unpackedBytes += bytes.length;
      const outcome = this.#take(bytes, version);
      if (outcome.refused !== '') this.#stats.requestsRefused++;
      await this.#store.flush();
      return outcome;
    } catch (error) {
      this.#stats.requestsRefused++;
      throw error;
    }
  }

  /** In one turn, because the batches are shared by all requests. */
  #take(bytes: Uint8Array, version: WriteVersion): WriteOutcome {
    const target = version === 'v1' ? this.#byLabels : this.#bySymbols;
    let outcome = this.#append(bytes, version, target);
    if (outcome === undefined) {
      // The store has forgotten a series that had been silent. What the first try stored is stored
      // once: the same sample again is no sample.
      target.known.clear();
      outcome = this.#append(bytes, version, target);
    }
    if (outcome === undefined) throw invalid('REMOTE_SERIES_LOST', 'the store forgets new series');
    this.#stats.samples += outcome.samplesWritten;
    this.#stats.histograms += outcome.histogramsWritten;
    this.#stats.exemplars += outcome.exemplarsWritten;
    this.#stats.refused += target.faults.count;
    return outcome;
  }

  /** Undefined where the store has forgotten one of the series. */
  #append(bytes: Uint8Array, version: WriteVersion, target: WriteTarget): WriteOutcome | undefined {
    const { floats, histograms, faults } = target;
    floats.clear();
    histograms.clear();
    faults.clear();
    if (version === 'v1') readWriteV1(bytes, target);
    else this.#v2.read(bytes, target);
    const exemplars = [...floats.exemplars];
    const written = { samples: 0, histograms: 0 };
    const turns = planTurns(floats, histograms);
    let isForgotten = false;
    turns.forEach(({ isHistograms, batch }, i) => {
      // Exemplars go last, when all series have samples.
      const isLast = i === turns.length - 1;
      const outcome = this.#store.append(isLast ? { ...batch, exemplars } : batch);
      isForgotten ||= outcome.unknownRefs.length > 0;
      const kind = isHistograms ? 'histograms' : 'samples';
      noteOutcome(kind, outcome, faults);
      written[kind] += batch.count - refusedCount(outcome);
    });
    if (isForgotten) return undefined;
    return {
      samplesWritten: written.samples,
      histogramsWritten: written.histograms,
      exemplarsWritten: exemplars.length,
      refused: faults.describe(),
    };
  }
}

function refusedCount(outcome: AppendOutcome): number {
  const { outOfOrderCount, duplicateCount, invalidCount, overBudgetCount } = outcome;
  return outOfOrderCount + duplicateCount + invalidCount + overBudgetCount;
}

function noteOutcome(what: string, outcome: AppendOutcome, faults: Faults): void {
  const { outOfOrderCount, duplicateCount, invalidCount, overBudgetCount } = outcome;
  if (outOfOrderCount > 0) {
    faults.add(
      `${outOfOrderCount} ${what} are out of order, or outside of the times that are kept`,
    );
  }
  if (duplicateCount > 0) {
    faults.add(`${duplicateCount} ${what} have another value than the one stored for their time`);
  }
  if (invalidCount > 0) faults.add(`${invalidCount} ${what} make no sense, or are too large`);
  if (overBudgetCount > 0) {
    faults.add(
      `${overBudgetCount} ${what} are of new series over the budget of their job or metric`,
    );
  }
}

const unzstdAsync = promisify(zstdDecompress);

/** Unpacks a body within the bound. Throws `invalid`, so that nobody sends the same again. */
async function unpack(body: Uint8Array, encoding: WriteEncoding): Promise<Uint8Array> {
  if (encoding === 'snappy') return unpackSnappy(body, UNPACKED_BYTES_MAX);
  try {
    return await unzstdAsync(body, { maxOutputLength: UNPACKED_BYTES_MAX });
  } catch (error) {
    const isTooLarge = systemErrorCode(error) === 'ERR_BUFFER_TOO_LARGE';
    const why = isTooLarge ? `it has more than ${UNPACKED_BYTES_MAX} bytes` : 'it is damaged';
    throw invalid('REMOTE_BODY_INVALID', `cannot unpack the body (zstd): ${why}`, { cause: error });
  }
}
