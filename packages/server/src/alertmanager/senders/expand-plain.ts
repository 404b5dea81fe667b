/** Expands the texts of a value that a configuration gives in full. */
import { type PlainValue, readYaml } from '../../platform/index.ts';
import type { SendContext } from './sender.ts';

/** A template may call itself into being again; what people write is two levels deep. */
const DEPTH_MAX = 20;

/**
 * A copy with every text expanded, keys as well. As in Alertmanager, what a text expands to is read
 * as YAML: `{{ .Alerts | toJson }}` becomes a list, `3` a number, and other texts stay texts.
 */
export function expandPlain(value: PlainValue, context: SendContext, depth = 0): PlainValue {
  if (depth > DEPTH_MAX) throw new Error(`expands to more than ${DEPTH_MAX} levels`);
  const expandInner = (inner: PlainValue): PlainValue => expandPlain(inner, context, depth + 1);
  if (typeof value === 'string') {
    const text = context.expand(value);
    const read = readPlain(text);
    return read === undefined || typeof read === 'string' ? text : expandInner(read);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map(expandInner);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [context.expand(name), expandInner(inner)]),
  );
}

function isList(value: PlainValue): value is readonly PlainValue[] {
  return Array.isArray(value);
}

/** What a text is as YAML; undefined: it is none. */
function readPlain(text: string): PlainValue | undefined {
  const { root, faults } = readYaml({ text, file: '' });
  if (faults.length > 0) return undefined;
  const value = root.plain();
  return faults.length > 0 ? undefined : value;
}
