/**
 * Runs queries where they hold up nobody: small ones at once in the server's thread, all others in
 * threads of their own (ADR 94).
 *
 * Small is what the index says: few series to look at, few samples to read. The index may be wrong
 * about a query's work (a join, a sort), so a small one has some milliseconds, and begins anew in
 * a thread when they are over.
 */
import {
  answerQuestion,
  evaluateQuestion,
  type QueryAsker,
  type QueryQuestion,
} from '../http/index.ts';
import {
  AppError,
  type Clock,
  errorMessage,
  formatDuration,
  type Log,
  timedOut,
  unavailable,
} from '../platform/index.ts';
import {
  childrenOf,
  createQueryEngine,
  DEFAULT_QUERY_LIMITS,
  type Expr,
  type OpenAggregates,
  type Queryable,
  type QueryCost,
  type QueryEngine,
  type QueryLimits,
  type QueryResult,
  type QueryStats,
} from '../promql/index.ts';
import type { Gathered } from '../remote/index.ts';
import type { Tsdb } from '../tsdb/index.ts';
import {
  INLINE_MATCH_WORK_MAX,
  INLINE_SAMPLES_MAX,
  INLINE_SERIES_MAX,
  INLINE_TIMEOUT_MS,
} from './limits.ts';
import { ParsedQueries } from './parsed-queries.ts';
import type { QueryConfig } from './query-config.ts';
import { QueryPool } from './query-pool.ts';
import type { QuerySources } from './query-sources.ts';
import { QueryRegister, type RunningQuery, type SlowQuery } from './query-register.ts';
import type { Answered, Order } from './query-thread.ts';
import type { SpareThread } from './spare-thread.ts';

/** What queries need of the store. */
export type QueryStore = Queryable & Pick<Tsdb, 'attach' | 'estimateMatchWork'>;

export interface QueryRunnerOptions {
  readonly tsdb: QueryStore;
  /** Answers from aggregates, where the store keeps some. */
  readonly openAggregates?: OpenAggregates | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** The entry file of the threads. */
  readonly entry: URL;
  /** The first of them, where it is started already. */
  readonly spare?: SpareThread | undefined;
  /** As the configuration in force has it. */
  readonly config: () => QueryConfig;
  /** Other servers, whose series take part in what clients ask. */
  readonly sources: Pick<QuerySources, 'hasAny' | 'gather'>;
  /** Hears of what is asked from outside; rules are not. */
  readonly onQuestion?: (expr: Expr) => void;
  /** How many processors the machine has. */
  readonly processorCount: number;
}

/** A query under way, and how far it is. */
export interface QueryState extends RunningQuery {
  readonly state: 'waiting' | 'running' | 'stopping';
  readonly samplesRead: number;
}

/** What runs queries, and knows of them. */
export interface QueryRunner {
  /** The body of an answer of Prometheus' API. */
  answer(question: QueryQuestion, asker: QueryAsker): Promise<Uint8Array>;
  /** The values; at once where the query is small. The signal ends one that is not. */
  evaluate(
    question: QueryQuestion,
    asker: string,
    signal?: AbortSignal,
  ): QueryResult | Promise<QueryResult>;
  /** Starts a thread for the queries to come. */
  prepare(): void;
  running(): readonly QueryState[];
  slow(): readonly SlowQuery[];
  /** Ends a query; false where there is none of that number. */
  stop(id: number): boolean;
  stats(): QueryRunnerStats;
  close(): Promise<void>;
}

export interface QueryRunnerStats {
  readonly threads: number;
  readonly running: number;
  /** Queries so far, by where they ran. */
  readonly inServer: number;
  readonly inThreads: number;
  readonly failed: number;
  readonly slow: number;
}

/** Builds a runner; it starts no thread before a query needs one, or `prepare`. */
export function createQueryRunner(options: QueryRunnerOptions): QueryRunner {
  return new Runner(options);
}

class Runner implements QueryRunner {
  readonly #options: QueryRunnerOptions;
  readonly #pool: QueryPool;
  readonly #register = new QueryRegister();
  readonly #parsed = new ParsedQueries();
  /** What ends the requests to other servers, by the number of their query. */
  readonly #fetching = new Map<number, AbortController>();
  #inServer = 0;
  #inThreads = 0;
  #failed = 0;
  #slow = 0;

