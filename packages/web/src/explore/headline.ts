/** Explore's first line: how much there is, over which time. */
import { formatDuration } from '../format/duration.ts';
import { viewerTime } from '../format/time.ts';
import type { Span } from '../graph/span.ts';
import type { SentencePart } from '../kit/sentence.ts';
import { t } from '../messages/translate.ts';
import type { ExploreState } from './explore-state.ts';

export interface ResultSummary {
  /** Undefined: no answer yet, or none asked. */
  readonly count: number | undefined;
  readonly isFailed: boolean;
}

interface Result {
  readonly error: unknown;
  readonly data:
    | { readonly series: readonly unknown[] }
    | {
        readonly data:
          | { readonly rows: readonly unknown[] }
          | { readonly series: readonly unknown[] };
      }
    | undefined;
}

export function summarize({ data, error }: Result): ResultSummary {
  const isFailed = error !== null && error !== undefined;
  if (data === undefined || isFailed) return { count: undefined, isFailed };
  const answer = 'data' in data ? data.data : data;
  return { count: 'rows' in answer ? answer.rows.length : answer.series.length, isFailed };
}

export function describeExplore(
  { expressions, span, view }: ExploreState,
  results: readonly ResultSummary[],
): readonly SentencePart[] {
  if (expressions.every((expression) => expression === '')) return [plain(t('explore.question'))];
  const failedCount = results.filter(({ isFailed }) => isFailed).length;
  const counts = results.flatMap(({ count }) => (count === undefined ? [] : [count]));
  const failed =
    failedCount === 0 ? [] : [plain(t('explore.headline.failed', { count: failedCount }))];
  if (counts.length === 0) return failedCount > 0 ? failed : [plain(t('explore.headline.running'))];
  const count = counts.reduce((sum, one) => sum + one, 0);
  const when = view === 'graph' ? describeSpan(span) : describeInstant(span);
  return [plain(t('explore.headline.series', { count, when })), ...failed];
}

export function describeSpan(span: Span): string {
  switch (span.kind) {
    case 'last':
      return t('explore.span.last', { range: formatDuration(span.lengthMs) });
    case 'since':
      return t('explore.span.since', { from: formatMoment(span.fromMs) });
    case 'between':
      return t('explore.span.between', {
        from: formatMoment(span.fromMs),
        to: formatMoment(span.toMs),
      });
  }
}

function describeInstant(span: Span): string {
  return span.kind === 'between'
    ? t('explore.span.at', { time: formatMoment(span.toMs) })
    : t('explore.span.now');
}

function formatMoment(atMs: number): string {
  return `${viewerTime.day(atMs)} ${viewerTime.clock(atMs)}`;
}

function plain(text: string): SentencePart {
  return { tone: 'plain', text };
}
