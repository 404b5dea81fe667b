/** What templates of receivers see of a notification: the fields and methods of Alertmanager. */
import { type Labels, labelPairs } from '../../series/index.ts';
import type {
  ListValue,
  MapValue,
  StructValue,
  TemplateFunction,
  Value,
} from '../../template/index.ts';
import type { Notification, NotifiedAlert } from '../model.ts';
import { commonPairs, isFiring, quoteReceiver } from '../notified.ts';

/** Go's zero time: of an alert that has not ended. */
const NOT_ENDED_NANOS = -62_135_596_800_000_000_000n;
const NANOS_PER_MS = 1_000_000n;

/** A list of texts, as `.Names` and `stringSlice` answer it. */
export const TEXTS_TYPE = '[]string';

/** Builds the data of a notification. */
export function createTemplateData(
  { receiver, alerts, reason, groupLabels }: Notification,
  externalUrl: string,
): StructValue {
  const fields = new Map<string, Value>([
    ['Receiver', quoteReceiver(receiver)],
    ['Status', isFiring(alerts) ? 'firing' : 'resolved'],
    ['Alerts', createAlerts(alerts.map(createAlert))],
    ['NotificationReason', reason],
    ['GroupLabels', createPairs(labelPairs(groupLabels))],
    ['CommonLabels', createPairs(commonOf(alerts.map(({ alert }) => alert.labels)))],
    ['CommonAnnotations', createPairs(commonOf(alerts.map(({ alert }) => alert.annotations)))],
    ['ExternalURL', externalUrl],
  ]);
  return { kind: 'struct', type: '*template.Data', fields };
}

function commonOf(sets: readonly Labels[]): Iterable<readonly [string, string]> {
  return Object.entries(commonPairs(sets));
}

function createAlert({ alert, isResolved }: NotifiedAlert): StructValue {
  const endsAt = isResolved ? BigInt(alert.endsAtMs) * NANOS_PER_MS : NOT_ENDED_NANOS;
  const fields = new Map<string, Value>([
    ['Status', isResolved ? 'resolved' : 'firing'],
    ['Labels', createPairs(labelPairs(alert.labels))],
    ['Annotations', createPairs(labelPairs(alert.annotations))],
    ['StartsAt', { kind: 'time', nanos: BigInt(alert.startsAtMs) * NANOS_PER_MS }],
    ['EndsAt', { kind: 'time', nanos: endsAt }],
    ['GeneratorURL', alert.generatorUrl],
    ['Fingerprint', alert.fingerprint],
  ]);
  return { kind: 'struct', type: 'template.Alert', fields };
}

function method(call: () => Value): TemplateFunction {
  return { parameters: [], call };
}

function createAlerts(items: readonly StructValue[]): ListValue {
  const pick = (status: string): TemplateFunction =>
    method(() => ({
      kind: 'list',
      type: '[]template.Alert',
      items: items.filter(({ fields }) => fields.get('Status') === status),
    }));
  const methods = new Map([
    ['Firing', () => pick('firing')],
    ['Resolved', () => pick('resolved')],
  ]);
  return { kind: 'list', type: 'template.Alerts', items, methods };
}

export function createTexts(items: readonly string[]): ListValue {
  return { kind: 'list', type: TEXTS_TYPE, items };
}

const PAIR_METHODS = new Map<string, (self: ListValue) => TemplateFunction>([
  ['Names', ({ items }) => method(() => createTexts(items.map((pair) => pairPart(pair, 'Name'))))],
  [
    'Values',
    ({ items }) => method(() => createTexts(items.map((pair) => pairPart(pair, 'Value')))),
  ],
  [
    'String',
    ({ items }) =>
      method(() =>
        items.map((pair) => `${pairPart(pair, 'Name')}=${pairPart(pair, 'Value')}`).join(', '),
      ),
  ],
]);

function pairPart(pair: Value, name: 'Name' | 'Value'): string {
  const isPair = typeof pair === 'object' && pair?.kind === 'struct';
  const part = isPair ? pair.fields.get(name) : undefined;
  return typeof part === 'string' ? part : '';
}

/** By name, but for the name of the alert, which comes first. */
function sortPairs({ entries }: MapValue): ListValue {
  const rank = (name: string): string => (name === 'alertname' ? '' : `_${name}`);
  const items = [...entries]
    .sort(([a], [b]) => (rank(a) < rank(b) ? -1 : 1))
    .map(([name, value]): StructValue => {
      const fields = new Map<string, Value>([
        ['Name', name],
        ['Value', value],
      ]);
      return { kind: 'struct', type: 'template.Pair', fields };
    });
  return { kind: 'list', type: 'template.Pairs', items, methods: PAIR_METHODS };
}

function ofPairs(name: string): (self: MapValue) => TemplateFunction {
  return (self) => {
    const pairs = sortPairs(self);
    const found = PAIR_METHODS.get(name);
    return found === undefined ? method(() => pairs) : found(pairs);
  };
}

const MAP_METHODS = new Map<string, (self: MapValue) => TemplateFunction>([
  ['SortedPairs', ofPairs('')],
  ['Names', ofPairs('Names')],
  ['Values', ofPairs('Values')],
  ['String', ofPairs('String')],
  [
    'Remove',
    (self) => ({
      parameters: [{ names: [TEXTS_TYPE] }],
      call([names]) {
        const isList = typeof names === 'object' && names?.kind === 'list';
        const removed = new Set(isList ? names.items : []);
        const left = [...self.entries].filter(([name]) => !removed.has(name));
        return { ...self, entries: new Map(left) };
      },
    }),
  ],
]);

function createPairs(pairs: Iterable<readonly [string, string]>): MapValue {
  return {
    kind: 'map',
    type: 'template.KV',
    entries: new Map(pairs),
    zero: '',
    methods: MAP_METHODS,
  };
}
