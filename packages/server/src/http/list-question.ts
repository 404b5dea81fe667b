/** Questions for series without their samples: names of labels, values of one, label sets. */
import type { Queryable } from '../promql/index.ts';
import { narrowMatchers } from '../remote/index.ts';
import { type Labels, type Matcher, mergeLabels } from '../series/index.ts';
import { type ApiParams, badParameter } from './prometheus-params.ts';

/** What is asked of the index. */
export interface ListQuestion {
  readonly wants: 'names' | 'values' | 'series';
  /** Whose values are wanted; '' where something else is. */
  readonly label: string;
  /** Series that one of them selects count; none: all series. */
  readonly selectors: readonly (readonly Matcher[])[];
  /** Both ends inclusive, epoch milliseconds. */
  readonly fromMs: number;
  readonly toMs: number;
  /** How many the client takes; a list may be longer. */
  readonly limit: number | undefined;
  /** Whether other servers' series are left out, where there are sources. */
  readonly isLocal: boolean;
}

/** An answer, or what one server has to say to it: in no order, and one thing may stand twice. */
export interface Listed {
  /** Names or values; empty where series are wanted. */
  readonly texts: readonly string[];
  /** Empty where texts are wanted. */
  readonly series: readonly Labels[];
  readonly warnings: readonly string[];
}

/** Answers a question about names; waits where other servers are asked. */
export type ListNames = (question: ListQuestion, signal: AbortSignal) => Listed | Promise<Listed>;

/** Reads the lists of a store whose series carry some more labels, as they do when they leave it. */
export function listStore(
  store: Pick<Queryable, 'labelNames' | 'labelValues' | 'series'>,
  question: ListQuestion,
  carried: Labels,
): Listed {
  const { wants, label, fromMs, toMs } = question;
  const ranges = listSelectors(question).flatMap((selector) => {
    const matchers = narrowMatchers(selector, carried);
    return matchers === undefined ? [] : [{ matchers, fromMs, toMs }];
  });
  if (wants === 'series') {
    const found = ranges.flatMap((range) => store.series(range));
    const isCarried = carried.names.length > 0;
    const series = isCarried ? found.map((labels) => mergeLabels(carried, labels)) : found;
    return { texts: [], series, warnings: [] };
  }
  const texts = ranges.flatMap((range) =>
    wants === 'names' ? store.labelNames(range) : store.labelValues(label, range),
  );
  const more = carriedTexts(question, carried);
  if (more.length === 0) return { texts, series: [], warnings: [] };
  const isThere = texts.length > 0 || ranges.some((range) => store.labelNames(range).length > 0);
  return { texts: isThere ? [...texts, ...more] : [], series: [], warnings: [] };
}

/** What series that carry some labels add to a list. */
export function carriedTexts({ wants, label }: ListQuestion, carried: Labels): readonly string[] {
  if (wants === 'names') return carried.names;
  return carried.values.filter((_, i) => carried.names[i] === label);
}

/** The selectors, where one that takes everything stands for none. */
export function listSelectors({ selectors }: ListQuestion): ListQuestion['selectors'] {
  return selectors.length === 0 ? [[]] : selectors;
}

/** What a request asks for. */
export function readList(
  params: ApiParams,
  what: Pick<ListQuestion, 'wants' | 'label'>,
): ListQuestion {
  return {
    ...what,
    ...params.range(),
    selectors: params.selectors(),
    limit: params.limit(),
    isLocal: isLocalOnly(params),
  };
}

/** Whose series are asked for: this server's only, or all. */
export function isLocalOnly(params: ApiParams): boolean {
  const scope = params.text('scope');
  if (scope !== '' && scope !== 'local' && scope !== 'all') {
    throw badParameter('scope', `cannot parse "${scope}"; want local or all`);
  }
  return scope === 'local';
}
