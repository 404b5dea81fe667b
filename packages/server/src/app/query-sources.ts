/**
 * Fetches what a query needs from other servers, before it runs, and their lists of names.
 *
 * The server's thread plans and passes bytes on; a thread of queries unpacks, merges and evaluates
 * (remote/source-view-thread.ts). All sources are asked at once. One that does not answer is a warning
 * with the answer, and is left alone for some seconds, so that each panel of a board does not wait for
 * it anew; one that is required fails the query.
 */
import { setImmediate } from 'node:timers/promises';
import type { Listed, ListQuestion, QueryQuestion } from '../http/index.ts';
import { type Clock, errorMessage, limitExceeded, unavailable } from '../platform/index.ts';
import {
  childrenOf,
  createQueryEngine,
  type Expr,
  LOOKBACK_MS,
  type Queryable,
  type SelectRange,
} from '../promql/index.ts';
import {
  type Gathered,
  missingWarning,
  narrowMatchers,
  selectionKey,
  SOURCE_BYTES_MAX,
  type SourceAnswer,
  type SourceSelection,
} from '../remote/index.ts';
import { createHttpClient, type HttpClient } from '../scrape/index.ts';
import type { Labels } from '../series/index.ts';
import type { Config } from './config.ts';
import {
  SOURCE_LIST_BYTES_MAX,
  SOURCE_LISTS_BYTES_MAX,
  SOURCE_QUERY_BYTES_MAX,
  SOURCE_REST_MS,
  SOURCE_SELECTIONS_MAX,
} from './limits.ts';
import type { SourceConfig } from './source-config.ts';
import { planLists } from './source-lists.ts';
import {
  createBudget,
  createSamplesRequest,
  isTooLarge,
  sendToSource,
  type SourceBody,
  type SourceBudget,
  type SourceRequest,
} from './source-request.ts';

/** What the configuration in force says of them. */
export interface SourcesConfig {
  readonly sources: readonly SourceConfig[];
  readonly replicaLabels: readonly string[];
  /** What this server's own series carry when they leave it. */
  readonly localLabels: Labels;
}

/** What a configuration says of them. */
export function sourcesOf({ query, global }: Pick<Config, 'query' | 'global'>): SourcesConfig {
  const { sources, replicaLabels } = query;
  return { sources, replicaLabels, localLabels: global.externalLabels };
}

/** How a source is doing. */
export interface SourceStats {
  readonly name: string;
  readonly requests: number;
  readonly failures: number;
  readonly bytes: number;
}

export interface QuerySources {
  readonly hasAny: boolean;
  /** All that a query needs. Throws where a required source fails, or the signal fires. */
  gather(question: QueryQuestion, expr: Expr, signal: AbortSignal): Promise<Gathered>;
  /** Their names, values or label sets; throws as `gather` does. */
  list(question: ListQuestion, signal: AbortSignal): Promise<ListsOfSources>;
  stats(): readonly SourceStats[];
  close(): void;
}

/** What all sources have listed, each as it came. */
export interface ListsOfSources {
  readonly lists: readonly Listed[];
  readonly warnings: readonly string[];
}

/** Builds it; sources are taken from the configuration in force, and connected to when asked. */
export function createQuerySources(options: {
  readonly clock: Clock;
  readonly version: string;
  readonly config: () => SourcesConfig;
}): QuerySources {
  return new Sources(options);
}

/** What a source is asked for: one that has no lists may answer queries all the same. */
type Use = 'samples' | 'lists';

interface AskOrder {
  readonly use: Use;
  readonly signal: AbortSignal;
  readonly budget: SourceBudget;
}

/** Until when a source is left alone, by the monotonic clock, and why. */
interface Rest {
  readonly untilMs: number;
  readonly reason: string;
}

interface Member {
  readonly config: SourceConfig;
  readonly client: HttpClient;
  requests: number;
  failures: number;
  bytes: number;
  readonly rests: Map<Use, Rest>;
}

