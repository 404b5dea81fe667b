/** The board: is anyone hurt, and who has it? */
import Type from 'typebox';
import { AlertSummary } from './alerts.ts';
import { GoldenSignals } from './signals.ts';
import { SloSummary } from './slos.ts';
import { Sparkline } from './sparkline.ts';

/** One service, worst first on the board. */
export const ServiceSummary = Type.Object({
  name: Type.String(),
  /** Null: nobody owns it yet. */
  owner: Type.Union([Type.String(), Type.Null()]),
  /** Whether it is declared in nines.yaml, or only seen as a job. */
  isDeclared: Type.Boolean(),
  playbook: Type.Union([Type.String(), Type.Null()]),
  targetsUp: Type.Integer(),
  targetsTotal: Type.Integer(),
  firing: Type.Object({ page: Type.Integer(), ticket: Type.Integer(), log: Type.Integer() }),
  /** Share of targets that answered, last hour. */
  availability: Sparkline,
  /** The slowest target's scrape in seconds, last hour: the first sign of a struggling process. */
  scrapeSeconds: Sparkline,
  /** Samples per second read from its targets, last hour. */
  samplesPerSecond: Sparkline,
  /** What its own metrics say of it, last hour. */
  golden: GoldenSignals,
  /** Its worst objective; null: it has none. */
  slo: Type.Union([SloSummary, Type.Null()]),
});
export type ServiceSummary = Type.Static<typeof ServiceSummary>;

/** Something about Nines itself that its users must know. */
export const Notice = Type.Object({
  /** Stable: `config.rejected`, `config.restart-needed`, `disk.low`. */
  code: Type.String(),
  level: Type.Union([Type.Literal('page'), Type.Literal('ticket'), Type.Literal('log')]),
  title: Type.String(),
  /** What, why, what to do; lines where there are several faults. */
  details: Type.Array(Type.String()),
  since: Type.Integer(),
});
export type Notice = Type.Static<typeof Notice>;

export const RecentEvent = Type.Object({
  at: Type.Integer(),
  kind: Type.String(),
  alertId: Type.String(),
  alertName: Type.String(),
  reason: Type.String(),
});
export type RecentEvent = Type.Static<typeof RecentEvent>;

export const Board = Type.Object({
  now: Type.Integer(),
  /** Pages and tickets that are open, worst and newest first; the list is bounded. */
  needsSomeone: Type.Array(AlertSummary),
  /** How many there are in all. */
  openCount: Type.Object({ page: Type.Integer(), ticket: Type.Integer() }),
  pendingCount: Type.Integer(),
  services: Type.Array(ServiceSummary),
  /** How many objectives there are, by state. */
  sloCounts: Type.Object({
    fine: Type.Integer(),
    burning: Type.Integer(),
    exhausted: Type.Integer(),
    unmeasured: Type.Integer(),
  }),
  notices: Type.Array(Notice),
  recent: Type.Array(RecentEvent),
  /** Is Nines itself well? */
  self: Type.Object({
    targetsUp: Type.Integer(),
    targetsTotal: Type.Integer(),
    seriesCount: Type.Integer(),
    samplesPerSecond: Type.Number(),
    ruleCount: Type.Integer(),
    /** Null: no rules. */
    lastEvaluationAt: Type.Union([Type.Integer(), Type.Null()]),
    pagesDelivered24h: Type.Integer(),
    pagesFailed24h: Type.Integer(),
    residentBytes: Type.Integer(),
  }),
});
export type Board = Type.Static<typeof Board>;
