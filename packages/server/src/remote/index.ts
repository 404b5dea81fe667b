/**
 * Samples that come and go by network: remote write 1.0 and 2.0, received.
 *
 * ```
 * POST /api/v1/write ─ receiver ─ snappy ─ write-v1, write-v2 ─ write-batch ─▶ store
 * ```
 *
 * The store is an interface (`store.ts`); `app` brings it. A series that is known costs neither a
 * string nor an object (`known-series.ts`).
 */
export { BODY_BYTES_MAX } from './limits.ts';
export type { MetricMetadata } from './metadata-book.ts';
export {
  createWriteReceiver,
  type ReceiverStats,
  type WriteEncoding,
  type WriteOutcome,
  type WriteReceiver,
  type WriteRequest,
  type WriteVersion,
} from './receiver.ts';
export type { AppendOutcome, SampleBatch, SeriesRef, WriteStore } from './store.ts';
