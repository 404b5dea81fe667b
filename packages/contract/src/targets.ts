/** What is scraped, and how that goes. */
import Type from 'typebox';

export const TargetView = Type.Object({
  job: Type.String(),
  instance: Type.String(),
  service: Type.Union([Type.String(), Type.Null()]),
  url: Type.String(),
  labels: Type.Record(Type.String(), Type.String()),
  /** Before relabelling. */
  discoveredLabels: Type.Record(Type.String(), Type.String()),
  health: Type.Union([Type.Literal('up'), Type.Literal('down'), Type.Literal('unknown')]),
  /** Why it is down, in a sentence. */
  lastError: Type.Union([Type.String(), Type.Null()]),
  lastScrapeAt: Type.Union([Type.Integer(), Type.Null()]),
  lastScrapeDurationMs: Type.Union([Type.Number(), Type.Null()]),
  sampleCount: Type.Integer(),
  bodyBytes: Type.Integer(),
  intervalMs: Type.Integer(),
  timeoutMs: Type.Integer(),
});
export type TargetView = Type.Static<typeof TargetView>;

export const TargetList = Type.Object({
  now: Type.Integer(),
  targets: Type.Array(TargetView),
  /** Targets that relabelling dropped; the list is bounded, the count is not. */
  droppedCount: Type.Integer(),
});
export type TargetList = Type.Static<typeof TargetList>;
