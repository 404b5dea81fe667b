/**
 * Parameters of Prometheus' HTTP API, from the query string and from a posted form alike, with
 * Prometheus' error texts (web/api/v1/api.go).
 */
import { invalid, parseDuration } from '../platform/index.ts';
import { parseSelector } from '../promql/index.ts';
import type { Matcher } from '../series/index.ts';

/** What Prometheus takes as the beginning and the end of time. */
const MIN_TIME_MS = -8_640_000_000_000_000;
const MAX_TIME_MS = 8_640_000_000_000_000;
const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** All values of a request's parameters; the form's come before the URL's, as in Go. */
export class ApiParams {
  readonly #params: URLSearchParams;

  constructor(url: string, body: unknown) {
    const at = url.indexOf('?');
    const inUrl = new URLSearchParams(at < 0 ? '' : url.slice(at + 1));
    this.#params = new URLSearchParams(body instanceof URLSearchParams ? body : undefined);
    for (const [name, value] of inUrl) this.#params.append(name, value);
  }

  /** The first value; '' where there is none. */
  text(name: string): string {
    return this.#params.get(name) ?? '';
  }

  all(name: string): readonly string[] {
    return this.#params.getAll(name);
  }

  /** A moment in epoch milliseconds: seconds since 1970, or RFC 3339. */
  timeMs(name: string, otherwise: number): number {
    const text = this.text(name);
    if (text === '') return otherwise;
    return within(name, () => parseTime(text));
  }

  /** Milliseconds: seconds as a number, or a duration such as `15s`. */
  durationMs(name: string): number | undefined {
    const text = this.text(name);
    if (text === '') return undefined;
    return within(name, () => parseSpan(text));
  }

  /** A count; undefined: no bound was asked for. */
  limit(name = 'limit'): number | undefined {
    const text = this.text(name);
    if (text === '') return undefined;
    const value = Number(text);
    if (!Number.isInteger(value)) {
      throw badParameter(name, `cannot parse "${text}" to an integer`);
    }
    if (value < 0) throw badParameter(name, `${name} must be non-negative`);
    return value === 0 ? undefined : value;
  }

  /** `start` and `end`; all of time where they are absent. */
  range(): { readonly fromMs: number; readonly toMs: number } {
    const fromMs = this.timeMs('start', MIN_TIME_MS);
    const toMs = this.timeMs('end', MAX_TIME_MS);
    if (toMs < fromMs) throw badParameter('end', 'end timestamp must not be before start time');
    return { fromMs, toMs };
  }

  /** The selectors of `match[]`. */
  selectors(): readonly (readonly Matcher[])[] {
    return this.all('match[]').map((text) => {
      const matchers = within('match[]', () => parseSelector(text));
      if (matchers.every((matcher) => matcher.matches(''))) {
        const why = 'match[] must contain at least one non-empty matcher';
        throw invalid('QUERY_PARAMETER_INVALID', why);
      }
      return matchers;
    });
  }
}

function parseTime(text: string): number {
  const seconds = Number(text);
  if (text.trim() !== '' && Math.abs(seconds * 1000) <= MAX_TIME_MS) {
    return Math.round(seconds * 1000);
  }
  if (RFC_3339.test(text) && !Number.isNaN(Date.parse(text))) return Date.parse(text);
  throw invalid('QUERY_PARAMETER_INVALID', `cannot parse "${text}" to a valid timestamp`);
}

function parseSpan(text: string): number {
  const seconds = Number(text);
  if (text.trim() !== '' && Number.isFinite(seconds)) return Math.round(seconds * 1000);
  try {
    return parseDuration(text);
  } catch (cause) {
    const message = `cannot parse "${text}" to a valid duration`;
    throw invalid('QUERY_PARAMETER_INVALID', message, { cause });
  }
}

function within<Value>(name: string, parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw badParameter(name, error.message);
  }
}

/** Prometheus' wording for a parameter that makes no sense. */
export function badParameter(name: string, why: string): Error {
  return invalid('QUERY_PARAMETER_INVALID', `invalid parameter "${name}": ${why}`);
}