class Sources implements QuerySources {
  readonly #options: Parameters<typeof createQuerySources>[0];
  #members: readonly Member[] = [];
  #known: readonly SourceConfig[] = [];

  constructor(options: Parameters<typeof createQuerySources>[0]) {
    this.#options = options;
  }

  get hasAny(): boolean {
    return this.#options.config().sources.length > 0;
  }

  /** The sources in force; those that a reload left as they were keep their connections. */
  #listMembers(): readonly Member[] {
    const { sources } = this.#options.config();
    if (sources === this.#known) return this.#members;
    this.#known = sources;
    const before = new Map(this.#members.map((one) => [JSON.stringify(one.config), one]));
    this.#members = sources.map((config) => {
      const key = JSON.stringify(config);
      const kept = before.get(key);
      before.delete(key);
      return kept ?? this.#createMember(config);
    });
    for (const { client } of before.values()) client.close();
    return this.#members;
  }

  #createMember(config: SourceConfig): Member {
    const client = createHttpClient(config.http, this.#options);
    const counts = { requests: 0, failures: 0, bytes: 0 };
    return { config, client, ...counts, rests: new Map() };
  }

  async gather(question: QueryQuestion, expr: Expr, signal: AbortSignal): Promise<Gathered> {
    const { replicaLabels, localLabels } = this.#options.config();
    const selections = planSelections(question, expr, this.#options.clock);
    const budget = createBudget(SOURCE_BYTES_MAX, SOURCE_QUERY_BYTES_MAX);
    const order: AskOrder = { use: 'samples', signal, budget };
    const asked = await this.#askEach(order, async (member) =>
      this.#askAll(member, selections, order),
    );
    const places = [...selections].map(([key, { fromMs, toMs }]) => ({ key, fromMs, toMs }));
    const { found: answers, warnings } = asked;
    return { answers, selections: places, localLabels, replicaLabels, warnings };
  }

  async list(question: ListQuestion, signal: AbortSignal): Promise<ListsOfSources> {
    const budget = createBudget(SOURCE_LIST_BYTES_MAX, SOURCE_LISTS_BYTES_MAX);
    const order: AskOrder = { use: 'lists', signal, budget };
    const { found, warnings } = await this.#askEach(order, async (member) => {
      const parts = planLists(member.config, question, this.#options);
      const lists = parts.map(async ({ request, read }) => {
        const body = await this.#ask(member, request, order);
        // Each is read at once; others have their turn between two of them.
        await setImmediate();
        const { warnings: said, ...list } = read(body);
        const named = said.map((text) => `source "${member.config.name}": ${text}`);
        return { ...list, warnings: named };
      });
      return Promise.all(lists);
    });
    return { lists: found, warnings };
  }

  /** Asks all sources at once; one that fails is a warning, or the end where it must not. */
  async #askEach<Found>(
    { use, signal }: AskOrder,
    ask: (member: Member) => Promise<readonly Found[]>,
  ): Promise<{ readonly found: readonly Found[]; readonly warnings: readonly string[] }> {
    const warnings: string[] = [];
    const asked = this.#listMembers().map(async (member) => {
      try {
        return await ask(member);
      } catch (error) {
        const message = `source "${member.config.name}": ${errorMessage(error)}`;
        const isTooMuch = isTooLarge(error);
        // A query without a part of it is no answer; a list without a part of it is a shorter one.
        if (isTooMuch && use === 'samples') throw limitExceeded('QUERY_SOURCE_TOO_LARGE', message);
        if (signal.aborted) throw error;
        if (member.config.isRequired) throw unavailable('QUERY_SOURCE_FAILED', message);
        warnings.push(missingWarning(message));
        return [];
      }
    });
    return { found: (await Promise.all(asked)).flat(), warnings };
  }

  async #askAll(
    member: Member,
    selections: ReadonlyMap<string, SourceSelection>,
    order: AskOrder,
  ): Promise<readonly SourceAnswer[]> {
    const { name, labels, protocol, isRequired } = member.config;
    const asked = [...selections].map(
      async ([key, selection]): Promise<readonly SourceAnswer[]> => {
        const matchers = narrowMatchers(selection.matchers, labels);
        if (matchers === undefined) return [];
        const wanted = { ...selection, matchers };
        const request = createSamplesRequest(member.config, wanted, this.#options);
        const body = await this.#ask(member, request, order);
        return [{ source: name, isRequired, protocol, labels, selectionKey: key, body }];
      },
    );
    return (await Promise.all(asked)).flat();
  }

  async #ask(
    member: Member,
    request: SourceRequest,
    { use, signal, budget }: AskOrder,
  ): Promise<SourceBody> {
    const { clock } = this.#options;
    const rest = member.rests.get(use);
    if (rest !== undefined && clock.monotonicMs() < rest.untilMs) {
      throw new Error(`${rest.reason} (not asked again within ${SOURCE_REST_MS / 1000} s)`);
    }
    member.requests++;
    const { timeoutMs } = member.config;
    const limit = new AbortController();
    const timer = clock.after(timeoutMs, () =>
      limit.abort(new Error(`no answer within ${timeoutMs / 1000} s`)),
    );
    try {
      const both = AbortSignal.any([signal, limit.signal]);
      const body = await sendToSource(member.client, request, { signal: both, budget });
      member.bytes += body.length;
      return body;
    } catch (error) {
      if (!signal.aborted && !isTooLarge(error)) {
        member.failures++;
        const untilMs = clock.monotonicMs() + SOURCE_REST_MS;
        member.rests.set(use, { untilMs, reason: errorMessage(error) });
      }
      throw error;
    } finally {
      timer.cancel();
    }
  }

  stats(): readonly SourceStats[] {
    return this.#listMembers().map(({ config, requests, failures, bytes }) => ({
      name: config.name,
      requests,
      failures,
      bytes,
    }));
  }

  close(): void {
    for (const { client } of this.#members) client.close();
  }
}

