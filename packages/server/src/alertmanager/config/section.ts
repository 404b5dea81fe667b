/**
 * Reads one map of alertmanager.yml field by field. What is asked for is what is known: `end`
 * refuses the rest, so that a field is named in one place only.
 */
import {
  type HttpClientConfig,
  HTTP_CLIENT_KEYS,
  type PlainValue,
  readHttpClient,
  readSecret,
  type Secret,
  type YamlFields,
  type YamlValue,
} from '../../platform/index.ts';
import type { TextMap } from './integrations.ts';

export interface Section extends YamlFields {
  readonly value: YamlValue;
  /** Whether a field is there at all, be it empty. */
  has(key: string): boolean;
  /** A text; a field that is there and empty is '', as for Go's reader. */
  text(key: string, otherwise?: string): string;
  /** A text that must not be empty. */
  required(key: string): string;
  flag(key: string, otherwise: boolean): boolean;
  /** A whole number from 0 up. */
  count(key: string): number;
  /** A duration such as `1h30m`, as Prometheus writes them. */
  durationMs(key: string): number | undefined;
  /** A duration such as `1.5h`, as Go writes them. */
  goDurationMs(key: string, otherwise?: number): number;
  /** An address of the web. */
  url(key: string): string | undefined;
  /** A secret under its name or in the file that `…_file` names; of nothing, undefined. */
  secret(key: string): Secret | undefined;
  /** The same for an address that is a secret. */
  secretUrl(key: string): Secret | undefined;
  texts(key: string): readonly string[];
  textMap(key: string): TextMap;
  plainMap(key: string): Readonly<Record<string, PlainValue>>;
  /** The fields of a map; a map that is not there has none. */
  inner(key: string): Section | undefined;
  /** The maps of a list. */
  sections(key: string): readonly Section[];
  http(key: string): HttpClientConfig | undefined;
  fault(message: string, key?: string): void;
  /** Refuses every field that nobody asked for. */
  end(): void;
}

/** Alertmanager takes any text for a proxy, and fails when it sends. */
const AS_IN_GO = { refusesBadProxy: false };

/** What Alertmanager writes in place of secrets when it shows its configuration. */
const HIDDEN = '<secret>';

/** Opens a map; anything else is refused by `end`. */
export function openSection(value: YamlValue): Section {
  const found = new Map<string, YamlValue>();
  for (const entry of value.kind === 'map' ? value.entries() : []) {
    const name = entry.key.kind === 'scalar' ? entry.key.string() : '';
    if (!found.has(name)) found.set(name, entry.value);
  }
  return createSection(value, found);
}

/** A map that is not there: it has no fields, and its faults are told of what it would stand in. */
export function openAbsent(owner: YamlValue): Section {
  return { ...createSection(owner, new Map()), end: () => undefined };
}

