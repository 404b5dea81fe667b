/** The four golden signals of a service, found by the usual names of metrics. */
import Type from 'typebox';
import { Sparkline } from './sparkline.ts';

export const SignalKind = Type.Union([
  Type.Literal('latency'),
  Type.Literal('traffic'),
  Type.Literal('errors'),
  Type.Literal('saturation'),
]);
export type SignalKind = Type.Static<typeof SignalKind>;

/** What a number means, so that the page can write it. */
export const SignalUnit = Type.Union([
  Type.Literal('seconds'),
  Type.Literal('per_second'),
  Type.Literal('ratio'),
  Type.Literal('bytes'),
  Type.Literal('count'),
]);
export type SignalUnit = Type.Static<typeof SignalUnit>;

/** One line of a signal's graph. */
export const SignalLine = Type.Object({
  /** What tells it from the others of its graph: `p99`, `5xx`, `CPU`. */
  name: Type.String(),
  /** PromQL that gives one series. */
  expression: Type.String(),
  /** The value now; null: nothing to say. */
  value: Type.Union([Type.Number(), Type.Null()]),
});
export type SignalLine = Type.Static<typeof SignalLine>;

/** One graph: lines of one unit. A service may have several of a kind, such as CPU and memory. */
export const Signal = Type.Object({
  kind: SignalKind,
  /** What is measured: `HTTP requests served`, `Heap`, `Event loop`. */
  title: Type.String(),
  /** Whose names these are: `OpenTelemetry HTTP server`, `prom-client`. */
  convention: Type.String(),
  unit: SignalUnit,
  lines: Type.Array(SignalLine),
});
export type Signal = Type.Static<typeof Signal>;

/** One version of a service that runs now. */
export const RunningVersion = Type.Object({
  version: Type.String(),
  instances: Type.Array(Type.String()),
  /** Which metric says so. */
  source: Type.String(),
});
export type RunningVersion = Type.Static<typeof RunningVersion>;

export const ServiceSignals = Type.Object({
  now: Type.Integer(),
  service: Type.String(),
  description: Type.Union([Type.String(), Type.Null()]),
  /** In the order latency, traffic, errors, saturation. */
  signals: Type.Array(Signal),
  versions: Type.Array(RunningVersion),
  /** Kinds for which nothing was found, each with what would make it found. */
  missing: Type.Array(Type.Object({ kind: SignalKind, advice: Type.String() })),
});
export type ServiceSignals = Type.Static<typeof ServiceSignals>;

/** A signal on the board: what it is now, and its line; null where none was found. */
export const BoardSignal = Type.Union([
  Type.Object({
    unit: SignalUnit,
    value: Type.Union([Type.Number(), Type.Null()]),
    line: Sparkline,
  }),
  Type.Null(),
]);
export type BoardSignal = Type.Static<typeof BoardSignal>;

/** The board's row of a service. */
export const GoldenSignals = Type.Object({
  /** The 99th percentile. */
  latency: BoardSignal,
  traffic: BoardSignal,
  /** A ratio of failed requests. */
  errors: BoardSignal,
  /** The fullest of what is measured, a ratio. */
  saturation: BoardSignal,
});
export type GoldenSignals = Type.Static<typeof GoldenSignals>;
