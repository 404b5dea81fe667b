/** What Explore shows, kept in the URL: a link to it is a finding that can be sent. */
import { formatConfigDuration, parseConfigDuration } from '../format/duration.ts';
import type { Span } from '../graph/span.ts';

/** More graphs than this under each other are not compared any more. */
export const QUERY_COUNT_MAX = 6;

export const VIEWS = ['graph', 'table'] as const;

/** The ranges that are one press away. */
export const RANGES = ['15m', '1h', '6h', '24h', '7d'] as const;

const USUAL_RANGE_MS = 3_600_000;
/** A range beyond what any retention holds; the server would refuse it with its own words. */
const RANGE_MS_MAX = 10 * 365 * 24 * 3_600_000;

export interface ExploreState {
  /** At least one; an empty one has not been asked yet. */
  readonly expressions: readonly string[];
  readonly view: (typeof VIEWS)[number];
  readonly span: Span;
}

export function parseExplore(search: string): ExploreState {
  const params = new URLSearchParams(search);
  const expressions = params.getAll('q').slice(0, QUERY_COUNT_MAX);
  return {
    expressions: expressions.length === 0 ? [''] : expressions,
    view: VIEWS.find((view) => view === params.get('view')) ?? 'graph',
    span: parseSpan(params, USUAL_RANGE_MS),
  };
}

export function formatExplore({ expressions, view, span }: ExploreState): string {
  const params = new URLSearchParams();
  if (expressions.some((expression) => expression !== '')) {
    for (const expression of expressions) params.append('q', expression);
  }
  if (view !== 'graph') params.set('view', view);
  writeSpan(params, span, USUAL_RANGE_MS);
  return params.toString();
}

/** The span that parameters of a URL tell; the last so many milliseconds where they tell none. */
export function parseSpan(params: URLSearchParams, usualMs: number): Span {
  const fromMs = parseTime(params.get('from'));
  const toMs = parseTime(params.get('to'));
  if (fromMs !== undefined && toMs !== undefined && fromMs < toMs) {
    return { kind: 'between', fromMs, toMs };
  }
  if (fromMs !== undefined && toMs === undefined) return { kind: 'since', fromMs };
  const lengthMs = parseConfigDuration(params.get('range') ?? '') ?? usualMs;
  return { kind: 'last', lengthMs: Math.min(lengthMs, RANGE_MS_MAX) };
}

/** Writes a span into parameters; what is usual needs no words. */
export function writeSpan(params: URLSearchParams, span: Span, usualMs: number): void {
  if (span.kind === 'last') {
    if (span.lengthMs !== usualMs) params.set('range', formatConfigDuration(span.lengthMs));
    return;
  }
  params.set('from', String(Math.round(span.fromMs)));
  if (span.kind === 'between') params.set('to', String(Math.round(span.toMs)));
}

/** Epoch milliseconds; undefined for what is none. */
function parseTime(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