/**
 * What the selectors of a query will read, as the engine's own estimate says it. `smoothed` and
 * `anchored` read beyond their windows, by the lookback at most.
 */
function planSelections(
  question: QueryQuestion,
  expr: Expr,
  clock: Clock,
): ReadonlyMap<string, SourceSelection> {
  const selections = new Map<string, SourceSelection>();
  const { lookbackMs = LOOKBACK_MS, text, times } = question;
  const extraMs = isExtended(expr) ? lookbackMs : 0;
  const note = ({ matchers, fromMs, toMs }: SelectRange): void => {
    const key = selectionKey(matchers);
    const known = selections.get(key) ?? { fromMs: Infinity, toMs: -Infinity };
    const from = Math.min(known.fromMs, fromMs - extraMs);
    selections.set(key, { matchers, fromMs: from, toMs: Math.max(known.toMs, toMs + extraMs) });
  };
  const queryable: Queryable = {
    select: () => [],
    estimate(range) {
      note(range);
      return { seriesCount: 0, sampleCount: 0 };
    },
    labelNames: () => [],
    labelValues: () => [],
    series: () => [],
  };
  createQueryEngine({ queryable, clock, lookbackMs }).estimateCost({
    text,
    expr,
    lookbackMs,
    ...times,
  });
  if (selections.size <= SOURCE_SELECTIONS_MAX) return selections;
  const most = `at most ${SOURCE_SELECTIONS_MAX} are fetched from sources`;
  throw limitExceeded('QUERY_TOO_DEAR', `query has ${selections.size} selectors; ${most}`);
}

function isExtended(expr: Expr): boolean {
  if (expr.type === 'vectorSelector' && expr.extension !== undefined) return true;
  return childrenOf(expr).some(isExtended);
}
