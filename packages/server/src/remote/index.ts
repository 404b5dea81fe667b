/**
 * Samples that come and go by network: remote write 1.0 and 2.0, received and sent, and
 * OTLP, received.
 *
 * ```
 * POST /api/v1/otlp/v1/metrics ─ otlp-receiver ─ otlp-proto, otlp-json ─ otlp-convert ─▶ store
 * POST /api/v1/write ─ receiver ─ snappy ─ write-v1, write-v2 ─ write-batch ─▶ store
 * POST /api/v1/read ─ read-handler ─▶ store
 * store ─ sender ─ send-log (disk) ─ send-queue, one for each receiver ─ send-delivery ─▶ others
 * ```
 *
 * The store is an interface (`store.ts`); `app` brings it. A series that is known costs neither a
 * string nor an object (`known-series.ts`).
 */
export { BODY_BYTES_MAX, READ_AHEAD_BYTES, SOURCE_BYTES_MAX } from './limits.ts';
export type { MetricMetadata } from './metadata-book.ts';
export { DEFAULT_OTLP, type OtlpConfig } from './otlp-convert.ts';
export type { TranslationStrategy } from './otlp-names.ts';
export {
  createOtlpReceiver,
  type OtlpOutcome,
  type OtlpReceiver,
  type OtlpRequest,
  type OtlpStats,
} from './otlp-receiver.ts';
export {
  createWriteReceiver,
  type ReceiverStats,
  type WriteEncoding,
  type WriteOutcome,
  type WriteReceiver,
  type WriteRequest,
  type WriteVersion,
} from './receiver.ts';
export {
  DEFAULT_METADATA,
  DEFAULT_QUEUE,
  type MetadataConfig,
  type QueueConfig,
  type RemoteWriteConfig,
  type SendRequest,
} from './send-config.ts';
export type { EncodeChunks } from './read-chunks.ts';
export { type AnswerRead, createReadHandler, type ReadAnswer } from './read-handler.ts';
export { type FetchedList, readLabelSets, readReadLabels, readTexts } from './fetched-names.ts';
export type { SourceProtocol } from './fetched-series.ts';
export {
  createRawQuery,
  createReadRequest,
  formatSelector,
  missingWarning,
  narrowMatchers,
  selectionKey,
  type SourceSelection,
} from './source-selection.ts';
export type { Gathered, SourceAnswer, SourceView } from './source-view-thread.ts';
export { openLogFolder } from './log-folder.ts';
export { hidePassword, type SendStats } from './send-queue.ts';
export { createSender, type DeclaredTarget, type Sender, type SenderStats } from './sender.ts';
export type { AppendOutcome, WriteStore } from './store.ts';
