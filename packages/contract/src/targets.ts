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

/** An address that was found and is not scraped. */
export const DroppedTarget = Type.Object({
  job: Type.String(),
  discoveredLabels: Type.Record(Type.String(), Type.String()),
  /** What is wrong with it; null: a rule dropped it. */
  reason: Type.Union([Type.String(), Type.Null()]),
});
export type DroppedTarget = Type.Static<typeof DroppedTarget>;

/** How targets are shared out among the members of a scrape layer. */
export const TargetShard = Type.Object({
  /** The member that answers. */
  name: Type.String(),
  /** How many members scrape each target. */
  replicationFactor: Type.Integer(),
  /** As the member that answers computes it, from the targets that it finds. */
  members: Type.Array(Type.Object({ name: Type.String(), targetCount: Type.Integer() })),
});
export type TargetShard = Type.Static<typeof TargetShard>;

export const TargetList = Type.Object({
  now: Type.Integer(),
  targets: Type.Array(TargetView),
  /** Targets that relabelling dropped; the list is bounded, the count is not. */
  dropped: Type.Array(DroppedTarget),
  droppedCount: Type.Integer(),
  /** Null: this server scrapes all targets itself. */
  shard: Type.Union([TargetShard, Type.Null()]),
});
export type TargetList = Type.Static<typeof TargetList>;

export const RelabelStepQuery = Type.Object({
  job: Type.String({ minLength: 1 }),
  /** The labels to begin with, as JSON. */
  labels: Type.String({ minLength: 2, maxLength: 100_000 }),
});

export const RelabelRule = Type.Object({
  action: Type.String(),
  sourceLabels: Type.Array(Type.String()),
  separator: Type.String(),
  regex: Type.String(),
  modulus: Type.Integer(),
  targetLabel: Type.String(),
  replacement: Type.String(),
});
export type RelabelRule = Type.Static<typeof RelabelRule>;

export const RelabelSteps = Type.Object({
  steps: Type.Array(
    Type.Object({
      rule: RelabelRule,
      /** After the rule; null: it, or one before it, dropped the target. */
      labels: Type.Union([Type.Record(Type.String(), Type.String()), Type.Null()]),
    }),
  ),
});
export type RelabelSteps = Type.Static<typeof RelabelSteps>;
