/** Takes OTLP metrics: reads, converts, appends, and answers when the samples are durable. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { AppError, invalid, systemErrorCode } from '../platform/index.ts';
import { formatSeries, setStale } from '../series/index.ts';
import { Faults } from './faults.ts';
import { UNPACKED_BYTES_MAX } from './limits.ts';
import { MetadataBook, type MetricMetadata } from './metadata-book.ts';
import { convertOtlp, type OtlpConfig, type OtlpSample, type OtlpSink } from './otlp-convert.ts';
import { readOtlpJson } from './otlp-json.ts';
import { readOtlpProto } from './otlp-proto.ts';
import type { AppendOutcome, WriteStore } from './store.ts';
import { WriteBatch } from './write-batch.ts';

export interface OtlpRequest {
  readonly isJson: boolean;
  readonly isGzip: boolean;
  readonly body: Uint8Array;
}

/** What became of a request, as OTLP tells it. */
export interface OtlpOutcome {
  /** Points that were left out. */
  readonly rejectedCount: number;
  /** '' where none were. */
  readonly message: string;
}

export interface OtlpStats {
  readonly requests: number;
  readonly requestsRefused: number;
  readonly samples: number;
  readonly rejected: number;
}

export interface OtlpReceiver {
  /** Throws `invalid` where the body cannot be read, `unavailable` where the disk refuses. */
  receive(request: OtlpRequest): Promise<OtlpOutcome>;
  apply(config: OtlpConfig): void;
  metadata(): readonly MetricMetadata[];
  stats(): OtlpStats;
}

/** Builds a receiver. */
export function createOtlpReceiver(store: WriteStore, config: OtlpConfig): OtlpReceiver {
  return new Receiver(store, config);
}

class Receiver implements OtlpReceiver {
  readonly #store: WriteStore;
  #config: OtlpConfig;
  readonly #floats = new WriteBatch();
  readonly #histograms = new WriteBatch();
  readonly #metadata = new MetadataBook();
  readonly #stats = { requests: 0, requestsRefused: 0, samples: 0, rejected: 0 };

  constructor(store: WriteStore, config: OtlpConfig) {
    this.#store = store;
    this.#config = config;
  }

  apply(config: OtlpConfig): void {
    this.#config = config;
  }

  metadata(): readonly MetricMetadata[] {
    return this.#metadata.list();
  }

  stats(): OtlpStats {
    return { ...this.#stats };
  }

  async receive({ isJson, isGzip, body }: OtlpRequest): Promise<OtlpOutcome> {
    this.#stats.requests++;
    try {
      const bytes = isGzip ? await unpack(body) : body;
      const outcome = this.#take(bytes, isJson);
      await this.#store.flush();
      return outcome;
    } catch (error) {
      this.#stats.requestsRefused++;
      throw error;
    }
  }

  #take(bytes: Uint8Array, isJson: boolean): OtlpOutcome {
    const text = (): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
    const resources = isJson ? readOtlpJson(text()) : readOtlpProto(bytes);
    this.#floats.clear();
    this.#histograms.clear();
    const faults = new Faults();
    let rejectedCount = 0;
    const sink: OtlpSink = {
      add: (sample) => {
        const why = this.#put(sample);
        if (why !== undefined) sink.refuse(1, why);
      },
      describe: (metric, type, { description: help, unit }) =>
        this.#metadata.note({ metric, type, help, unit }),
      refuse(pointCount, why) {
        rejectedCount += pointCount;
        faults.add(why);
      },
    };
    convertOtlp(resources, this.#config, sink);
    for (const batch of [this.#histograms, this.#floats]) {
      const refused = describeRefusal(this.#append(batch));
      this.#stats.samples += batch.count - refused.count;
      if (refused.count > 0) sink.refuse(refused.count, refused.why);
    }
    this.#stats.rejected += rejectedCount;
    return { rejectedCount, message: faults.describe() };
  }

  /** Why it is left out; undefined where it is taken. */
  #put(sample: OtlpSample): string | undefined {
    const { labels, timeMs, startMs, value, isStale, histogram, exemplars = [] } = sample;
    if (timeMs === 0) return `a point without a time: ${formatSeries(labels)}`;
    const batch = histogram === undefined ? this.#floats : this.#histograms;
    let ref: number;
    try {
      ref = this.#store.resolve(labels);
    } catch (error) {
      if (!(error instanceof AppError) || error.kind === 'unavailable') throw error;
      return error.message;
    }
    const at = batch.begin();
    batch.timesMs[at] = timeMs;
    batch.startTimesMs[at] = startMs;
    batch.values[at] = value;
    if (isStale) setStale(batch.bits, at);
    if (histogram !== undefined) batch.histograms[at] = histogram;
    for (const exemplar of exemplars) batch.addExemplar(exemplar);
    batch.assign(at, ref);
    return undefined;
  }

  #append(batch: WriteBatch): AppendOutcome | undefined {
    if (batch.count === 0) return undefined;
    const { count, refs, timesMs, values, bits, startTimesMs, histograms, exemplars } = batch;
    const common = { count, refs, timesMs, values, bits, startTimesMs, exemplars };
    return this.#store.append(batch === this.#histograms ? { ...common, histograms } : common);
  }
}

function describeRefusal(outcome: AppendOutcome | undefined): { count: number; why: string } {
  if (outcome === undefined) return { count: 0, why: '' };
  const { outOfOrderCount, duplicateCount, invalidCount } = outcome;
  const count = outOfOrderCount + duplicateCount + invalidCount;
  const why =
    `${count} samples cannot be stored: ${outOfOrderCount} out of order or outside of the times ` +
    `that are kept, ${duplicateCount} with another value for a time, ${invalidCount} that make no sense`;
  return { count, why };
}

const gunzipAsync = promisify(gunzip);

async function unpack(body: Uint8Array): Promise<Uint8Array> {
  try {
    return await gunzipAsync(body, { maxOutputLength: UNPACKED_BYTES_MAX });
  } catch (error) {
    const isTooLarge = systemErrorCode(error) === 'ERR_BUFFER_TOO_LARGE';
    const why = isTooLarge ? `it has more than ${UNPACKED_BYTES_MAX} bytes` : 'it is damaged';
    throw invalid('OTLP_INVALID', `cannot unpack the body (gzip): ${why}`, { cause: error });
  }
}
