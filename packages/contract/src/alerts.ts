/** Alerts as the API shows them. Times are epoch milliseconds; null where it has not happened. */
import Type from 'typebox';

/** What an alert does to a person: wake them, give them work, or only be written down. */
export const Output = Type.Union([
  Type.Literal('page'),
  Type.Literal('ticket'),
  Type.Literal('log'),
]);
export type Output = Type.Static<typeof Output>;

/** `pending`: the condition holds, but not yet for long enough. */
export const AlertState = Type.Union([
  Type.Literal('pending'),
  Type.Literal('firing'),
  Type.Literal('resolved'),
]);
export type AlertState = Type.Static<typeof AlertState>;

const NullableTime = Type.Union([Type.Integer(), Type.Null()]);
const NullableText = Type.Union([Type.String(), Type.Null()]);

/**
 * Where an alert comes from: a rule of ours; Nines about itself; a Prometheus or an Alertmanager
 * that sent it; a test page; the sample week, which never happened.
 */
export const AlertOrigin = Type.Union([
  Type.Literal('rule'),
  Type.Literal('self'),
  Type.Literal('external'),
  Type.Literal('test'),
  Type.Literal('sample'),
]);
export type AlertOrigin = Type.Static<typeof AlertOrigin>;

/** A free word that people put on alerts; colons make levels: `cause:network:switch`. */
export const Tag = Type.String({
  minLength: 1,
  maxLength: 60,
  pattern: '^[\\p{L}\\p{N}][\\p{L}\\p{N}_.:/-]*$',
});

/** One line of a list of alerts. */
export const AlertSummary = Type.Object({
  id: Type.String(),
  name: Type.String(),
  output: Output,
  state: AlertState,
  service: NullableText,
  owner: NullableText,
  labels: Type.Record(Type.String(), Type.String()),
  /** The annotation `summary`, else the name. */
  summary: Type.String(),
  /** The annotation `description`, where there is one. */
  description: NullableText,
  /** The annotation `playbook` or `runbook_url`, else the service's. */
  playbook: NullableText,
  /** The value of the expression when last evaluated; null for NaN and infinities. */
  value: Type.Union([Type.Number(), Type.Null()]),
  /** Since when the condition has held. */
  activeAt: Type.Integer(),
  firedAt: NullableTime,
  acknowledgedAt: NullableTime,
  acknowledgedBy: NullableText,
  resolvedAt: NullableTime,
  /** Who resolved it; null: the condition ended. */
  resolvedBy: NullableText,
  /** What keeps it quiet while it fires; null: nothing. */
  silence: Type.Union([
    Type.Object({
      id: Type.String(),
      /** When it ends, as far as is known. */
      until: Type.Integer(),
      by: Type.String(),
      /** The beginning of the comment. */
      comment: Type.String(),
    }),
    Type.Null(),
  ]),
  /** Whom alone it pages, as they sign in, because its rule is on probation; null: it is not. */
  probation: NullableText,
  /** One sentence: how its page stands, or why there is none. */
  pageStatus: Type.String(),
  /** When the next escalation step is due, if nobody acknowledges. */
  nextStepAt: NullableTime,
  origin: AlertOrigin,
  tags: Type.Array(Type.String()),
  /** How often this alert has fired in the last 24 hours, this time included. */
  firedCount24h: Type.Integer(),
});
export type AlertSummary = Type.Static<typeof AlertSummary>;

/** One thing that happened to an alert, in a sentence. */
export const HistoryEntry = Type.Object({
  at: Type.Integer(),
  /** Past tense, dotted: `alert.fired`, `page.delivered`, `page.not_sent`. */
  kind: Type.String(),
  /** A sentence for a person: what happened and why. */
  reason: Type.String(),
  /** Who did it; null: Nines itself. */
  actor: NullableText,
});
export type HistoryEntry = Type.Static<typeof HistoryEntry>;

/** One message of an alert to one channel. */
export const PageView = Type.Object({
  id: Type.String(),
  channel: Type.String(),
  /** From 1. */
  step: Type.Integer(),
  state: Type.Union([
    Type.Literal('queued'),
    Type.Literal('sending'),
    Type.Literal('delivered'),
    Type.Literal('failed'),
    Type.Literal('cancelled'),
  ]),
  dueAt: Type.Integer(),
  deliveredAt: NullableTime,
  attemptCount: Type.Integer(),
  lastError: NullableText,
});
export type PageView = Type.Static<typeof PageView>;

/** One alert with everything that is known of it. */
export const AlertDetail = Type.Object({
  alert: AlertSummary,
  annotations: Type.Record(Type.String(), Type.String()),
  /** The rule it comes from; null once the rule is gone, and for alerts of Nines about itself. */
  rule: Type.Union([
    Type.Object({
      group: Type.String(),
      file: Type.String(),
      expression: Type.String(),
      forMs: Type.Integer(),
      keepFiringForMs: Type.Integer(),
    }),
    Type.Null(),
  ]),
  /** Oldest first. */
  history: Type.Array(HistoryEntry),
  pages: Type.Array(PageView),
});
export type AlertDetail = Type.Static<typeof AlertDetail>;

export const AlertQuery = Type.Object({
  /** `active` is pending and firing together. */
  state: Type.Optional(Type.Union([Type.Literal('active'), AlertState])),
  output: Type.Optional(Output),
  service: Type.Optional(Type.String({ maxLength: 200 })),
  tag: Type.Optional(Type.String({ maxLength: 60 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  /** The `nextCursor` of the page before. */
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
});
export type AlertQuery = Type.Static<typeof AlertQuery>;

export const AlertList = Type.Object({
  now: Type.Integer(),
  alerts: Type.Array(AlertSummary),
  /** Null: this was the last page. */
  nextCursor: NullableText,
  /** Over all alerts, whatever the filter. */
  counts: Type.Object({
    page: Type.Integer(),
    ticket: Type.Integer(),
    log: Type.Integer(),
    pending: Type.Integer(),
  }),
});
export type AlertList = Type.Static<typeof AlertList>;

export const ResolveRequest = Type.Object({
  note: Type.Optional(Type.String({ maxLength: 2000 })),
});
export type ResolveRequest = Type.Static<typeof ResolveRequest>;

/** The tags that an alert then has; an empty list takes all away. */
export const TagsRequest = Type.Object({ tags: Type.Array(Tag, { maxItems: 20 }) });
export type TagsRequest = Type.Static<typeof TagsRequest>;
