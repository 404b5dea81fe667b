/**
 * Fetches what a query needs from other servers, before it runs.
 *
 * The server's thread plans and passes bytes on; a thread of queries unpacks, merges and evaluates
 * (remote/source-view-thread.ts). All sources are asked at once. One that does not answer is a warning
 * with the answer, and is left alone for some seconds, so that each panel of a board does not wait for
 * it anew; one that is required fails the query.
 */
import type { QueryQuestion } from '../http/index.ts';
import {
  AppError,
  type Clock,
  errorMessage,
  limitExceeded,
  unavailable,
} from '../platform/index.ts';
import {
  childrenOf,
  createQueryEngine,
  type Expr,
  LOOKBACK_MS,
  type Queryable,
  type SelectRange,
} from '../promql/index.ts';
import {
  createRawQuery,
  createReadRequest,
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
  SOURCE_ERROR_CHARS_MAX,
  SOURCE_QUERY_BYTES_MAX,
  SOURCE_REST_MS,
  SOURCE_SELECTIONS_MAX,
} from './limits.ts';
import type { SourceConfig } from './source-config.ts';

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
  stats(): readonly SourceStats[];
  close(): void;
}

/** Builds it; sources are taken from the configuration in force, and connected to when asked. */
export function createQuerySources(options: {
  readonly clock: Clock;
  readonly version: string;
  readonly config: () => SourcesConfig;
}): QuerySources {
  return new Sources(options);
}

const MIB = 1024 * 1024;

/** What the answers of one query may still take, all sources together. */
interface Budget {
  leftBytes: number;
}

interface AskOrder {
  readonly signal: AbortSignal;
  readonly budget: Budget;
}

interface Member {
  readonly config: SourceConfig;
  readonly client: HttpClient;
  requests: number;
  failures: number;
  bytes: number;
  /** Until when it is left alone, by the monotonic clock, and why. */
  restsUntilMs: number;
  reason: string;
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
    return { config, client, ...counts, restsUntilMs: -Infinity, reason: '' };
  }

  async gather(question: QueryQuestion, expr: Expr, signal: AbortSignal): Promise<Gathered> {
    const { replicaLabels, localLabels } = this.#options.config();
    const selections = planSelections(question, expr, this.#options.clock);
    const warnings: string[] = [];
    const order: AskOrder = { signal, budget: { leftBytes: SOURCE_QUERY_BYTES_MAX } };
    const asked = this.#listMembers().map(async (member) => {
      try {
        return await this.#askAll(member, selections, order);
      } catch (error) {
        const message = `source "${member.config.name}": ${errorMessage(error)}`;
        if (isTooLarge(error)) throw limitExceeded('QUERY_SOURCE_TOO_LARGE', message);
        if (signal.aborted) throw error;
        if (member.config.isRequired) throw unavailable('QUERY_SOURCE_FAILED', message);
        warnings.push(missingWarning(message));
        return [];
      }
    });
    const answers = (await Promise.all(asked)).flat();
    const places = [...selections].map(([key, { fromMs, toMs }]) => ({ key, fromMs, toMs }));
    return { answers, selections: places, localLabels, replicaLabels, warnings };
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
        const body = await this.#ask(member, { ...selection, matchers }, order);
        return [{ source: name, isRequired, protocol, labels, selectionKey: key, body }];
      },
    );
    return (await Promise.all(asked)).flat();
  }

  async #ask(
    member: Member,
    selection: SourceSelection,
    { signal, budget }: AskOrder,
  ): Promise<Body> {
    const { clock } = this.#options;
    if (clock.monotonicMs() < member.restsUntilMs) {
      throw new Error(`${member.reason} (not asked again within ${SOURCE_REST_MS / 1000} s)`);
    }
    member.requests++;
    const { timeoutMs } = member.config;
    const limit = new AbortController();
    const timer = clock.after(timeoutMs, () =>
      limit.abort(new Error(`no answer within ${timeoutMs / 1000} s`)),
    );
    try {
      const both = AbortSignal.any([signal, limit.signal]);
      const request = createRequest(member.config, selection, this.#options);
      const body = await send(member, request, { signal: both, budget });
      member.bytes += body.length;
      return body;
    } catch (error) {
      if (!signal.aborted && !isTooLarge(error)) {
        member.failures++;
        member.reason = errorMessage(error);
        member.restsUntilMs = clock.monotonicMs() + SOURCE_REST_MS;
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

/** In memory of its own, so that it can be handed to a thread. */
type Body = Uint8Array<ArrayBuffer>;

interface SourceRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

function createRequest(
  config: SourceConfig,
  selection: SourceSelection,
  { version }: { readonly version: string },
): SourceRequest {
  const common = { ...config.headers, 'User-Agent': `nines/${version}` };
  if (config.protocol === 'remote_read') {
    const headers = {
      ...common,
      'Content-Type': 'application/x-protobuf',
      'Content-Encoding': 'snappy',
      'X-Prometheus-Remote-Read-Version': '0.1.0',
    };
    return { url: `${config.url}/api/v1/read`, headers, body: createReadRequest(selection) };
  }
  // Another Nines must not ask its own sources in turn, which may be us.
  const form = new URLSearchParams({ ...createRawQuery(selection), scope: 'local' });
  const headers = { ...common, 'Content-Type': 'application/x-www-form-urlencoded' };
  return { url: `${config.url}/api/v1/query`, headers, body: form.toString() };
}

/** Too much is the query's doing, not the source's: nothing is said against the source. */
function isTooLarge(error: unknown): boolean {
  return error instanceof AppError && error.code === 'QUERY_SOURCE_TOO_LARGE';
}

async function send(
  { client }: Member,
  request: SourceRequest,
  { signal, budget }: AskOrder,
): Promise<Body> {
  const response = await client.send({ ...request, method: 'POST', signal });
  const isGood = response.statusCode === 200;
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response) {
    if (!(chunk instanceof Uint8Array)) continue;
    sizeBytes += chunk.length;
    chunks.push(chunk);
    if (isGood) spend(budget, chunk.length, sizeBytes);
    else if (sizeBytes > SOURCE_ERROR_CHARS_MAX) break;
  }
  if (!isGood) {
    const said = Buffer.concat(chunks).toString().slice(0, SOURCE_ERROR_CHARS_MAX).trim();
    throw new Error(`it answered ${response.statusCode ?? 0}${said === '' ? '' : `: ${said}`}`);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/** Holds one answer, and all of a query together, to their bounds as they come in. */
function spend(budget: Budget, bytes: number, answerBytes: number): void {
  budget.leftBytes -= bytes;
  if (answerBytes <= SOURCE_BYTES_MAX && budget.leftBytes >= 0) return;
  throw limitExceeded(
    'QUERY_SOURCE_TOO_LARGE',
    `more than ${SOURCE_BYTES_MAX / MIB} MiB of one answer, or ${SOURCE_QUERY_BYTES_MAX / MIB} MiB ` +
      'of all; narrow the selectors or shorten the range',
  );
}
