/**
 * Warnings and infos that accompany an answer.
 *
 * Texts are Prometheus' own (util/annotations), because its users search for them. Two notes with
 * the same text are one, whatever their places, and the later place is the one shown; two kinds
 * are counted or widened instead.
 */
import { formatDuration } from '../platform/index.ts';
import { formatShort, quote } from '../series/index.ts';
import type { Span } from './ast.ts';
import { ANNOTATIONS_MAX } from './limits.ts';
import { findPosition } from './parse-error.ts';

type AnnotationLevel = 'warning' | 'info';

/** Collects the notes of one query. */
export interface Annotations {
  readonly notes: Map<string, Note>;
}

interface Note {
  readonly level: AnnotationLevel;
  readonly text: string;
  /** Where in the query; the start is what is shown. */
  readonly start: number;
  /** What is added before the place, once all notes are in. */
  readonly detail: () => string;
}

const NO_DETAIL = (): string => '';

/** Builds an empty collection. */
export function createAnnotations(): Annotations {
  return { notes: new Map() };
}

/** Keeps a note in place of one with the same text; past the bound only those are taken. */
function keepNote({ notes }: Annotations, note: Note): void {
  if (notes.size < ANNOTATIONS_MAX || notes.has(note.text)) notes.set(note.text, note);
}

/** Adds a note of the plain kind. */
function annotate(
  annotations: Annotations,
  level: AnnotationLevel,
  text: string,
  span: Span,
): void {
  const prefix = level === 'warning' ? 'PromQL warning: ' : 'PromQL info: ';
  const full = prefix + text;
  keepNote(annotations, { level, text: full, start: span.start, detail: NO_DETAIL });
}

/** Writes the notes with their places, warnings and infos apart, each in order of text. */
export function formatAnnotations(
  annotations: Annotations,
  query: string,
): { readonly warnings: readonly string[]; readonly infos: readonly string[] } {
  const warnings: string[] = [];
  const infos: string[] = [];
  for (const note of annotations.notes.values()) {
    const text = `${note.text}${note.detail()} (${formatPlace(query, note.start)})`;
    (note.level === 'warning' ? warnings : infos).push(text);
  }
  return { warnings: warnings.sort(), infos: infos.sort() };
}

function formatPlace(query: string, start: number): string {
  const { line, column } = findPosition(query, start);
  return `${line}:${column}`;
}

/** Warns of a φ outside of [0, 1]. */
export function annotateQuantile(annotations: Annotations, phi: number, span: Span): void {
  const text = `quantile value should be between 0 and 1, got ${formatShort(phi)}`;
  annotate(annotations, 'warning', text, span);
}

/** Warns of a ratio outside of [-1, 1]. */
export function annotateRatio(annotations: Annotations, ratio: number, span: Span): void {
  const cap = ratio > 0 ? 1 : -1;
  const text = `ratio value should be between -1 and 1, got ${formatShort(ratio)}, capping to ${cap}`;
  annotate(annotations, 'warning', text, span);
}

/** Notes that `rate` was asked of something that does not look like a counter. */
export function annotateNonCounter(annotations: Annotations, metric: string, span: Span): void {
  const text =
    'metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ' +
    quote(metric);
  annotate(annotations, 'info', text, span);
}

/** Warns of a bucket whose `le` is no number. */
export function annotateBucketLabel(
  annotations: Annotations,
  bucket: { readonly metric: string; readonly value: string },
  span: Span,
): void {
  const text = `bucket label "le" is missing or has a malformed value of ${quote(bucket.value)}`;
  annotate(annotations, 'warning', text + forMetric(bucket.metric), span);
}

function forMetric(metric: string): string {
  return metric === '' ? '' : ` for metric name ${quote(metric)}`;
}

/** Warns that sorting a range query does nothing. */
export function annotateSortInRange(annotations: Annotations, span: Span): void {
  const text = 'sort is ineffective for range queries since results are always ordered by labels';
  annotate(annotations, 'warning', text, span);
}

/** Notes that an operator does not know what to do with a float and a histogram, or two of them. */
export function annotateOperands(
  annotations: Annotations,
  {
    operator,
    left,
    right,
  }: { readonly operator: string; readonly left: string; readonly right: string },
  span: Span,
): void {
  const text =
    `incompatible sample types encountered for binary operator ${quote(operator)}: ` +
    `${left} ${operator} ${right}`;
  annotate(annotations, 'info', text, span);
}

