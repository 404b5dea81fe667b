/**
 * The two kinds of errors.
 *
 * An operating error is expected in a healthy program (bad input, a full disk, a peer that is
 * away): it is an AppError with a stable code, travels to the border, and is turned there into an
 * HTTP status or an exit code, once. A bug is a failed assertion: it is never handled locally.
 */
import { sourceStack } from './source-stack.ts';

export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'notFound'
  | 'conflict'
  | 'limitExceeded'
  | 'unavailable'
  | 'timeout';

/** An expected failure with a code that never changes once released (docs/reference/errors.md). */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly kind: ErrorKind;
  readonly code: string;
  /** When trying again may help: HTTP's Retry-After. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    what: { readonly kind: ErrorKind; readonly code: string },
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.kind = what.kind;
    this.code = what.code;
    this.retryAfterSeconds = options?.retryAfterSeconds;
  }
}

interface ErrorOptions {
  readonly cause?: unknown;
  readonly retryAfterSeconds?: number;
}

type Make = (code: string, message: string, options?: ErrorOptions) => AppError;

function maker(kind: ErrorKind): Make {
  return (code, message, options) => new AppError({ kind, code }, message, options);
}

/** What was asked for makes no sense as written. */
export const invalid: Make = maker('invalid');
/** Nobody is signed in, or the credentials are wrong; the answer never says which. */
export const unauthenticated: Make = maker('unauthenticated');
/** Known, but not allowed to do this. */
export const forbidden: Make = maker('forbidden');
/** The named thing does not exist. */
export const notFound: Make = maker('notFound');
/** The named thing is not in a state that allows this. */
export const conflict: Make = maker('conflict');
/** A bound was reached: too many, too large, too dear. */
export const limitExceeded: Make = maker('limitExceeded');
/** Something outside (disk, peer, database) is away for now. */
export const unavailable: Make = maker('unavailable');
/** It took longer than it may. */
export const timedOut: Make = maker('timeout');

/** A program error: counted, logged with its stack, never handled where it happens. */
export class BugError extends Error {
  override readonly name = 'BugError';
}

/** Throws a bug when a condition that the code relies on does not hold. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new BugError(`BUG: ${message}`);
}

/** The message of anything thrown, for putting into another message. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What to log of anything thrown: a sentence where it was expected, else with the stack too. */
export function describeError(error: unknown): string {
  const isExpected = !(error instanceof Error) || error instanceof AppError;
  return isExpected ? errorMessage(error) : sourceStack(error);
}

/** The system's error code (`ENOSPC`, `ECONNREFUSED`), looked for along the chain of causes. */
export function systemErrorCode(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return undefined;
}
