/** The functions that Prometheus adds to templates (docs: template_reference). */
import { isIP } from 'node:net';
import { parseDuration } from '../platform/index.ts';
import { formatHistogram, labelPairs, quote } from '../series/index.ts';
import type { VectorSample } from './engine.ts';
import {
  createAnyMap,
  createTextMap,
  escapeQuery,
  type FunctionTable,
  humanize,
  humanize1024,
  humanizeDuration,
  humanizePercentage,
  humanizeTimestamp,
  type ListValue,
  matchPattern,
  type NamedType,
  replacePattern,
  secondsToNanos,
  type StructValue,
  type TemplateFunction,
  textOf,
  toFloat,
  type Value,
} from '../template/index.ts';

/** The world as an expansion sees it. */
export interface TemplateEnvironment {
  /** The instant of the evaluation, epoch milliseconds. */
  readonly nowMs: number;
  /** Where people reach this server. */
  readonly externalUrl: string;
  /** Evaluates an expression at that instant; may throw. */
  query(expression: string): readonly VectorSample[];
}

const SAMPLE_TYPE = '*template.sample';
const QUERY_RESULT_TYPE = 'template.queryResult';
const SAMPLE: NamedType = { names: [SAMPLE_TYPE] };
const QUERY_RESULT: NamedType = { names: [QUERY_RESULT_TYPE] };

/** The value of an element as texts show it; of a histogram its buckets. */
export function valueOf({ value, histogram }: VectorSample): number | string {
  return histogram === undefined ? value : formatHistogram(histogram);
}

/** A sample as templates see it, with `.Labels` and `.Value`. */
function createSample(sample: VectorSample): StructValue {
  const fields = new Map<string, Value>([
    ['Labels', createTextMap(labelPairs(sample.labels))],
    ['Value', valueOf(sample)],
  ]);
  return { kind: 'struct', type: SAMPLE_TYPE, fields };
}

function queryItems(value: Value): ListValue {
  const isList = typeof value === 'object' && value !== null && value.kind === 'list';
  return isList ? value : { kind: 'list', type: QUERY_RESULT_TYPE, items: [] };
}

function sampleField(value: Value, field: 'Labels' | 'Value'): Value {
  if (typeof value !== 'object' || value === null || value.kind !== 'struct') {
    throw new Error('runtime error: invalid memory address or nil pointer dereference');
  }
  return value.fields.get(field) ?? null;
}

function sampleLabel(sample: Value, name: string): string {
  const labels = sampleField(sample, 'Labels');
  const isMap = typeof labels === 'object' && labels !== null && labels.kind === 'map';
  return isMap ? textOf(labels.entries.get(name) ?? '') : '';
}