/** Warns that two histograms could not be combined: one has bounds of its own, the other has not. */
export function annotateBucketLayout(annotations: Annotations, operator: string, span: Span): void {
  const text = `incompatible bucket layout encountered for binary operator ${operator}`;
  annotate(annotations, 'warning', text, span);
}

/** Warns that a window holds floats and histograms, which cannot be combined. */
export function annotateMixedSamples(annotations: Annotations, metric: string, span: Span): void {
  const text = `encountered a mix of histograms and floats for metric name ${quote(metric)}`;
  annotate(annotations, 'warning', text, span);
}

/** Warns that a group holds floats and histograms, which cannot be combined. */
export function annotateMixedGroup(annotations: Annotations, span: Span): void {
  annotate(
    annotations,
    'warning',
    'encountered a mix of histograms and floats for aggregation',
    span,
  );
}

/** Warns that a classic and a native histogram have the same labels. */
export function annotateMixedClassic(annotations: Annotations, metric: string, span: Span): void {
  const text = 'vector contains a mix of classic and native histograms';
  annotate(annotations, 'warning', text + forMetric(metric), span);
}

/** Warns that some histograms have bounds of their own and others have not. */
export function annotateMixedBounds(annotations: Annotations, metric: string, span: Span): void {
  const text =
    'vector contains a mix of histograms with exponential and custom buckets schemas ' +
    `for metric name ${quote(metric)}`;
  annotate(annotations, 'warning', text, span);
}

/** Warns that `rate` was asked of gauge histograms, or `delta` of counters. */
export function annotateHistogramKind(
  annotations: Annotations,
  note: { readonly metric: string; readonly wanted: 'counter' | 'gauge' },
  span: Span,
): void {
  const text = `this native histogram metric is not a ${note.wanted}: ${quote(note.metric)}`;
  annotate(annotations, 'warning', text, span);
}

/** What histograms were combined for. */
export type HistogramOperation = 'addition' | 'subtraction' | 'aggregation';

/** Warns that one histogram says that it was reset, and another that it was not. */
export function annotateResetCollision(
  annotations: Annotations,
  operation: HistogramOperation,
  span: Span,
): void {
  const text = `conflicting counter resets during histogram ${operation}`;
  annotate(annotations, 'warning', text, span);
}

/** Notes that bounds differed, so that only those that all histograms have were kept. */
export function annotateReconciledBounds(
  annotations: Annotations,
  operation: HistogramOperation,
  span: Span,
): void {
  const text = `mismatched custom buckets were reconciled during ${operation}`;
  annotate(annotations, 'info', text, span);
}

/** Notes that an aggregation of floats left histograms out. */
export function annotateIgnoredInGroup(
  annotations: Annotations,
  aggregation: string,
  span: Span,
): void {
  annotate(annotations, 'info', `ignored histogram in ${aggregation} aggregation`, span);
}

/** Notes that a function of floats left histograms out of a window that holds both. */
export function annotateIgnoredInRange(annotations: Annotations, metric: string, span: Span): void {
  const text =
    'ignored histograms in a range containing both floats and histograms ' +
    `for metric name ${quote(metric)}`;
  annotate(annotations, 'info', text, span);
}

/** What NaN observations, which are in no bucket, did to an answer. */
export type NanEffect = 'quantile is NaN' | 'quantile is skewed' | 'fraction excludes them';

const NAN_EFFECTS: Readonly<Record<NanEffect, string>> = {
  'quantile is NaN': 'input to histogram_quantile has NaN observations, result is NaN',
  'quantile is skewed': 'input to histogram_quantile has NaN observations, result is skewed higher',
  'fraction excludes them':
    'input to histogram_fraction has NaN observations, which are excluded from all fractions',
};

/** Notes that a histogram has observations that are NaN. */
export function annotateNanObservations(
  annotations: Annotations,
  note: { readonly metric: string; readonly effect: NanEffect },
  span: Span,
): void {
  annotate(annotations, 'info', NAN_EFFECTS[note.effect] + forMetric(note.metric), span);
}

/** What had to be bent in the buckets of one histogram at one instant. */
interface MonotonicityFix {
  readonly atMs: number;
  readonly bucketMin: number;
  readonly bucketMax: number;
  readonly differenceMax: number;
}

