/** Readers for the kinds of values that blackbox_exporter's modules are made of. */
import {
  errorMessage,
  readFlag,
  readWord,
  type YamlFields,
  type YamlValue,
} from '../platform/index.ts';
import { compileSearching, type RE2JS } from '../series/index.ts';
import { REGEXP_CHARS_MAX } from './limits.ts';
import type { AddressChoice } from './module.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ns: 1e-6,
};
const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;
const DURATION = new RegExp(`^[+-]?(?:${PART.source})+$`);

/**
 * A duration in Go's syntax, `1.5s` or `-1m30s`, in milliseconds; a negative one counts as not set.
 * Prometheus' own syntax knows days and no fractions.
 */
export function readGoDuration(value: YamlValue | undefined): number {
  if (value === undefined) return 0;
  const text = value.string();
  if (text === '0') return 0;
  if (!DURATION.test(text)) {
    value.fault(`${value.path}: "${text}" is not a duration; want one such as 5s or 1.5s`);
    return 0;
  }
  let sumMs = 0;
  for (const [, number, unit] of text.matchAll(PART)) sumMs += Number(number) * UNIT_MS[unit];
  return text.startsWith('-') ? 0 : sumMs;
}

/** An expression of RE2 that may match anywhere. */
export function readRegexp(value: YamlValue | undefined): RE2JS | undefined {
  const pattern = value?.string() ?? '';
  if (pattern === '') return undefined;
  const fault = findRegexpFault(pattern);
  if (fault === undefined) return compileSearching(pattern);
  value?.fault(`${value.path}: ${fault}`);
  return undefined;
}

/** Why a text is no expression; undefined where it is one. */
export function findRegexpFault(pattern: string): string | undefined {
  if (pattern.length > REGEXP_CHARS_MAX) {
    return `the regular expression has ${pattern.length} characters; at most ${REGEXP_CHARS_MAX} are read`;
  }
  try {
    compileSearching(pattern);
    return undefined;
  } catch (error) {
    return `cannot compile the regular expression "${pattern}": ${errorMessage(error)}`;
  }
}

export function readRegexps(value: YamlValue | undefined): readonly RE2JS[] {
  return (value?.list() ?? []).flatMap((item) => readRegexp(item) ?? []);
}

/** The two keys that choose among a name's addresses; what is neither word means IPv4, as there. */
export const ADDRESS_KEYS = ['preferred_ip_protocol', 'ip_protocol_fallback'] as const;

export function readAddressChoice(
  fields: YamlFields | undefined,
  fallsBack: boolean,
): AddressChoice {
  const field = fields?.find('preferred_ip_protocol');
  const word = field?.string() ?? '';
  if (!['', 'ip4', 'ip6'].includes(word)) {
    field?.advise(`${field.path}: "${word}" is neither ip4 nor ip6, and means ip4`);
  }
  return {
    preferred: word === '' || word === 'ip6' ? 'ip6' : 'ip4',
    fallsBack: readFlag(fields?.find('ip_protocol_fallback'), fallsBack),
  };
}

/** A name out of a list that others keep; '' where nothing is said. */
export function readName(value: YamlValue | undefined, names: ReadonlyMap<string, number>): string {
  if (value === undefined) return '';
  return readWord(value, [...names.keys()], '');
}

/** Pairs of a map in the order of the file; a key that stands twice is a fault. */
export function readPairs(value: YamlValue | undefined): readonly (readonly [string, string])[] {
  const pairs = new Map<string, string>();
  for (const { key, value: text } of value?.entries() ?? []) {
    const name = key.string();
    if (pairs.has(name)) key.fault(`${key.path}: "${name}" stands twice`);
    pairs.set(name, text.kind === 'empty' ? '' : text.string());
  }
  return [...pairs];
}
