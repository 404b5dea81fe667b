/** How one receiver is sent to; `remote_write` of the configuration, defaults filled in. */
import type { Labels } from '../series/index.ts';
import type { WriteVersion } from './receiver.ts';

export interface QueueConfig {
  /** Samples that each shard may hold. */
  readonly capacity: number;
  readonly maxShards: number;
  readonly minShards: number;
  readonly maxSamplesPerSend: number;
  readonly batchSendDeadlineMs: number;
  readonly minBackoffMs: number;
  readonly maxBackoffMs: number;
  readonly retryOn429: boolean;
  /** Older samples are not sent; 0: of any age. */
  readonly sampleAgeLimitMs: number;
}

/** Prometheus' defaults. */
export const DEFAULT_QUEUE: QueueConfig = {
  capacity: 10_000,
  maxShards: 50,
  minShards: 1,
  maxSamplesPerSend: 2_000,
  batchSendDeadlineMs: 5_000,
  minBackoffMs: 30,
  maxBackoffMs: 5_000,
  retryOn429: false,
  sampleAgeLimitMs: 0,
};

export interface MetadataConfig {
  readonly isSent: boolean;
  readonly intervalMs: number;
  readonly countPerSend: number;
}

export const DEFAULT_METADATA: MetadataConfig = {
  isSent: true,
  intervalMs: 60_000,
  countPerSend: 2_000,
};

export interface RemoteWriteConfig {
  /** Unique; the queue's place in the log is kept under it. */
  readonly name: string;
  readonly url: string;
  readonly version: WriteVersion;
  readonly timeoutMs: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly sendExemplars: boolean;
  readonly sendHistograms: boolean;
  readonly queue: QueueConfig;
  readonly metadata: MetadataConfig;
}

/** What a receiver has answered. */
export interface SendAnswer {
  readonly status: number;
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The beginning of the body. */
  readonly text: string;
}

/** Sends one request; throws where there is no answer. */
export type SendRequest = (request: {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly signal: AbortSignal;
}) => Promise<SendAnswer>;

/** A receiver with all that is needed to send to it. */
export interface SendTarget {
  readonly config: RemoteWriteConfig;
  /** The labels under which a series is sent; undefined: it is not. */
  readonly relabel: (labels: Labels) => Labels | undefined;
  readonly send: SendRequest;
  /** Closes its connections. */
  readonly close: () => void;
}
