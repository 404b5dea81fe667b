/** What is probed from outside, and how that goes. */
import Type from 'typebox';

const Instant = Type.Integer();

export const ProbePhase = Type.Object({ name: Type.String(), durationMs: Type.Number() });
export type ProbePhase = Type.Static<typeof ProbePhase>;

export const ProbeCertificate = Type.Object({
  subject: Type.String(),
  issuer: Type.String(),
  names: Type.String(),
  serialNumber: Type.String(),
  fingerprint: Type.String(),
  /** When the first of the chain expires. */
  expiresAt: Instant,
  tlsVersion: Type.String(),
});
export type ProbeCertificate = Type.Static<typeof ProbeCertificate>;

/** One run of a probe, with what it saw. */
export const ProbeOutcome = Type.Object({
  isSuccess: Type.Boolean(),
  startedAt: Instant,
  durationMs: Type.Number(),
  timeoutMs: Type.Number(),
  phases: Type.Array(ProbePhase),
  /** Why it failed, in a sentence. */
  reason: Type.Union([Type.String(), Type.Null()]),
  /** The address that it was about. */
  address: Type.Union([Type.String(), Type.Null()]),
  /** As the protocol says it: `HTTP/1.1 503`, `NXDOMAIN`. */
  answer: Type.Union([Type.String(), Type.Null()]),
  headers: Type.Array(Type.Object({ name: Type.String(), value: Type.String() })),
  certificate: Type.Union([ProbeCertificate, Type.Null()]),
  /** The beginning of what the target sent. */
  firstBytes: Type.String(),
});
export type ProbeOutcome = Type.Static<typeof ProbeOutcome>;

export const ProbeRequest = Type.Object({
  target: Type.String({ minLength: 1, maxLength: 2_048 }),
  module: Type.String({ minLength: 1, maxLength: 200 }),
});
export type ProbeRequest = Type.Static<typeof ProbeRequest>;

export const ProbeAnswer = Type.Object({
  outcome: ProbeOutcome,
  /** What it did, a line for each step. */
  lines: Type.Array(Type.String()),
});
export type ProbeAnswer = Type.Static<typeof ProbeAnswer>;

/** One target of a probe that is on the schedule. */
export const ProbeView = Type.Object({
  name: Type.String(),
  target: Type.String(),
  module: Type.String(),
  service: Type.Union([Type.String(), Type.Null()]),
  kind: Type.Union([
    Type.Literal('known_bad'),
    Type.Literal('known_good'),
    Type.Literal('known_good_unsafe'),
  ]),
  intervalMs: Type.Integer(),
  /** Null: it has not run yet. */
  last: Type.Union([ProbeOutcome, Type.Null()]),
  /** The newest that failed, newest first; they stay when it succeeds again. */
  failures: Type.Array(ProbeOutcome),
});
export type ProbeView = Type.Static<typeof ProbeView>;

export const ProbeList = Type.Object({ now: Instant, probes: Type.Array(ProbeView) });
export type ProbeList = Type.Static<typeof ProbeList>;
