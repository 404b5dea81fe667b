/** A service against itself: before and after a moment, or one group of its instances and another. */
import Type from 'typebox';
import { SignalKind, SignalUnit } from './signals.ts';

const Millis = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 });
const LabelText = Type.String({ minLength: 1, maxLength: 1000 });

/** `at`: before and after it; `label` and `a`: a group against another; neither: what there is to choose. */
export const ComparisonQuery = Type.Object({
  at: Type.Optional(Millis),
  /** How much time each side is read over. */
  length: Type.Optional(Millis),
  label: Type.Optional(LabelText),
  a: Type.Optional(LabelText),
  /** Absent: all but `a`. */
  b: Type.Optional(LabelText),
});
export type ComparisonQuery = Type.Static<typeof ComparisonQuery>;

/** A version that was first seen while another one ran. */
export const Deploy = Type.Object({
  at: Type.Integer(),
  version: Type.String(),
  /** What ran right before. */
  before: Type.Array(Type.String()),
});
export type Deploy = Type.Static<typeof Deploy>;

export const ComparedLine = Type.Object({
  kind: SignalKind,
  title: Type.String(),
  unit: SignalUnit,
  /** `p99`, `5xx`, `all`. */
  name: Type.String(),
  /** Of the two sides; null: nothing to say. */
  first: Type.Union([Type.Number(), Type.Null()]),
  second: Type.Union([Type.Number(), Type.Null()]),
  /** The second by the first; null where it has no meaning. */
  ratio: Type.Union([Type.Number(), Type.Null()]),
});
export type ComparedLine = Type.Static<typeof ComparedLine>;

const Side = Type.Object({
  /** The group's value; null: all others, or a time alone. */
  value: Type.Union([Type.String(), Type.Null()]),
  fromMs: Type.Integer(),
  toMs: Type.Integer(),
});

export const ServiceComparison = Type.Object({
  now: Type.Integer(),
  service: Type.String(),
  /** Of the last day, newest first. */
  deploys: Type.Array(Deploy),
  /** Labels by which its requests can be parted. */
  groups: Type.Array(Type.Object({ label: Type.String(), values: Type.Array(Type.String()) })),
  /** Null: nothing was chosen. */
  comparison: Type.Union([
    Type.Null(),
    Type.Object({
      label: Type.Union([Type.String(), Type.Null()]),
      first: Side,
      second: Side,
      lines: Type.Array(ComparedLine),
    }),
  ]),
});
export type ServiceComparison = Type.Static<typeof ServiceComparison>;

/** Somebody that a service asks, by the service's own client metrics. */
export const Dependency = Type.Object({
  /** As its client calls it: an address, a service of gRPC, a cluster. */
  peer: Type.String(),
  /** The declared service of that name. */
  service: Type.Union([Type.String(), Type.Null()]),
  /** Whose names the metrics have. */
  convention: Type.String(),
  /** The label that names the peer. */
  label: Type.String(),
  perSecond: Type.Union([Type.Number(), Type.Null()]),
  errorRatio: Type.Union([Type.Number(), Type.Null()]),
  p99Seconds: Type.Union([Type.Number(), Type.Null()]),
  /** PromQL of the requests per second. */
  expression: Type.String(),
});
export type Dependency = Type.Static<typeof Dependency>;

export const ServiceDependencies = Type.Object({
  now: Type.Integer(),
  service: Type.String(),
  /** The busiest first. */
  dependencies: Type.Array(Dependency),
  /** How many there are beyond those. */
  hiddenCount: Type.Integer(),
});
export type ServiceDependencies = Type.Static<typeof ServiceDependencies>;