function sortByLabel(name: string, list: ListValue): ListValue {
  const keyed = list.items.map((item) => ({ item, key: sampleLabel(item, name) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return { ...list, items: keyed.map(({ item }) => item) };
}

/** Go's net.SplitHostPort; undefined where the text is no `host:port`. */
function splitHostPort(hostPort: string): { host: string; port: string } | undefined {
  const match = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(hostPort);
  return match === null ? undefined : { host: match[1] ?? match[2], port: match[3] };
}

function stripDomain(hostPort: string): string {
  const split = splitHostPort(hostPort);
  const host = split?.host ?? hostPort;
  if (isIP(host) !== 0) return hostPort;
  const name = host.split('.')[0];
  if (split === undefined || split.port === '') return name;
  return name.includes(':') ? `[${name}]:${split.port}` : `${name}:${split.port}`;
}

/** Upper-cases the first letter of each word and leaves the rest (`aa bb CC` is `Aa Bb CC`). */
function toTitle(value: string): string {
  return value.replaceAll(
    /[\p{L}\p{N}\p{M}_][\p{L}\p{N}\p{M}_'’]*/gu,
    (word) => word[0].toUpperCase() + word.slice(1),
  );
}

function parseSignedDuration(value: string): number {
  if (value === '') throw new Error('empty duration string');
  const isNegative = value.startsWith('-');
  try {
    const seconds = parseDuration(isNegative ? value.slice(1) : value) / 1000;
    return isNegative ? -seconds : seconds;
  } catch (error) {
    throw new Error(`not a valid duration string: ${quote(value)}`, { cause: error });
  }
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname.replace(/^\/$/, '') : '';
}

function ofText(call: (value: string) => Value): TemplateFunction {
  return { parameters: ['string'], call: ([value]) => call(textOf(value)) };
}

function ofNumber(call: (value: number) => Value): TemplateFunction {
  return { parameters: ['any'], call: ([value]) => call(toFloat(value)) };
}

const query: TemplateFunction<TemplateEnvironment> = {
  parameters: ['string'],
  call: ([expression], environment) => ({
    kind: 'list',
    type: QUERY_RESULT_TYPE,
    items: environment.query(textOf(expression)).map(createSample),
  }),
};

const first: TemplateFunction<TemplateEnvironment> = {
  parameters: [QUERY_RESULT],
  call([list]) {
    const { items } = queryItems(list);
    if (items.length === 0) throw new Error('first() called on vector with no elements');
    return items[0];
  },
};

/** Prometheus' functions for labels and annotations. */
export const PROMETHEUS_FUNCTIONS: FunctionTable<TemplateEnvironment> = new Map<
  string,
  TemplateFunction<TemplateEnvironment>
>([
  ['query', query],
  ['first', first],
  [
    'label',
    { parameters: ['string', SAMPLE], call: ([name, sample]) => sampleLabel(sample, textOf(name)) },
  ],
  ['value', { parameters: [SAMPLE], call: ([sample]) => sampleField(sample, 'Value') }],
  ['strvalue', { parameters: [SAMPLE], call: ([sample]) => sampleLabel(sample, '__value__') }],
  [
    'sortByLabel',
    {
      parameters: ['string', QUERY_RESULT],
      call: ([name, list]) => sortByLabel(textOf(name), queryItems(list)),
    },
  ],
  [
    'args',
    {
      parameters: [],
      rest: 'any',
      call: (args) => createAnyMap(args.map((arg, i) => [`arg${i}`, arg])),
    },
  ],
  [
    'reReplaceAll',
    {
      parameters: ['string', 'string', 'string'],
      call: ([pattern, to, subject]) =>
        replacePattern(textOf(pattern), textOf(to), textOf(subject)),
    },
  ],
  [
    'match',
    {
      parameters: ['string', 'string'],
      call: ([pattern, subject]) => matchPattern(textOf(pattern), textOf(subject)),
    },
  ],
  ['safeHtml', ofText((value) => value)],
  ['title', ofText(toTitle)],
  ['toUpper', ofText((value) => value.toUpperCase())],
  ['toLower', ofText((value) => value.toLowerCase())],
  ['graphLink', ofText((value) => `/graph?g0.expr=${escapeQuery(value)}&g0.tab=0`)],
  ['tableLink', ofText((value) => `/graph?g0.expr=${escapeQuery(value)}&g0.tab=1`)],
  ['stripPort', ofText((value) => splitHostPort(value)?.host ?? value)],
  ['stripDomain', ofText(stripDomain)],
  ['humanize', ofNumber(humanize)],
  ['humanize1024', ofNumber(humanize1024)],
  ['humanizeDuration', ofNumber(humanizeDuration)],
  ['humanizePercentage', ofNumber(humanizePercentage)],
  ['humanizeTimestamp', ofNumber(humanizeTimestamp)],
  ['toTime', ofNumber((value) => ({ kind: 'time', nanos: secondsToNanos(value) }))],
  ['toDuration', ofNumber(toDuration)],
  ['now', { parameters: [], call: (_args, { nowMs }) => nowMs / 1000 }],
  ['pathPrefix', { parameters: [], call: (_args, { externalUrl }) => pathOf(externalUrl) }],
  ['externalURL', { parameters: [], call: (_args, { externalUrl }) => externalUrl }],
  ['parseDuration', ofText(parseSignedDuration)],
  ['urlQueryEscape', ofText(escapeQuery)],
]);

function toDuration(seconds: number): Value {
  const nanos = seconds * 1e9;
  if (!Number.isFinite(nanos)) throw new Error('value is NaN or Inf');
  return { kind: 'duration', nanos: BigInt.asIntN(64, BigInt(Math.trunc(nanos))) };
}
