/** Small lines. */
import Type from 'typebox';

/** Points in time for a small line: equally spaced, oldest first, null where nothing is known. */
export const Sparkline = Type.Object({
  fromMs: Type.Integer(),
  stepMs: Type.Integer(),
  values: Type.Array(Type.Union([Type.Number(), Type.Null()])),
});
export type Sparkline = Type.Static<typeof Sparkline>;
