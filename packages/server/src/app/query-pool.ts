/**
 * The threads that run queries, and the queries that wait for one.
 *
 * A thread is started when a query needs one and all others are busy, up to the number that may
 * be, and ended when it had nothing to do for a while: each takes some 30 MiB. A thread that
 * crashes takes its query with it, and the next query starts another; one that cannot even start
 * fails the query that asked for it, so a machine without memory for threads gives errors, not a
 * loop.
 */
import {
  type Clock,
  formatDuration,
  limitExceeded,
  type Timer,
  timedOut,
  unavailable,
} from '../platform/index.ts';
import { QUERY_THREAD_IDLE_MS, QUERY_WAITING_MAX } from './limits.ts';
import { type Answered, type Order, QueryThread, type QueryThreadOptions } from './query-thread.ts';
import { type SpareThread, startThread } from './spare-thread.ts';

export interface QueryPoolOptions extends Omit<QueryThreadOptions, 'onEnd' | 'worker'> {
  /** The entry file of the threads. */
  readonly entry: URL;
  /** The first of them, where it is started already. */
  readonly spare?: SpareThread | undefined;
  /** How many queries may run at once. */
  readonly concurrency: () => number;
}

interface Waiting {
  readonly order: Order;
  readonly start: (thread: QueryThread) => void;
  readonly reject: (error: Error) => void;
}

interface Member {
  readonly thread: QueryThread;
  state: 'starting' | 'idle' | 'busy';
  queryId: number;
  idleTimer: Timer | undefined;
}

export class QueryPool {
  readonly #options: QueryPoolOptions;
  readonly #clock: Clock;
  readonly #members = new Map<QueryThread, Member>();
  readonly #waiting: Waiting[] = [];
  #isStopped = false;

  constructor(options: QueryPoolOptions) {
    this.#options = options;
    this.#clock = options.clock;
  }

  get threadCount(): number {
    return this.#members.size;
  }

  /** Starts a thread before a query needs one; where none does soon, it ends as others do. */
  prepare(): void {
    if (this.#members.size === 0 && !this.#isStopped) this.#startThread();
  }

  /** Runs a query as soon as there is a thread for it; waiting counts as its time. */
  async run(order: Order): Promise<Answered> {
    const startMs = this.#clock.monotonicMs();
    const thread = await this.#takeThread(order);
    try {
      const waitedMs = Math.round(this.#clock.monotonicMs() - startMs);
      return await thread.run({ ...order, timeoutMs: Math.max(1, order.timeoutMs - waitedMs) });
    } finally {
      this.#release(thread);
    }
  }

  /** Ends a query that runs or waits; one that is over is none. */
  cancel(queryId: number): void {
    const message = 'query was canceled while it waited for its turn';
    this.#dismiss(queryId, unavailable('QUERY_CANCELED', message));
    this.#memberOf(queryId)?.thread.cancel(queryId);
  }

  /** Takes a query out of those that wait. */
  #dismiss(queryId: number, error: Error): void {
    const at = this.#waiting.findIndex(({ order }) => order.id === queryId);
    if (at >= 0) this.#waiting.splice(at, 1)[0].reject(error);
  }

  /** Whether a query runs by now, and how far it is. */
  progress(queryId: number): { readonly samplesRead: number } | undefined {
    const member = this.#memberOf(queryId);
    return member && { samplesRead: member.thread.samplesRead };
  }

  /** Ends all threads; what still runs fails. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(stopping());
    const ended = [...this.#members.keys()].map(async (one) => one.stop('the server stops'));
    await Promise.all(ended);
  }

  #memberOf(queryId: number): Member | undefined {
    return [...this.#members.values()].find(
      (member) => member.state === 'busy' && member.queryId === queryId,
    );
  }

  async #takeThread(order: Order): Promise<QueryThread> {
    if (this.#isStopped) throw stopping();
    if (this.#waiting.length >= QUERY_WAITING_MAX) {
      throw limitExceeded(
        'QUERY_TOO_MANY_WAITING',
        `${this.#waiting.length} queries wait already; at most ${QUERY_WAITING_MAX} may: try later`,
      );
    }
    const { promise, resolve, reject } = Promise.withResolvers<QueryThread>();
    const timer = this.#clock.after(order.timeoutMs, () => {
      const most = `it may take ${formatDuration(order.timeoutMs)}`;
      const message = `query timed out while it waited for its turn: ${most}`;
      this.#dismiss(order.id, timedOut('QUERY_TIMEOUT', message));
    });
    this.#waiting.push({ order, start: resolve, reject });
    this.#serve();
    try {
      return await promise;
    } finally {
      timer.cancel();
    }
  }

  /** Gives waiting queries to idle threads, and starts a thread where all are busy. */
  #serve(): void {
    for (const member of this.#members.values()) {
      if (member.state !== 'idle') continue;
      const next = this.#waiting.shift();
      if (next === undefined) return;
      member.idleTimer?.cancel();
      member.state = 'busy';
      member.queryId = next.order.id;
      next.start(member.thread);
    }
    const starting = [...this.#members.values()].filter(({ state }) => state === 'starting').length;
    const isNeeded = this.#waiting.length > starting;
    if (isNeeded && this.#members.size < this.#options.concurrency()) this.#startThread();
  }

  #startThread(): void {
    const { entry, spare } = this.#options;
    const thread = new QueryThread({
      ...this.#options,
      worker: spare?.take() ?? startThread(entry),
      onEnd: (ended) => this.#forget(ended),
    });
    const member: Member = { thread, state: 'starting', queryId: 0, idleTimer: undefined };
    this.#members.set(thread, member);
    thread.ready.then(
      () => this.#makeIdle(member),
      // Its end has told whoever waited for it.
      () => {},
    );
  }

  #forget(thread: QueryThread): void {
    const member = this.#members.get(thread);
    member?.idleTimer?.cancel();
    this.#members.delete(thread);
    // One that could not start fails the query that it was started for.
    if (member?.state === 'starting') this.#waiting.shift()?.reject(thread.endError());
    if (!this.#isStopped) this.#serve();
  }

  #release(thread: QueryThread): void {
    const member = this.#members.get(thread);
    if (member !== undefined) this.#makeIdle(member);
  }

  #makeIdle(member: Member): void {
    member.state = 'idle';
    member.idleTimer?.cancel();
    member.idleTimer = this.#clock.after(QUERY_THREAD_IDLE_MS, () => {
      if (member.state === 'idle') void member.thread.stop('it had nothing to do');
    });
    this.#serve();
  }
}

function stopping(): Error {
  return unavailable('QUERY_CANCELED', 'query was canceled: the server stops');
}
