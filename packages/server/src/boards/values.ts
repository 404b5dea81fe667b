/** What readers of boards ask of values: lists with a bound, one of a few words, whole numbers. */
import type { YamlFields, YamlValue } from '../platform/index.ts';

/** The elements of a list, at most so many; a longer one is a fault. */
export function readBounded(value: YamlValue | undefined, countMax: number): readonly YamlValue[] {
  const items = value?.list() ?? [];
  if (items.length > countMax) {
    value?.fault(`${value.path} has ${items.length} entries; at most ${countMax} are read`);
  }
  return items.slice(0, countMax);
}

/** One of the words that a setting knows; its first where nothing is said. */
export function readWord<Word extends string>(
  value: YamlValue | undefined,
  words: readonly [Word, ...Word[]],
): Word {
  const text = value?.string();
  const word = words.find((one) => one === text);
  if (text !== undefined && word === undefined) {
    value?.fault(`${value.path} must be one of ${words.join(', ')}, got "${text}"`);
  }
  return word ?? words[0];
}

/** A whole number within bounds. */
export function readWhole(
  value: YamlValue | undefined,
  range: { readonly min: number; readonly max: number; readonly otherwise: number },
): number {
  if (value === undefined) return range.otherwise;
  const number = value.number();
  if (Number.isInteger(number) && number >= range.min && number <= range.max) return number;
  value.fault(
    `${value.path} must be a whole number from ${range.min} to ${range.max}, got ${number}`,
  );
  return range.otherwise;
}

/** A text that must be there, without blanks around it. */
export function readRequired(item: YamlValue, fields: YamlFields, key: string): string {
  const text = fields.find(key)?.string().trim() ?? '';
  if (text === '') (fields.find(key) ?? item).fault(`${item.path} has no ${key}`);
  return text;
}
