/**
 * What could be better about metrics that are well-formed: Prometheus' conventions for names, units
 * and help texts, the ones that `promtool check metrics` tells.
 */
import type { ExpositionFinding } from './metrics-finding.ts';

/** What the conventions are about, in either text format. */
export interface LintFamily {
  readonly name: string;
  /** Where it begins. */
  readonly line: number;
  /** '' and `unknown` where nobody says. */
  readonly type: string;
  readonly help: string | undefined;
  readonly samples: readonly {
    readonly name: string;
    readonly labels: ReadonlyMap<string, string>;
  }[];
}

export interface LintOptions {
  /** OpenMetrics leaves `_total` to the samples: its families have names without it. */
  readonly isOpenMetrics: boolean;
}

type Rule = (family: LintFamily, options: LintOptions) => readonly string[];

const when = (isWrong: boolean, message: string): readonly string[] => (isWrong ? [message] : []);

const isUntyped = (type: string): boolean => ['', 'unknown', 'untyped'].includes(type);

const HAS_CAPITAL_INSIDE = /[a-z][A-Z]/;
const ABBREVIATIONS = 's ms us ns sec m h d b kb mb gb tb pb'.split(' ');
const BASE_UNITS = 'amperes bytes celsius grams joules meters metres seconds volts'.split(' ');
const PREFIXES =
  'pico nano micro milli centi deci deca hecto kilo kibi mega mebi giga gibi tera tebi peta pebi'.split(
    ' ',
  );
/** Units that stand for another one, by that one. */
const OTHER_UNITS: ReadonlyMap<string, string> = new Map([
  ...['minutes', 'hours', 'days', 'weeks'].map((unit) => [unit, 'seconds'] as const),
  ...['fahrenheit', 'rankine', 'kelvins'].map((unit) => [unit, 'celsius'] as const),
  ...['inches', 'yards', 'miles'].map((unit) => [unit, 'meters'] as const),
  ['bits', 'bytes'],
  ['calories', 'joules'],
  ...['pounds', 'ounces'].map((unit) => [unit, 'grams'] as const),
]);
const TYPE_WORDS: readonly string[] = ['counter', 'gauge', 'histogram', 'summary'];

const RULES: readonly Rule[] = [
  ({ help }) => when(help === undefined || help === '', 'has no help text'),
  lintTotal,
  lintReserved,
  ({ name }) => when(name.includes(':'), 'has a ":", which is for recording rules'),
  ({ name }) =>
    when(HAS_CAPITAL_INSIDE.test(name), 'should be written in snake_case, not in camelCase'),
  lintLabels,
  ({ name, type }) => {
    const isSaid = !isUntyped(type) && name.toLowerCase().split('_').includes(type);
    return when(
      isSaid && TYPE_WORDS.includes(type),
      `should not have its type, ${type}, in its name`,
    );
  },
  lintUnits,
];

/** Answers what could be better, one finding for each family and rule. */
export function lintFamilies(
  families: readonly LintFamily[],
  options: LintOptions,
): ExpositionFinding[] {
  return families.flatMap((family) =>
    RULES.flatMap((rule) => rule(family, options)).map((message) => ({
      line: family.line,
      column: 1,
      severity: 'advice' as const,
      message: `${family.name} ${message}`,
    })),
  );
}

function lintTotal({ name, type }: LintFamily, { isOpenMetrics }: LintOptions): readonly string[] {
  if (isOpenMetrics || isUntyped(type)) return [];
  const hasTotal = name.endsWith('_total');
  if (type === 'counter') return when(!hasTotal, 'is a counter; its name should end with "_total"');
  return when(hasTotal, 'ends with "_total", which is for counters');
}

/** Suffixes and labels that histograms and summaries have for their own samples. */
function lintReserved(family: LintFamily): readonly string[] {
  const { name, type, samples } = family;
  if (isUntyped(type)) return [];
  const isHistogram = type === 'histogram' || type === 'gaugehistogram';
  const isSummary = type === 'summary';
  const hasLabel = (label: string): boolean => samples.some(({ labels }) => labels.has(label));
  const isPlain = !isHistogram && !isSummary;
  return [
    ...when(
      !isHistogram && name.endsWith('_bucket'),
      'ends with "_bucket", which is for histograms',
    ),
    ...when(
      isPlain && name.endsWith('_count'),
      'ends with "_count", which is for histograms and summaries',
    ),
    ...when(
      isPlain && name.endsWith('_sum'),
      'ends with "_sum", which is for histograms and summaries',
    ),
    ...when(!isHistogram && hasLabel('le'), 'has the label "le", which is for histograms'),
    ...when(!isSummary && hasLabel('quantile'), 'has the label "quantile", which is for summaries'),
  ];
}

function lintLabels({ samples }: LintFamily): readonly string[] {
  const names = new Set(samples.flatMap(({ labels }) => [...labels.keys()]));
  const camel = [...names].find((name) => HAS_CAPITAL_INSIDE.test(name));
  if (camel === undefined) return [];
  return [`has the label "${camel}", which should be written in snake_case`];
}

function lintUnits({ name }: LintFamily): readonly string[] {
  const words = name.toLowerCase().split('_');
  for (const word of words) {
    if (ABBREVIATIONS.includes(word)) return [`should not abbreviate a unit: "${word}"`];
    const base = BASE_UNITS.find((unit) => PREFIXES.some((prefix) => word === prefix + unit));
    const better = base ?? OTHER_UNITS.get(word);
    if (better !== undefined) return [`should use the unit "${better}" instead of "${word}"`];
  }
  return [];
}
