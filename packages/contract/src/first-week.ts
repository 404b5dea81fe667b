/** The first minute and the first week: next steps, the demo, a sample week. */
import Type from 'typebox';

const NullableTime = Type.Union([Type.Integer(), Type.Null()]);

/** What a newcomer does next; each turns green by itself once it has happened. */
export const NextStep = Type.Object({
  kind: Type.Union([
    /** A target that is not Nines or its own host answers. */
    Type.Literal('scrape'),
    /** A Prometheus or an Alertmanager has sent an alert. */
    Type.Literal('alerts'),
    /** A channel other than the browser has delivered. */
    Type.Literal('channel'),
  ]),
  /** Null: not yet. */
  doneAt: NullableTime,
  /** What did it: `job "shop"`, `Alertmanager at 10.0.0.7`, `email/oncall`. */
  doneBy: Type.Union([Type.String(), Type.Null()]),
});
export type NextStep = Type.Static<typeof NextStep>;

export const NextSteps = Type.Object({
  steps: Type.Array(NextStep),
  /** Absolute where there is one; null: there is none yet, and `nines.yaml` here would be read. */
  configFile: Type.Union([Type.String(), Type.Null()]),
  /** Where a nines.yaml is looked for. */
  configFolder: Type.String(),
});
export type NextSteps = Type.Static<typeof NextSteps>;

/** Something that can be broken in the demo's shop. */
export const DemoFault = Type.Object({
  /** `pay.errors`, `pay.latency`, `pay.dead`, `front.overload`. */
  id: Type.String(),
  service: Type.String(),
  kind: Type.Union([
    Type.Literal('errors'),
    Type.Literal('latency'),
    Type.Literal('dead'),
    Type.Literal('overload'),
  ]),
  /** Since when; null: off. */
  since: NullableTime,
});
export type DemoFault = Type.Static<typeof DemoFault>;

export const DemoState = Type.Object({
  /** False: this server does not run the demo, and all else is empty. */
  isDemo: Type.Boolean(),
  /** False: the shop does not answer. */
  isShopUp: Type.Boolean(),
  faults: Type.Array(DemoFault),
  /** Requests per second that customers send to the front. */
  requestsPerSecond: Type.Number(),
  /** Whether customers come at all. */
  isLoadOn: Type.Boolean(),
});
export type DemoState = Type.Static<typeof DemoState>;

export const DemoFaultRequest = Type.Object({ isOn: Type.Boolean() });
export type DemoFaultRequest = Type.Static<typeof DemoFaultRequest>;

/** A week of history that never happened, to look around in; marked as such everywhere. */
export const SampleWeek = Type.Object({ isPresent: Type.Boolean(), alertCount: Type.Integer() });
export type SampleWeek = Type.Static<typeof SampleWeek>;
