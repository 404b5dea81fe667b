/**
 * The series of several servers, this one among them, as one store.
 *
 * What a query asks for was fetched before it runs, selection by selection, because the evaluator
 * never waits. Each source's series get the labels that it carries here; the labels that tell
 * replicas apart are taken away, and series that are equal then are merged into one
 * (merge-replicas.ts).
 */
import { AppError, limitExceeded, unavailable } from '../platform/index.ts';
import {
  compareLabels,
  type Labels,
  labelsKey,
  labelValue,
  mergeLabels,
  type Samples,
  withoutLabels,
} from '../series/index.ts';
import { type FetchedSeries, readAnswer, type SourceProtocol } from './fetched-series.ts';
import { mergeReplicas } from './merge-replicas.ts';
import {
  missingWarning,
  narrowMatchers,
  selectionKey,
  type SourceSelection,
} from './source-selection.ts';

/** What a source has answered to one selection. */
export interface SourceAnswer {
  /** The source's name, for warnings. */
  readonly source: string;
  /** Whether the query fails where the answer makes no sense. */
  readonly isRequired: boolean;
  readonly protocol: SourceProtocol;
  /** What its series carry here. */
  readonly labels: Labels;
  readonly selectionKey: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** What was fetched for one query; plain data that threads can pass on. */
export interface Gathered {
  readonly answers: readonly SourceAnswer[];
  /** What was fetched, by the key of its matchers. */
  readonly selections: readonly {
    readonly key: string;
    readonly fromMs: number;
    readonly toMs: number;
  }[];
  /** What this server's own series carry, as they do when they leave it. */
  readonly localLabels: Labels;
  readonly replicaLabels: readonly string[];
  readonly warnings: readonly string[];
}

/** This server's own store. */
export interface LocalStore {
  select(range: SourceSelection): Iterable<FetchedSeries>;
}

/** All of them as one store. */
export interface SourceView {
  /** In order of labels; a selection that was not fetched is this server's alone, with a warning. */
  select(range: SourceSelection): readonly FetchedSeries[];
  /** Of what `select` gives. */
  estimate(range: SourceSelection): { readonly seriesCount: number; readonly sampleCount: number };
  /** What is to be said with the answer. */
  readonly warnings: ReadonlySet<string>;
}

/** Reads all answers. One that makes no sense is a warning, and its series are missing. */
export function createSourceView(local: LocalStore, gathered: Gathered): SourceView {
  const warnings = new Set(gathered.warnings);
  const fetched = new Map<string, FetchedSeries[]>();
  for (const answer of gathered.answers) {
    const list = fetched.get(answer.selectionKey) ?? [];
    // One by one: as many as an answer may have are too many for the arguments of one call.
    for (const series of readSource(answer, warnings)) list.push(series);
    fetched.set(answer.selectionKey, list);
  }
  const merged = new Map<string, readonly FetchedSeries[]>();
  const isFetched = (key: string, { fromMs, toMs }: SourceSelection): boolean =>
    gathered.selections.some((one) => one.key === key && one.fromMs <= fromMs && toMs <= one.toMs);
  const read = (range: SourceSelection, key: string): readonly FetchedSeries[] => {
    const isKnown = isFetched(key, range);
    if (!isKnown) warnings.add(`only this server's own series are taken for {${key}}`);
    const others = isKnown ? cutAll(fetched.get(key) ?? [], range) : [];
    return mergeAll([...readLocal(local, range, gathered), ...others], gathered.replicaLabels);
  };
  const select = (range: SourceSelection): readonly FetchedSeries[] => {
    const key = selectionKey(range.matchers);
    const place = `${key} ${range.fromMs} ${range.toMs}`;
    const series = merged.get(place) ?? read(range, key);
    merged.set(place, series);
    return series;
  };
  return {
    warnings,
    select,
    estimate(range) {
      const series = select(range);
      const sampleCount = series.reduce((sum, { samples }) => sum + samples.count, 0);
      return { seriesCount: series.length, sampleCount };
    },
  };
}

function readSource(answer: SourceAnswer, warnings: Set<string>): readonly FetchedSeries[] {
  const { source, protocol, labels, body } = answer;
  try {
    const { series, warnings: said } = readAnswer(protocol, body);
    for (const text of said) warnings.add(`source "${source}": ${text}`);
    return series.map((one) => ({ ...one, labels: mergeLabels(labels, one.labels) }));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const message = `source "${source}": ${error.message}`;
    // Too much is the query's doing, and an answer without it would be no answer.
    const isTooMuch = error.kind === 'limitExceeded' || error.code === 'SNAPPY_TOO_LARGE';
    if (isTooMuch) throw limitExceeded('QUERY_SOURCE_TOO_LARGE', message);
    if (answer.isRequired) throw unavailable('QUERY_SOURCE_FAILED', message);
    warnings.add(missingWarning(message));
    return [];
  }
}

/** This server's series, with the labels that they carry when they leave it. */
function* readLocal(
  local: LocalStore,
  { matchers, fromMs, toMs }: SourceSelection,
  { localLabels }: Gathered,
): Generator<FetchedSeries> {
  const narrowed = narrowMatchers(matchers, localLabels);
  if (narrowed === undefined) return;
  for (const { labels, samples } of local.select({ matchers: narrowed, fromMs, toMs })) {
    // The store's memory is used again for its next series.
    yield {
      labels: mergeLabels(localLabels, labels),
      samples: copyRange(samples, 0, samples.count),
    };
  }
}

function cutAll(
  series: readonly FetchedSeries[],
  { fromMs, toMs }: SourceSelection,
): readonly FetchedSeries[] {
  return series.flatMap(({ labels, samples }) => {
    const { count, timesMs } = samples;
    let from = 0;
    while (from < count && timesMs[from] < fromMs) from++;
    let to = count;
    while (to > from && timesMs[to - 1] > toMs) to--;
    if (from === to) return [];
    if (from === 0 && to === count) return [{ labels, samples }];
    return [{ labels, samples: copyRange(samples, from, to) }];
  });
}

function copyRange({ timesMs, bits, histograms }: Samples, from: number, to: number): Samples {
  const copy = bits.slice(2 * from, 2 * to);
  const part = {
    count: to - from,
    timesMs: timesMs.slice(from, to),
    values: new Float64Array(copy.buffer),
    bits: copy,
  };
  return histograms === undefined ? part : { ...part, histograms: histograms.slice(from, to) };
}

/** Without the labels of replicas; what is the same then becomes one, in order of labels. */
function mergeAll(
  series: Iterable<FetchedSeries>,
  replicaLabels: readonly string[],
): readonly FetchedSeries[] {
  const byLabels = new Map<string, FetchedSeries>();
  for (const { labels: all, samples } of series) {
    const labels = replicaLabels.some((name) => labelValue(all, name) !== '')
      ? withoutLabels(all, replicaLabels)
      : all;
    const key = labelsKey(labels);
    const known = byLabels.get(key);
    const merged = known === undefined ? samples : mergeReplicas(known.samples, samples);
    byLabels.set(key, { labels, samples: merged });
  }
  return [...byLabels.values()].sort((a, b) => compareLabels(a.labels, b.labels));
}
