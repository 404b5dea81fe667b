/** Readers for the kinds of values that configurations are made of. */
import { dirname, isAbsolute, join } from 'node:path';
import type { Secret } from './http-client-config.ts';
import type { YamlFields, YamlValue } from './yaml-reader.ts';

const UNIT_BYTES: ReadonlyMap<string, number> = new Map(
  ['', 'K', 'M', 'G', 'T', 'P'].flatMap((prefix, i): [string, number][] => [
    [`${prefix}B`, 1024 ** i],
    [`${prefix}iB`, 1024 ** i],
  ]),
);

/** A size such as `10MB` in bytes; `MB` and `MiB` both count in 1024s, as in Prometheus. */
export function readSize(value: YamlValue | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  const text = value.string();
  if (text === '0') return 0;
  let sizeBytes = 0;
  let readCharCount = 0;
  for (const [part, number, unit] of text.matchAll(/(\d+(?:\.\d*)?|\.\d+)([A-Za-z]*)/g)) {
    sizeBytes += Number(number) * (UNIT_BYTES.get(unit) ?? Number.NaN);
    readCharCount += part.length;
  }
  const isWhole = text !== '' && readCharCount === text.length;
  if (isWhole && sizeBytes <= Number.MAX_SAFE_INTEGER) return Math.floor(sizeBytes);
  value.fault(`${value.path}: "${text}" is not a size; want a number with a unit, such as 10MB`);
  return otherwise;
}

/** A count from 0 up. */
export function readCount(value: YamlValue | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  const count = value.number();
  if (Number.isSafeInteger(count) && count >= 0) return count;
  value.fault(`${value.path} must be a whole number from 0 up, got ${count}`);
  return otherwise;
}

/** A switch. */
export function readFlag(value: YamlValue | undefined, otherwise: boolean): boolean {
  return value === undefined ? otherwise : value.boolean();
}

/** A duration; 0 counts as not set, as in Prometheus. */
export function readDuration(value: YamlValue | undefined, otherwiseMs: number): number {
  const durationMs = value?.durationMs() ?? 0;
  return durationMs === 0 ? otherwiseMs : durationMs;
}

/** One of a few words; `otherwise` and a fault where it is none of them. */
export function readWord<Word extends string>(
  value: YamlValue | undefined,
  words: readonly Word[],
  otherwise: Word,
): Word {
  if (value === undefined) return otherwise;
  const text = value.string();
  const word = words.find((candidate) => candidate === text);
  if (word === undefined && text !== '') {
    value.fault(`${value.path} must be one of ${words.join(', ')}, got "${text}"`);
  }
  return word ?? otherwise;
}

/** A list of texts; absent means none. */
export function readStrings(value: YamlValue | undefined): readonly string[] {
  return value?.list().map((item) => item.string()) ?? [];
}

/** An absolute address of the web; what it said even where it is none. */
export function readHttpUrl(value: YamlValue): string {
  const text = value.string();
  const url = URL.parse(text);
  const isWeb = (url?.protocol === 'http:' || url?.protocol === 'https:') && url.hostname !== '';
  if (!isWeb) value.fault(`${value.path} must be an http or https address, got "${text}"`);
  return text;
}

/** A TCP port. */
export function readPort(value: YamlValue | undefined, otherwise: number): number {
  const port = readCount(value, otherwise);
  if (port <= 65_535) return port;
  value?.fault(`${value.path} must be a port from 0 to 65535, got ${port}`);
  return otherwise;
}

/** Texts by name; absent means none. */
export function readTextMap(value: YamlValue | undefined): Readonly<Record<string, string>> {
  const entries = value?.entries() ?? [];
  return Object.fromEntries(entries.map((one) => [one.key.string(), one.value.string()]));
}

/** A path as the configuration means it: relative to the file that it stands in. */
export function readPath(value: YamlValue): string {
  const path = value.string();
  return path === '' || isAbsolute(path) ? path : join(dirname(value.place.file), path);
}

/** A secret that stands under one key as text or under another as the path of a file. */
export function readSecret(
  fields: YamlFields,
  keys: { readonly text: string; readonly file: string },
): Secret | undefined {
  const text = fields.find(keys.text);
  const file = fields.find(keys.file);
  if (text !== undefined && file !== undefined) {
    file.fault(`at most one of ${keys.text} and ${keys.file} may be set`);
  }
  if (text !== undefined) return { kind: 'text', text: text.string() };
  return file === undefined ? undefined : { kind: 'file', path: readPath(file) };
}
