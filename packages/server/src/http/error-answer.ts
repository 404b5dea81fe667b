/** Errors become HTTP answers here and nowhere else. */
import { AppError, type ErrorKind } from '../platform/index.ts';

const STATUS: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  notFound: 404,
  conflict: 409,
  limitExceeded: 429,
  unavailable: 503,
  timeout: 504,
};

export interface ErrorAnswer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** True for what no user can have caused: it is logged with its stack. */
  readonly isBug: boolean;
  /** For Retry-After, where the error knows when trying again may help. */
  readonly retryAfterSeconds?: number | undefined;
}

/** Says how any thrown value is answered. A bug's own words stay in the log. */
export function answerError(error: unknown): ErrorAnswer {
  if (error instanceof AppError) {
    const { kind, code, message, retryAfterSeconds } = error;
    return { status: STATUS[kind], code, message, isBug: false, retryAfterSeconds };
  }
  const status = statusOfFramework(error);
  if (status !== undefined && error instanceof Error) {
    const code = status === 413 ? 'HTTP_BODY_TOO_LARGE' : 'HTTP_REQUEST_INVALID';
    return { status, code, message: error.message, isBug: false };
  }
  const message = 'this is a fault in Nines, not in your request; the server’s log has the details';
  return { status: 500, code: 'INTERNAL_BUG', message, isBug: true };
}

/** Fastify marks errors that the request caused (bad JSON, schema, size) with a 4xx statusCode. */
function statusOfFramework(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return undefined;
  const { statusCode } = error;
  const isRequestFault = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500;
  return isRequestFault ? statusCode : undefined;
}
