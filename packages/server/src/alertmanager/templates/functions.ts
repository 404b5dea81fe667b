/** The functions that Alertmanager adds to templates (0.33, docs: notifications). */
import {
  createAnyMap,
  formatTime,
  type FunctionTable,
  humanizeDuration,
  isZone,
  matchPattern,
  type NamedType,
  replacePattern,
  SAFE_HTML,
  SAFE_URL,
  type TemplateFunction,
  textOf,
  toFloat,
  type Value,
} from '../../template/index.ts';
import { createTexts, TEXTS_TYPE } from './data.ts';
import { toJson } from './to-json.ts';

/** The world as a message sees it. */
export interface MessageEnvironment {
  readonly nowMs: number;
  /** In which `now` is told. */
  readonly zone: string;
}

type MessageFunction = TemplateFunction<MessageEnvironment>;

const TEXTS: NamedType = { names: [TEXTS_TYPE] };
const ANY_LIST = '[]interface {}';
const LIST: NamedType = { names: [ANY_LIST] };
const NANOS_PER_MS = 1_000_000n;

function ofText(call: (text: string) => Value): MessageFunction {
  return { parameters: ['string'], call: ([text]) => call(textOf(text)) };
}

function itemsOf(list: Value): readonly Value[] {
  return typeof list === 'object' && list?.kind === 'list' ? list.items : [];
}

/** Each word in small letters but for its first. */
function toTitle(text: string): string {
  return text.toLowerCase().replaceAll(/[\p{L}\p{N}\p{M}_][\p{L}\p{N}\p{M}_'’]*/gu, (word) => {
    const [first] = word;
    return first.toUpperCase() + word.slice(first.length);
  });
}

function unescapeQuery(text: string): string {
  const bad = /%(?![0-9a-fA-F]{2}).{0,2}/s.exec(text);
  if (bad !== null) throw new Error(`invalid URL escape ${JSON.stringify(bad[0])}`);
  const bytes = text
    .replaceAll('+', ' ')
    .split(/%([0-9a-fA-F]{2})/)
    .map((part, i) => (i % 2 === 0 ? Buffer.from(part) : Buffer.from(part, 'hex')));
  return Buffer.concat(bytes).toString('utf8');
}

function nanosOf(time: Value): bigint {
  return typeof time === 'object' && time?.kind === 'time' ? time.nanos : 0n;
}

function createDict(values: readonly Value[]): Value {
  if (values.length % 2 !== 0) throw new Error('dict requires an even number of arguments');
  const pairs: [string, Value][] = [];
  for (let i = 0; i < values.length; i += 2) {
    const key = values[i];
    if (typeof key !== 'string') throw new Error('dict keys must be strings');
    pairs.push([key, values[i + 1]]);
  }
  return createAnyMap(pairs);
}

const date: MessageFunction = {
  parameters: ['string', 'time'],
  call([layout, time]) {
    const zone = typeof time === 'object' && time?.kind === 'time' ? time.zone : undefined;
    return formatTime(nanosOf(time), textOf(layout), zone);
  },
};

const tz: MessageFunction = {
  parameters: ['string', 'time'],
  call([name, time]) {
    const zone = textOf(name) === '' ? 'UTC' : textOf(name);
    if (!isZone(zone)) throw new Error(`unknown time zone ${zone}`);
    return { kind: 'time', nanos: nanosOf(time), zone };
  },
};

export const MESSAGE_FUNCTIONS: FunctionTable<MessageEnvironment> = new Map<
  string,
  MessageFunction
>([
  ['toUpper', ofText((text) => text.toUpperCase())],
  ['toLower', ofText((text) => text.toLowerCase())],
  ['title', ofText(toTitle)],
  ['trimSpace', ofText((text) => text.trim())],
  [
    'join',
    {
      parameters: ['string', TEXTS],
      call: ([separator, texts]) => itemsOf(texts).map(textOf).join(textOf(separator)),
    },
  ],
  [
    'match',
    {
      parameters: ['string', 'string'],
      call: ([pattern, text]) => matchPattern(textOf(pattern), textOf(text)),
    },
  ],
  [
    'reReplaceAll',
    {
      parameters: ['string', 'string', 'string'],
      call: ([pattern, to, text]) => replacePattern(textOf(pattern), textOf(to), textOf(text)),
    },
  ],
  ['safeHtml', ofText((text) => ({ kind: 'text', type: SAFE_HTML, text }))],
  ['safeUrl', ofText((text) => ({ kind: 'text', type: SAFE_URL, text }))],
  ['urlUnescape', ofText(unescapeQuery)],
  [
    'stringSlice',
    { parameters: [], rest: 'string', call: (texts) => createTexts(texts.map(textOf)) },
  ],
  ['date', date],
  ['tz', tz],
  [
    'now',
    {
      parameters: [],
      call: (_args, { nowMs, zone }) => ({
        kind: 'time',
        nanos: BigInt(Math.trunc(nowMs)) * NANOS_PER_MS,
        zone,
      }),
    },
  ],
  [
    'since',
    {
      parameters: ['time'],
      call: ([time], { nowMs }) => ({
        kind: 'duration',
        nanos: BigInt(Math.trunc(nowMs)) * NANOS_PER_MS - nanosOf(time),
      }),
    },
  ],
  [
    'humanizeDuration',
    { parameters: ['any'], call: ([value]) => humanizeDuration(toFloat(value)) },
  ],
  ['toJson', { parameters: ['any'], call: ([value]) => toJson(value) }],
  [
    'list',
    { parameters: [], rest: 'any', call: (items) => ({ kind: 'list', type: ANY_LIST, items }) },
  ],
  [
    'append',
    {
      parameters: [LIST],
      rest: 'any',
      call: ([list, ...items]) => ({
        kind: 'list',
        type: ANY_LIST,
        items: [...itemsOf(list), ...items],
      }),
    },
  ],
  ['dict', { parameters: [], rest: 'any', call: createDict }],
]);
