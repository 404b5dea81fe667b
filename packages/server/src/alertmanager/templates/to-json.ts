/** Go's encoding/json for the values of templates. */
import { formatTime, type Value } from '../../template/index.ts';

/** Fields whose names in JSON are not those in Go with a small first letter. */
const NAMES: Readonly<Record<string, string>> = { NotificationReason: 'notification_reason' };

/** What templates may still make of a pair: its fields have no other names. */
const PAIR = 'template.Pair';

/** As Go writes it: maps in the order of their keys, `<`, `>` and `&` escaped. */
export function toJson(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return formatText(value);
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return JSON.stringify(value);
    throw new Error(`json: unsupported value: ${value}`);
  }
  switch (value.kind) {
    case 'text':
      return formatText(value.text);
    case 'time':
      return formatText(formatTime(value.nanos, '2006-01-02T15:04:05.999999999Z07:00', value.zone));
    case 'duration':
      return String(value.nanos);
    case 'list':
      return `[${value.items.map(toJson).join(',')}]`;
    case 'map': {
      const entries = [...value.entries].sort(([a], [b]) => (a < b ? -1 : 1));
      return formatObject(entries);
    }
    case 'struct': {
      const nameOf = (field: string): string =>
        NAMES[field] ?? field.charAt(0).toLowerCase() + field.slice(1);
      return formatObject(
        [...value.fields].map(([name, field]) => [
          value.type === PAIR ? name : nameOf(name),
          field,
        ]),
      );
    }
  }
}

function formatObject(entries: readonly (readonly [string, Value])[]): string {
  return `{${entries.map(([name, item]) => `${formatText(name)}:${toJson(item)}`).join(',')}}`;
}

function formatText(text: string): string {
  return JSON.stringify(text.toWellFormed()).replaceAll(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
