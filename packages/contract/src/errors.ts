/** Errors on the wire. */
import Type from 'typebox';

/** The body of every answer of Nines' own API that is not 2xx. */
export const ErrorBody = Type.Object({
  /** Stable: docs/reference/errors.md. */
  code: Type.String(),
  /** What, why, what to do; for people. */
  message: Type.String(),
});
export type ErrorBody = Type.Static<typeof ErrorBody>;
