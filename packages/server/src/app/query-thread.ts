/** The server's end of one thread that runs queries: gives it the store, and one query at a time. */
import { MessageChannel, type Worker } from 'node:worker_threads';
import { type Clock, errorMessage, type Log, type Timer, unavailable } from '../platform/index.ts';
import type { AttachedReader, Tsdb } from '../tsdb/index.ts';
import { QUERY_END_GRACE_MS, QUERY_THREAD_START_MS } from './limits.ts';
import {
  createError,
  QueryCells,
  type QueryOrder,
  type QueryReply,
  type QueryThreadSeat,
} from './query-messages.ts';

export interface QueryThreadOptions {
  /** A thread that has no store yet. */
  readonly worker: Worker;
  readonly tsdb: Pick<Tsdb, 'attach'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Called once when the thread is gone, whatever the reason. */
  readonly onEnd: (thread: QueryThread) => void;
}

/** What a query needs of an order; the thread adds what the store says. */
export type Order = Omit<QueryOrder, 'view'>;

/** A reply that ends a query well. */
export type Answered = Extract<QueryReply, { readonly kind: 'body' | 'result' }>;

interface Waiting {
  readonly order: Order;
  readonly resolve: (reply: Answered) => void;
  readonly reject: (error: Error) => void;
  /** For a query that does not end by itself. */
  deadline: Timer;
}

export class QueryThread {
  readonly #options: QueryThreadOptions;
  readonly #worker: Worker;
  readonly #attached: AttachedReader;
  readonly #cells = new QueryCells();
  #waiting: Waiting | undefined;
  #isEnded = false;
  /** Why it is being ended by us, for whoever still waits. */
  #endReason = 'the thread of this query ended';
  /** Resolves when it can take queries; rejects when it will not. */
  readonly ready: Promise<void>;

  constructor(options: QueryThreadOptions) {
    this.#options = options;
    const { port1, port2 } = new MessageChannel();
    this.#attached = options.tsdb.attach(port1);
    // An idle thread keeps no program alive.
    port1.unref();
    const { buffer: cells } = this.#cells;
    const seat: QueryThreadSeat = { seat: this.#attached.seat, port: port2, cells };
    this.#worker = options.worker;
    this.#worker.postMessage(seat, [port2]);
    this.ready = this.#start();
    this.#worker.on('message', (reply: QueryReply) => this.#take(reply));
    this.#worker.on('error', (error) => {
      this.#endReason = `the thread of this query crashed: ${errorMessage(error)}`;
      options.log.error('a thread of queries crashed', { error: errorMessage(error) });
    });
    this.#worker.once('exit', () => {
      port1.close();
      this.#end();
    });
  }

  async #start(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const deadline = this.#options.clock.after(QUERY_THREAD_START_MS, () => {
      void this.stop('the thread of this query did not start in time');
    });
    this.#worker.once('exit', () => reject(this.endError()));
    this.#worker.once('message', () => resolve());
    try {
      await Promise.all([promise, this.#attached.ready]);
    } finally {
      deadline.cancel();
    }
  }

  /** Samples that the query at hand has read so far. */
  get samplesRead(): number {
    return this.#cells.samplesRead;
  }

  /** Runs a query; the thread must be ready and without one. */
  async run(order: Order): Promise<Answered> {
    const { promise, resolve, reject } = Promise.withResolvers<Answered>();
    const { clock } = this.#options;
    // The thread ends a query by itself. This is for one that is caught where it does not look.
    const deadline = clock.after(order.timeoutMs + QUERY_END_GRACE_MS, () => {
      void this.stop('query timed out, and did not end by itself');
    });
    this.#waiting = { order, resolve, reject, deadline };
    const view = this.#attached.beginQuery();
    const message: QueryOrder = { ...order, view };
    const bodies = order.gathered?.answers.map(({ body }) => body.buffer) ?? [];
    this.#worker.postMessage(message, [view.visibleMs.buffer, ...bodies]);
    return promise;
  }

  /** Ends a query before its time; soon after, or together with the thread. */
  cancel(queryId: number): void {
    this.#cells.cancel(queryId);
    // Not sent yet: then the thread sees it with its first look.
    if (this.#waiting?.order.id !== queryId) return;
    this.#waiting.deadline.cancel();
    this.#waiting.deadline = this.#options.clock.after(QUERY_END_GRACE_MS, () => {
      void this.stop('query was canceled, and did not end by itself');
    });
  }

  /** Ends the thread; a query that it runs fails with the reason. */
  async stop(reason: string): Promise<void> {
    this.#endReason = reason;
    await this.#worker.terminate();
  }

  /** What is said to those who wait for it when it has ended. */
  endError(): Error {
    return unavailable('QUERY_THREAD_ENDED', this.#endReason);
  }

  #take(reply: QueryReply): void {
    if (reply.kind === 'log') {
      this.#options.log[reply.level](reply.message, reply.fields);
      return;
    }
    const waiting = this.#waiting;
    if (reply.kind === 'ready' || waiting?.order.id !== reply.id) return;
    this.#waiting = undefined;
    this.#attached.endQuery();
    waiting.deadline.cancel();
    if (reply.kind === 'failed') waiting.reject(createError(reply.fault));
    else waiting.resolve(reply);
  }

  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#attached.detach();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.deadline.cancel();
    waiting?.reject(this.endError());
    this.#options.onEnd(this);
  }
}
