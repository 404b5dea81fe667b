/**
 * Why an answer of ours may differ from one of Prometheus 3.5, each with where that is written.
 *
 * Nines answers as Prometheus' scripts of 2026 want it (the suite `promql` of `npm run
 * conformance`); what has changed since 3.5 shows here.
 */
import type { Answer } from './answers.ts';

export interface Difference {
  readonly query: string;
  /** As `findDifference` says it. */
  readonly difference: string;
  readonly ours: Answer;
  readonly theirs: Answer;
}

interface Class {
  readonly reference: string;
  readonly holds: (difference: Difference) => boolean;
}

const HAS_DATE = /\b(day_of_|days_in_month|hour|minute|month|year)/;
const HAS_COMPARISON = /==|!=|>=|<=|>|</;
const HAS_SUBQUERY = /\[\w+:\w*\]/;
const OF_COUNTER = /\b(rate|increase|irate|delta|idelta)\(/;
/** What turns a last digit into a large number, and what folds that into a small one again. */
const GROWS = /\b(exp|sinh|cosh)\(|\^/;
const FOLDS = /\b(sin|cos|tan|ln|log2|log10)\(|%/;
const NATIVE = /\b(size|width|mixed)\b/;

/** By name; docs/reference/prometheus-differences.md has them all. */
export const DIFFERENCE_CLASSES = {
  'dates of what is no date': {
    reference: 'The Go Programming Language Specification, Conversions between numeric types',
    holds: ({ query }) => HAS_DATE.test(query),
  },
  'mad_over_time of NaN': {
    reference: 'prometheus promql/functions.go, funcMadOverTime',
    holds: ({ query }) => /\bmad_over_time\(/.test(query),
  },
  'native histograms are not extrapolated below zero': {
    reference: 'prometheus/prometheus#16828',
    holds: ({ query }) => OF_COUNTER.test(query) && NATIVE.test(query),
  },
  'fractions below the lowest bucket': {
    reference: 'prometheus promql/quantile.go, BucketFraction',
    holds: ({ query }) => /\bhistogram_fraction\(/.test(query),
  },
  'names that were due to go': {
    reference: 'prometheus promql/promqltest/testdata/name_label_dropping.test',
    holds: ({ query, difference, theirs }) =>
      (theirs.error ?? '').endsWith('same labelset') ||
      ((HAS_COMPARISON.test(query) || HAS_SUBQUERY.test(query)) &&
        /^(Nines lacks \[\["__name__"|only Nines has)/.test(difference)),
  },
  'comparisons of one with many': {
    reference: 'prometheus promql/promqltest/testdata/operators.test',
    holds: ({ query, ours }) =>
      HAS_COMPARISON.test(query) && (ours.error ?? '').startsWith('multiple matches for labels'),
  },
  'labels of what is absent': {
    reference: 'prometheus tsdb/querier.go, PostingsForMatchers: sorts the matchers in place',
    holds: ({ query }) => /\babsent(_over_time)?\(/.test(query) && /\{[^}]*!/.test(query),
  },
  'means of infinite histograms': {
    reference: 'prometheus promql/engine.go, AVG: the mean is carried on from member to member',
    holds: ({ query, difference }) =>
      /\bavg\b/.test(query) && NATIVE.test(query) && /\+Inf .*NaN /.test(difference),
  },
  'last digits made large': {
    reference: 'Go math.Pow and math.Exp, whose last digit is not that of C',
    holds: ({ query, difference }) =>
      GROWS.test(query) &&
      FOLDS.test(query) &&
      /^.*Nines has \S+, Prometheus \S+$/.test(difference),
  },
  'rounding shown as text': {
    reference: 'prometheus promql/engine.go, COUNT_VALUES: FormatFloat with all digits',
    holds: ({ query, ours, theirs }) =>
      /\bcount_values/.test(query) &&
      (/\blimit_ratio/.test(query) || roundedKeys(ours) === roundedKeys(theirs)),
  },
} as const satisfies Readonly<Record<string, Class>>;

export type DifferenceClass = keyof typeof DIFFERENCE_CLASSES;

/** The class of a difference; undefined: it has none, and is a fault. */
export function classify(difference: Difference): DifferenceClass | undefined {
  for (const [name, { holds }] of Object.entries(DIFFERENCE_CLASSES)) {
    if (isClass(name) && holds(difference)) return name;
  }
  return undefined;
}

function isClass(name: string): name is DifferenceClass {
  return name in DIFFERENCE_CLASSES;
}

/** The series with the numbers in their labels rounded. */
function roundedKeys({ series }: Answer): string {
  const keys = series.map(({ key }) =>
    key.replaceAll(/-?\d+(\.\d+)?(e[-+]?\d+)?/g, (number) => Number(number).toPrecision(9)),
  );
  return [...new Set(keys)].sort().join('\n');
}