function createSection(value: YamlValue, found: ReadonlyMap<string, YamlValue>): Section {
  const asked = new Set<string>();
  const inners: Section[] = [];
  let http: HttpClientConfig | undefined;
  const lookUp = (key: string): YamlValue | undefined => {
    asked.add(key);
    return found.get(key);
  };
  const find = (key: string): YamlValue | undefined => {
    const field = lookUp(key);
    return field?.kind === 'empty' ? undefined : field;
  };
  const open = (field: YamlValue): Section => {
    const inner = openSection(field);
    inners.push(inner);
    return inner;
  };
  const fault = (message: string, key = ''): void => {
    (found.get(key) ?? value).fault(message);
  };
  const text = (key: string, otherwise = ''): string => {
    const field = lookUp(key);
    if (field === undefined) return otherwise;
    return field.kind === 'empty' ? '' : field.string();
  };
  const section: Section = {
    value,
    find,
    has: (key) => lookUp(key) !== undefined,
    text,
    required: (key) => {
      const read = text(key);
      if (read === '') fault(`${value.path} needs ${key}`, key);
      return read;
    },
    flag: (key, otherwise) => find(key)?.boolean() ?? otherwise,
    count: (key) => readWhole(find(key)),
    durationMs: (key) => find(key)?.durationMs(),
    goDurationMs: (key, otherwise = 0) => readGoDuration(find(key)) ?? otherwise,
    url: (key) => readUrl(find(key)),
    secret: (key) => withoutEmpty(readSecret(section, { text: key, file: `${key}_file` })),
    secretUrl: (key) => {
      const secret = section.secret(key);
      if (secret?.kind === 'text') checkSecretUrl(find(key), secret.text);
      return secret;
    },
    texts: (key) => find(key)?.list().map(readText) ?? [],
    textMap: (key) => readMap(find(key), readText),
    plainMap: (key) => readMap(find(key), (one) => one.plain()),
    inner: (key) => {
      const field = find(key);
      return field === undefined ? undefined : open(field);
    },
    sections: (key) => find(key)?.list().map(open) ?? [],
    http: (key) => {
      const field = find(key);
      // Read once, so that its faults are told once.
      if (field !== undefined) http ??= readHttpClient(field.fields(HTTP_CLIENT_KEYS), AS_IN_GO);
      return http;
    },
    fault,
    end: () => {
      for (const inner of inners) inner.end();
      value.fields([...asked]);
    },
  };
  return section;
}

/** A scalar as text; an empty one is ''. */
export function readText(value: YamlValue): string {
  return value.kind === 'empty' ? '' : value.string();
}

function readMap<T>(
  value: YamlValue | undefined,
  read: (value: YamlValue) => T,
): Readonly<Record<string, T>> {
  const entries = value?.entries() ?? [];
  return Object.fromEntries(entries.map((one) => [one.key.string(), read(one.value)]));
}

function withoutEmpty(secret: Secret | undefined): Secret | undefined {
  const text = secret?.kind === 'file' ? secret.path : secret?.text;
  return text === '' ? undefined : secret;
}

function readWhole(value: YamlValue | undefined): number {
  const count = value?.number() ?? 0;
  if (Number.isSafeInteger(count) && count >= 0) return count;
  value?.fault(`${value.path} must be a whole number from 0 up, got ${count}`);
  return 0;
}

/** Reads an address of the web; what it said even where it is none. */
export function readUrl(value: YamlValue | undefined): string | undefined {
  if (value === undefined) return undefined;
  const text = value.string();
  const why = findUrlFault(text);
  if (why !== undefined) value.fault(`${value.path}: ${why}`);
  return text;
}

/** Why a text is no address of the web, where it is none. */
export function findUrlFault(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null || !/^https?:\/\/./i.test(text) || url.hostname === '') {
    return 'must be an address such as https://example.com/path';
  }
  return /%(?![0-9a-fA-F]{2})/.test(text) ? 'has a % that is no escape; write %25' : undefined;
}

/** The address is not said again: it is a secret. */
function checkSecretUrl(value: YamlValue | undefined, text: string): void {
  if (text === HIDDEN) {
    value?.advise(`${value.path} is "${HIDDEN}", which only hides an address: nothing can be sent`);
    return;
  }
  const why = findUrlFault(text);
  if (why !== undefined) value?.fault(`${value.path} ${why}`);
}

const GO_UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['µs', 1e-3],
  ['μs', 1e-3],
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
]);
const GO_DURATION = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/;

function readGoDuration(value: YamlValue | undefined): number | undefined {
  if (value === undefined) return undefined;
  const text = value.string();
  if (text === '0') return 0;
  if (!GO_DURATION.test(text)) {
    value.fault(`${value.path}: "${text}" is not a duration; want one such as 10s or 1m30s`);
    return 0;
  }
  let sumMs = 0;
  for (const [, number, unit] of text.matchAll(/([\d.]+)([a-zµμ]+)/g)) {
    sumMs += Number(number) * (GO_UNIT_MS.get(unit) ?? 0);
  }
  return text.startsWith('-') ? -sumMs : sumMs;
}