  constructor(options: QueryRunnerOptions) {
    this.#options = options;
    this.#pool = new QueryPool({
      ...options,
      concurrency: () => options.config().concurrency ?? Math.min(2, options.processorCount),
    });
  }

  async answer(question: QueryQuestion, asker: QueryAsker): Promise<Uint8Array> {
    this.#options.onQuestion?.(this.#parsed.parse(question.text));
    const { sources } = this.#options;
    if (sources.hasAny && question.isLocal !== true) {
      return this.#answerWithSources(question, asker);
    }
    const small = this.#runInline(question, (engine, expr) =>
      answerQuestion(engine, question, { ...inlineTime(question), expr }),
    );
    if (small !== undefined) return small.body;
    return bodyOf(await this.#runInThread(question, { wants: 'body' }, asker));
  }

  /** Fetches what the query needs, in the time that it has, and runs it in a thread. */
  async #answerWithSources(question: QueryQuestion, asker: QueryAsker): Promise<Uint8Array> {
    const expr = this.#parsed.parse(question.text);
    const gather: Gather = async (signal) => this.#options.sources.gather(question, expr, signal);
    return bodyOf(await this.#runInThread(question, { wants: 'body', gather }, asker));
  }

  evaluate(
    question: QueryQuestion,
    name: string,
    signal = new AbortController().signal,
  ): QueryResult | Promise<QueryResult> {
    const small = this.#runInline(question, (engine, expr) =>
      evaluateQuestion(engine, question, { ...inlineTime(question), expr }),
    );
    return small ?? this.#evaluateInThread(question, { name, signal });
  }

  async #evaluateInThread(question: QueryQuestion, asker: QueryAsker): Promise<QueryResult> {
    const reply = await this.#runInThread(question, { wants: 'result' }, asker);
    if (reply.kind === 'body') throw new Error('BUG: a thread answered another question');
    return reply.result;
  }

  /** Runs a small query; undefined where it is not small, or turns out not to be. */
  #runInline<T>(
    question: QueryQuestion,
    run: (engine: QueryEngine, expr: Expr) => T,
  ): T | undefined {
    const { tsdb, clock, openAggregates } = this.#options;
    const expr = this.#parsed.parse(question.text);
    const limits = this.#limits();
    const engine = createQueryEngine({ queryable: tsdb, clock, limits, openAggregates });
    if (!this.#isSmall(engine, question, expr)) return undefined;
    try {
      const done = run(engine, expr);
      this.#inServer++;
      return done;
    } catch (error) {
      if (error instanceof AppError && error.code === 'QUERY_TIMEOUT') return undefined;
      this.#failed++;
      throw error;
    }
  }

  #isSmall(engine: QueryEngine, question: QueryQuestion, expr: Expr): boolean {
    if (this.#matchWork(expr) > INLINE_MATCH_WORK_MAX) return false;
    const cost = this.#estimate(engine, question, expr);
    return (
      cost.seriesCount <= INLINE_SERIES_MAX &&
      cost.readSamples <= INLINE_SAMPLES_MAX &&
      cost.heldSamples <= INLINE_SAMPLES_MAX
    );
  }

  #estimate(engine: QueryEngine, { text, times }: QueryQuestion, expr: Expr): QueryCost {
    return engine.estimateCost({ text, expr, ...times });
  }

  /** What finding the series of all selectors looks at. */
  #matchWork(expr: Expr): number {
    if (expr.type === 'vectorSelector') {
      return this.#options.tsdb.estimateMatchWork(expr.matchers);
    }
    return childrenOf(expr).reduce((sum, child) => sum + this.#matchWork(child), 0);
  }

  async #runInThread(
    question: QueryQuestion,
    { wants, gather }: { readonly wants: Order['wants']; readonly gather?: Gather },
    asker: QueryAsker,
  ): Promise<Answered> {
    const { clock } = this.#options;
    const startedAt = clock.now();
    const startedMs = clock.monotonicMs();
    const limits = this.#limits();
    const timeoutMs = Math.min(question.timeoutMs ?? Infinity, limits.timeoutMs);
    const running = this.#register.begin({
      text: question.text,
      asker: asker.name,
      startedAt,
      expectedSamples: undefined,
    });
    const { id } = running;
    const fetching = new AbortController();
    const stop = (): void => void this.stop(id);
    this.#fetching.set(id, fetching);
    asker.signal.addEventListener('abort', stop, { once: true });
    this.#inThreads++;
    const note = (samplesRead: number, error?: unknown): void =>
      this.#noteEnd(running, { elapsedMs: clock.monotonicMs() - startedMs, samplesRead, error });
    try {
      if (asker.signal.aborted) throw unavailable('QUERY_CANCELED', 'query was canceled');
      const gathered = await this.#gather(gather, fetching, timeoutMs);
      const leftMs = Math.max(1, timeoutMs - (clock.monotonicMs() - startedMs));
      const order = { id, question, timeoutMs: leftMs, limits, wants };
      const reply = await this.#pool.run(gathered === undefined ? order : { ...order, gathered });
      note(statsOf(reply).samplesRead);
      return reply;
    } catch (error) {
      this.#failed++;
      note(this.#pool.progress(id)?.samplesRead ?? 0, error);
      throw error;
    } finally {
      asker.signal.removeEventListener('abort', stop);
      this.#register.end(id);
      this.#fetching.delete(id);
    }
  }

  /** What other servers answer, within the time of the query. */
  async #gather(
    gather: Gather | undefined,
    fetching: AbortController,
    timeoutMs: number,
  ): Promise<Gathered | undefined> {
    if (gather === undefined) return undefined;
    const message = `query timed out while it waited for its sources: it may take ${formatDuration(timeoutMs)}`;
    const timer = this.#options.clock.after(timeoutMs, () =>
      fetching.abort(timedOut('QUERY_TIMEOUT', message)),
    );
    try {
      return await gather(fetching.signal);
    } finally {
      timer.cancel();
      // Where one source ends the query, nobody waits for the others.
      fetching.abort();
    }
  }

  #noteEnd(
    { text, asker, startedAt }: RunningQuery,
    end: {
      readonly elapsedMs: number;
      readonly samplesRead: number;
      readonly error: unknown;
    },
  ): void {
    const { elapsedMs, samplesRead } = end;
    const { slowMs } = this.#options.config();
    if (elapsedMs < slowMs) return;
    this.#slow++;
    const error = end.error === undefined ? undefined : errorMessage(end.error);
    const slow = { text, asker, startedAt, elapsedMs: Math.round(elapsedMs), samplesRead, error };
    this.#register.noteSlow(slow);
    const took = { elapsedMs: slow.elapsedMs, samplesRead, error };
    this.#options.log.warn('slow query', { query: text, asker, ...took });
  }

  #limits(): QueryLimits {
    const { timeoutMs, samplesMax } = this.#options.config();
    return { ...DEFAULT_QUERY_LIMITS, timeoutMs, heldSamplesMax: samplesMax };
  }

  prepare(): void {
    this.#pool.prepare();
  }

  running(): readonly QueryState[] {
    return this.#register.running().map((query) => {
      const progress = this.#pool.progress(query.id);
      const state = progress === undefined ? 'waiting' : 'running';
      return {
        ...query,
        state: this.#register.isStopping(query.id) ? 'stopping' : state,
        samplesRead: progress?.samplesRead ?? 0,
      };
    });
  }

  slow(): readonly SlowQuery[] {
    return this.#register.slow();
  }

  stop(id: number): boolean {
    if (this.#register.stop(id) === undefined) return false;
    this.#fetching.get(id)?.abort(unavailable('QUERY_CANCELED', 'query was canceled'));
    this.#pool.cancel(id);
    return true;
  }

  stats(): QueryRunnerStats {
    return {
      threads: this.#pool.threadCount,
      running: this.#register.running().length,
      inServer: this.#inServer,
      inThreads: this.#inThreads,
      failed: this.#failed,
      slow: this.#slow,
    };
  }

  async close(): Promise<void> {
    await this.#pool.stop();
  }
}

type Gather = (signal: AbortSignal) => Promise<Gathered>;

function bodyOf(reply: Answered): Uint8Array {
  if (reply.kind === 'result') throw new Error('BUG: a thread answered another question');
  return reply.body;
}

function inlineTime({ timeoutMs = Infinity }: QueryQuestion): { readonly timeoutMs: number } {
  return { timeoutMs: Math.min(timeoutMs, INLINE_TIMEOUT_MS) };
}

function statsOf(reply: Answered): QueryStats {
  return reply.kind === 'body' ? reply.stats : reply.result.stats;
}