interface MonotonicityNote extends Note {
  readonly fixes: MonotonicityRange;
}

interface MonotonicityRange {
  fromMs: number;
  toMs: number;
  bucketMin: number;
  bucketMax: number;
  differenceMax: number;
  count: number;
}

function isMonotonicityNote(note: Note | undefined): note is MonotonicityNote {
  return note !== undefined && 'fixes' in note;
}

/** Notes that bucket counts fell; all fixes of one metric are one note that spans them. */
export function annotateMonotonicity(
  annotations: Annotations,
  fix: MonotonicityFix & { readonly metric: string },
  span: Span,
): void {
  const text =
    'PromQL info: input to histogram_quantile needed to be fixed for monotonicity (see ' +
    'https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)' +
    forMetric(fix.metric);
  const known = annotations.notes.get(text);
  if (isMonotonicityNote(known)) {
    widen(known.fixes, fix);
    return;
  }
  const { atMs, bucketMin, bucketMax, differenceMax } = fix;
  const fixes: MonotonicityRange = {
    fromMs: atMs,
    toMs: atMs,
    bucketMin,
    bucketMax,
    differenceMax,
    count: 1,
  };
  const note: MonotonicityNote = {
    level: 'info',
    text,
    start: span.start,
    fixes,
    detail: () => formatFixes(fixes),
  };
  keepNote(annotations, note);
}

function widen(range: MonotonicityRange, fix: MonotonicityFix): void {
  range.fromMs = Math.min(range.fromMs, fix.atMs);
  range.toMs = Math.max(range.toMs, fix.atMs);
  range.bucketMin = Math.min(range.bucketMin, fix.bucketMin);
  range.bucketMax = Math.max(range.bucketMax, fix.bucketMax);
  range.differenceMax = Math.max(range.differenceMax, fix.differenceMax);
  range.count++;
}

function formatFixes(range: MonotonicityRange): string {
  const difference = formatShort(Number(range.differenceMax.toPrecision(2)), 2);
  const buckets = `${formatShort(range.bucketMin)} to ${formatShort(range.bucketMax)}`;
  const times = `from ${formatTime(range.fromMs)} to ${formatTime(range.toMs)}`;
  return (
    `, from buckets ${buckets}, with a max diff of ${difference}, ` +
    `over ${range.count} samples ${times}`
  );
}

function formatTime(ms: number): string {
  return new Date(Math.trunc(ms / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

interface OverlapNote extends Note {
  readonly seen: { count: number };
}

function isOverlapNote(note: Note | undefined): note is OverlapNote {
  return note !== undefined && 'seen' in note;
}

/** Warns that a sample claims to have started before the one in front of it was taken. */
export function annotateStartOverlap(annotations: Annotations, metric: string, span: Span): void {
  const text =
    'PromQL warning: sample has start time that overlaps with previous sample timestamp ' +
    `for metric ${quote(metric)}`;
  const known = annotations.notes.get(text);
  if (isOverlapNote(known)) {
    known.seen.count++;
    return;
  }
  const seen = { count: 1 };
  const detail = (): string => (seen.count > 1 ? ` (${seen.count} occurrences)` : '');
  const note: OverlapNote = { level: 'warning', text, start: span.start, detail, seen };
  keepNote(annotations, note);
}

/** Notes that there are no samples any more, and what times are answered from aggregates. */
export function annotateAggregates(
  annotations: Annotations,
  tier: { readonly everyMs: number; readonly untilMs: number },
  span: Span,
): void {
  const every = formatDuration(tier.everyMs);
  const text =
    `up to ${formatTime(tier.untilMs)} answered from aggregates of ${every}: ` +
    `times are moved back to multiples of ${every}, ranges begin and end at them`;
  annotate(annotations, 'info', text, span);
}

/** Warns that an amount over a longer range than was asked for was divided. */
export function annotateWidened(annotations: Annotations, name: string, span: Span): void {
  const text =
    `range of ${name} is no multiple of the interval of aggregates: ` +
    'a longer one is looked at, and its share is given';
  annotate(annotations, 'warning', text, span);
}

/** Warns that a function that needs every sample had two of each interval. */
export function annotateEdgesOnly(annotations: Annotations, name: string, span: Span): void {
  const text = `${name} over aggregates sees the first and the last sample of each interval only`;
  annotate(annotations, 'warning', text, span);
}
