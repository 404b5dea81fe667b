/** Maps of names and texts in YAML: labels, annotations. */
import type { YamlValue } from '../platform/index.ts';
import { quote } from '../series/index.ts';
import type { TextPairs } from './rule.ts';

export interface PairValue {
  readonly key: YamlValue;
  readonly value: YamlValue;
  readonly name: string;
  readonly text: string;
}

/** The entries of a map of texts; a repeated name is a fault. */
export function readPairs(map: YamlValue | undefined): readonly PairValue[] {
  const seen = new Set<string>();
  return (map?.entries() ?? []).map(({ key, value }) => {
    const name = key.string();
    if (seen.has(name)) key.fault(`field ${quote(name)} stands twice in ${map?.path}`);
    seen.add(name);
    return { key, value, name, text: value.kind === 'empty' ? '' : value.string() };
  });
}

/** Sorted by name; of a name that stands twice, the later text. */
export function mergePairs(pairs: TextPairs): TextPairs {
  return [...new Map(pairs)].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
