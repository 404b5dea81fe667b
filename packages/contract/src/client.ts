/**
 * A typed client of Nines' own API, for the page and the command line alike. It knows neither
 * `fetch` nor Node: the caller brings the function that sends a request.
 *
 * ```ts
 * const client = createClient(send);
 * const board = await client('getBoard', {});
 * await client('acknowledgeAlert', { params: { id: board.needsSomeone[0].id } });
 * ```
 */
import type { ErrorBody } from './errors.ts';
import { API_PREFIX, PATHS, type RouteName } from './paths.ts';
import type { RouteInput, RouteOutput } from './routes.ts';

/** What calls a request off; an `AbortSignal`, which neither of two worlds has to know here. */
export interface CancelSignal {
  readonly aborted: boolean;
}

/** One HTTP exchange. `body` is parsed JSON in both directions; undefined: none. */
export type Send = (request: {
  readonly method: string;
  /** Path and query, beginning with a slash. */
  readonly path: string;
  readonly body: unknown;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: CancelSignal | undefined;
}) => Promise<{ readonly status: number; readonly body: unknown }>;

/** An answer that was not 2xx. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** Stable: docs/reference/errors.md; `UNKNOWN` where the answer was not Nines'. */
  readonly code: string;

  constructor(status: number, error: ErrorBody) {
    super(error.message);
    this.status = status;
    this.code = error.code;
  }
}

/** Calls a route by name. Throws ApiError for answers that are not 2xx. */
export type Client = <Name extends RouteName>(
  name: Name,
  input: Partial<RouteInput<Name>>,
  signal?: CancelSignal,
) => Promise<RouteOutput<Name>>;

/** Builds a client on a function that sends. */
export function createClient(send: Send): Client {
  return async <Name extends RouteName>(
    name: Name,
    input: Partial<RouteInput<Name>>,
    signal?: CancelSignal,
  ) => {
    const { method, path } = PATHS[name];
    const answer = await send({
      method,
      path: API_PREFIX + fillPath(path, input.params) + formatQuery(input.query),
      body: input.body,
      signal,
    });
    if (answer.status >= 200 && answer.status < 300 && isAnswerOf<Name>(answer.body)) {
      return answer.body;
    }
    throw new ApiError(answer.status, readError(answer));
  };
}

/** The server answers by the same table, so its own 2xx answers are trusted. */
function isAnswerOf<Name extends RouteName>(_body: unknown): _body is RouteOutput<Name> {
  return true;
}

function fillPath(path: string, params: unknown): string {
  const values = toRecord(params);
  return path.replaceAll(/:(\w+)/g, (_, key: string) => encodeURIComponent(String(values[key])));
}

function formatQuery(query: unknown): string {
  const parts = Object.entries(toRecord(query))
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function readError(answer: { readonly status: number; readonly body: unknown }): ErrorBody {
  const { code, message } = toRecord(answer.body);
  if (typeof code === 'string' && typeof message === 'string') return { code, message };
  return { code: 'UNKNOWN', message: `the server answered with status ${answer.status}` };
}
