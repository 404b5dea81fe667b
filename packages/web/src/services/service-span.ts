/** Which time the graphs of a service show, kept in the URL in the same words as Explore's. */
import { formatExplore, parseExplore } from '../explore/explore-state.ts';
import type { Span } from '../graph/span.ts';

export function parseSpan(search: string): Span {
  return parseExplore(search).span;
}

export function formatSpan(span: Span): string {
  return formatExplore({ expressions: [], view: 'graph', span });
}
