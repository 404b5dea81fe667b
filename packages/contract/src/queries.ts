/** Queries that run right now, and those that were slow. */
import Type from 'typebox';

export const QueryState = Type.Union([
  /** For a thread that is free. */
  Type.Literal('waiting'),
  Type.Literal('running'),
  /** Somebody stopped it; it ends at its next look, or with its thread. */
  Type.Literal('stopping'),
]);
export type QueryState = Type.Static<typeof QueryState>;

export const RunningQuery = Type.Object({
  id: Type.String(),
  expression: Type.String(),
  /** A user's name, or `rule` and its key; empty where nobody is signed in. */
  asker: Type.String(),
  startedAt: Type.Integer(),
  state: QueryState,
  samplesRead: Type.Integer(),
});
export type RunningQuery = Type.Static<typeof RunningQuery>;

export const SlowQuery = Type.Object({
  expression: Type.String(),
  asker: Type.String(),
  startedAt: Type.Integer(),
  elapsedMs: Type.Integer(),
  samplesRead: Type.Integer(),
  /** Why it has no answer. */
  error: Type.Union([Type.String(), Type.Null()]),
});
export type SlowQuery = Type.Static<typeof SlowQuery>;

export const QueryList = Type.Object({
  now: Type.Integer(),
  /** In the order in which they came; those that are over in a moment are not seen here. */
  running: Type.Array(RunningQuery),
  /** The newest first, since the last start. */
  slow: Type.Array(SlowQuery),
  /** From here on a query is slow. */
  slowMs: Type.Integer(),
});
export type QueryList = Type.Static<typeof QueryList>;
