/** What the server's thread and the threads of queries say to each other. */
import type { MessagePort } from 'node:worker_threads';
import type { Gathered } from '../remote/index.ts';
import type { QueryQuestion } from '../http/index.ts';
import {
  AppError,
  describeError,
  type ErrorKind,
  type LogFields,
  type LogLevel,
} from '../platform/index.ts';
import type { QueryLimits, QueryResult, QueryStats } from '../promql/index.ts';
import type { QueryView, ReaderSeat } from '../tsdb/index.ts';

/** What a thread is told that it is, for it to wait for its seat. */
export const QUERY_THREAD = 'queries';

/** The first message to a thread. */
export interface QueryThreadSeat {
  readonly seat: ReaderSeat;
  /** Where the store posts what its readers need. */
  readonly port: MessagePort;
  /** Memory that both sides look at. */
  readonly cells: SharedArrayBuffer;
}

/** The memory behind it: one word, and one number. */
export class QueryCells {
  readonly buffer: SharedArrayBuffer;
  readonly #cancelled: Int32Array;
  readonly #progress: Float64Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(16)) {
    this.buffer = buffer;
    this.#cancelled = new Int32Array(buffer, 0, 1);
    this.#progress = new Float64Array(buffer, 8, 1);
  }

  /** Asks for the end of a query; one that is over already is none. */
  cancel(queryId: number): void {
    Atomics.store(this.#cancelled, 0, queryId);
  }

  isCancelled(queryId: number): boolean {
    return Atomics.load(this.#cancelled, 0) === queryId;
  }

  /** Samples that the query at hand has read; of interest to people only. */
  get samplesRead(): number {
    return this.#progress[0];
  }

  set samplesRead(count: number) {
    this.#progress[0] = count;
  }
}

/** One query for a thread; the thread does one at a time. */
export interface QueryOrder {
  readonly id: number;
  readonly question: QueryQuestion;
  readonly timeoutMs: number;
  readonly limits: QueryLimits;
  readonly view: QueryView;
  /** What other servers have answered; absent: only this server's series take part. */
  readonly gathered?: Gathered;
  /** The body of an answer of Prometheus' API, or the values. */
  readonly wants: 'body' | 'result';
}

/** How a query failed. */
export interface QueryFault {
  readonly message: string;
  /** Of an expected error; else it is a bug, and the message has its stack. */
  readonly expected: { readonly kind: ErrorKind; readonly code: string } | undefined;
}

export type QueryReply =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'log';
      readonly level: LogLevel;
      readonly message: string;
      readonly fields: LogFields;
    }
  | {
      readonly kind: 'body';
      readonly id: number;
      readonly body: Uint8Array;
      readonly stats: QueryStats;
    }
  | { readonly kind: 'result'; readonly id: number; readonly result: QueryResult }
  | { readonly kind: 'failed'; readonly id: number; readonly fault: QueryFault };

/** What a thread says of an error that ended a query. */
export function describeFault(error: unknown): QueryFault {
  if (error instanceof AppError) {
    return { message: error.message, expected: { kind: error.kind, code: error.code } };
  }
  return { message: describeError(error), expected: undefined };
}

/** The error as it is thrown on in the server's thread. */
export function createError({ message, expected }: QueryFault): Error {
  return expected === undefined
    ? new Error(`a query failed in its thread: ${message}`)
    : new AppError(expected, message);
}

/** Nobody but `query-thread.ts` starts the thread. */
export function isThreadSeat(data: unknown): data is QueryThreadSeat {
  return typeof data === 'object' && data !== null && 'seat' in data && 'cells' in data;
}
