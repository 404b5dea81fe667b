/**
 * Names of OpenTelemetry as Prometheus writes them (prometheus/otlptranslator).
 *
 * `http.server.duration` in `ms` becomes `http_server_duration_milliseconds`; a counter ends with
 * `_total`, a gauge in `1` with `_ratio`, `By/s` with `_bytes_per_second`.
 */

export type TranslationStrategy =
  | 'UnderscoreEscapingWithSuffixes'
  | 'UnderscoreEscapingWithoutSuffixes'
  | 'NoUTF8EscapingWithSuffixes'
  | 'NoTranslation';

export interface NameRules {
  readonly strategy: TranslationStrategy;
  /** Whether a label that begins with one underscore gets `key` before it. */
  readonly sanitizesLeadingUnderscore: boolean;
  /** Whether underscores in a row stay in labels. */
  readonly keepsMultipleUnderscores: boolean;
}

/** UCUM's units as Prometheus spells them. */
const UNITS: ReadonlyMap<string, string> = new Map([
  ['d', 'days'],
  ['h', 'hours'],
  ['min', 'minutes'],
  ['s', 'seconds'],
  ['ms', 'milliseconds'],
  ['us', 'microseconds'],
  ['ns', 'nanoseconds'],
  ['By', 'bytes'],
  ['KiBy', 'kibibytes'],
  ['MiBy', 'mebibytes'],
  ['GiBy', 'gibibytes'],
  ['TiBy', 'tibibytes'],
  ['KBy', 'kilobytes'],
  ['MBy', 'megabytes'],
  ['GBy', 'gigabytes'],
  ['TBy', 'terabytes'],
  ['m', 'meters'],
  ['V', 'volts'],
  ['A', 'amperes'],
  ['J', 'joules'],
  ['W', 'watts'],
  ['g', 'grams'],
  ['Cel', 'celsius'],
  ['Hz', 'hertz'],
  ['1', ''],
  ['%', 'percent'],
]);

/** What stands after the slash. */
const PER_UNITS: ReadonlyMap<string, string> = new Map([
  ['s', 'second'],
  ['m', 'minute'],
  ['h', 'hour'],
  ['d', 'day'],
  ['w', 'week'],
  ['mo', 'month'],
  ['y', 'year'],
]);

/** What of a metric decides its name. */
export interface NamedMetric {
  readonly name: string;
  readonly unit: string;
  readonly isCounter: boolean;
  readonly isGauge: boolean;
}

/** The name of a metric. */
export function translateMetricName(metric: NamedMetric, { strategy }: NameRules): string {
  switch (strategy) {
    case 'NoTranslation':
      return metric.name;
    case 'NoUTF8EscapingWithSuffixes':
      return addWideSuffixes(metric);
    case 'UnderscoreEscapingWithoutSuffixes':
      return safeStart(metric.name.replaceAll(/[^a-zA-Z0-9:]+/g, '_'));
    case 'UnderscoreEscapingWithSuffixes':
      return escapeWithSuffixes(metric);
  }
}

/** Words of the name and of the unit, each once, joined by underscores. */
function escapeWithSuffixes({ name, unit, isCounter, isGauge }: NamedMetric): string {
  const words = name.split(/[^a-zA-Z0-9:]+/).filter((word) => word !== '');
  const { main, per } = unitWords(unit);
  for (const word of [escapeUnit(main), escapeUnit(per)]) {
    if (word !== '' && !words.includes(word)) words.push(word);
  }
  if (isCounter) moveLast(words, 'total');
  if (isGauge && unit === '1') moveLast(words, 'ratio');
  return safeStart(words.join('_'));
}

function escapeUnit(unit: string): string {
  return unit.replaceAll(/[^a-zA-Z0-9]+/g, '_').replaceAll(/^_+|_+$/g, '');
}

function moveLast(words: string[], word: string): void {
  const at = words.indexOf(word);
  if (at >= 0) words.splice(at, 1);
  words.push(word);
}

function addWideSuffixes({ name, unit, isCounter, isGauge }: NamedMetric): string {
  const { main, per } = unitWords(unit);
  let full = isCounter ? trimEnd(name, '_total') : name;
  if (main !== '' && !full.endsWith(main)) full += `_${main}`;
  if (per !== '' && !full.endsWith(per)) full += `_${per}`;
  if (isCounter) full += '_total';
  return isGauge && unit === '1' ? `${trimEnd(full, '_ratio')}_ratio` : full;
}

function trimEnd(text: string, end: string): string {
  return text.endsWith(end) ? text.slice(0, -end.length) : text;
}

/** `By/s` is `bytes` and `per_second`; annotations in braces are no units. */
function unitWords(unit: string): { readonly main: string; readonly per: string } {
  const [first = '', second = ''] = unit.split('/', 2).map((part) => part.trim());
  const isText = (part: string): boolean => part !== '' && !/[{}]/.test(part);
  const main = isText(first) ? (UNITS.get(first) ?? first) : '';
  const per = isText(second) ? `per_${PER_UNITS.get(second) ?? second}` : '';
  return { main, per };
}

function safeStart(name: string): string {
  return /^[0-9]/.test(name) ? `_${name}` : name;
}

/** The name of a label for an attribute's key. */
export function translateLabelName(key: string, rules: NameRules): string {
  const { strategy, sanitizesLeadingUnderscore, keepsMultipleUnderscores } = rules;
  if (strategy === 'NoTranslation' || strategy === 'NoUTF8EscapingWithSuffixes') return key;
  const pattern = keepsMultipleUnderscores ? /[^a-zA-Z0-9_]/g : /[^a-zA-Z0-9]+/g;
  const name = key.replaceAll(pattern, '_');
  if (/^[0-9]/.test(name)) return `key_${name}`;
  const isPrivate = name.startsWith('_') && !key.startsWith('__');
  if (isPrivate && sanitizesLeadingUnderscore) return `key${name}`;
  // Names with two underscores on both sides are the system's own and stay as they are.
  return /^__.*__$/.test(key) ? key : name;
}
