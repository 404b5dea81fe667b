import type { Span } from '../graph/span.ts';
import { formatExplore } from './explore-state.ts';

/** Where Explore shows these expressions over this time. */
export function explorePath(what: {
  readonly expressions: readonly string[];
  readonly span: Span;
}): string {
  return `/explore?${formatExplore({ ...what, view: 'graph' })}`;
}
