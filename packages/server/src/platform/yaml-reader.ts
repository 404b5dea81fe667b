/**
 * Reads configuration written in YAML and tells every fault with its place.
 *
 * A reader never throws on a user's mistake: it notes a fault with file, line and column, answers
 * a harmless value, and goes on, so that one run names all faults of a file. The caller looks at
 * `faults` at the end. Text is bounded before it is parsed, because the `yaml` package is
 * quadratic in anchors and recurses on depth.
 */
import { isUtf8 } from 'node:buffer';
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseAllDocuments,
  parseDocument,
  type Scalar,
  stringify,
  type YAMLMap,
} from 'yaml';
import { parseDuration } from './duration.ts';
import { errorMessage } from './errors.ts';
import { findNearest } from './nearest-word.ts';

/** Where something stands; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A piece of a text, as `String.slice` takes it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One mistake in a file: what is wrong and what would be right. */
export interface Fault extends Place {
  readonly message: string;
  /** Of the value that it is about, where it is about one. */
  readonly path?: string;
}

/** What is no mistake, and whose author must know of it. */
export interface Remark extends Fault {
  /** Whether the value holds all the same, with more or less to it than its author may think. */
  readonly isAdvice: boolean;
}

/** Writes a fault the way compilers do, so that editors can jump to it. */
export function formatFault(fault: Fault): string {
  return `${fault.file}:${fault.line}:${fault.column}: ${fault.message}`;
}

/** Writes faults in the order of their places, file by file. */
export function formatFaults(faults: readonly Fault[]): readonly string[] {
  return faults.toSorted(inOrderOfPlace).map(formatFault);
}

function inOrderOfPlace(a: Place, b: Place): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

/** Promtool's largest test file has 1.2 MB; nobody reviews a larger one. */
const TEXT_BYTES_MAX = 8 * 1024 * 1024;
/** Each anchor makes the parser walk the whole document once more. */
const ANCHORS_MAX = 100;
/** Prometheus' own configuration is 9 deep at most. */
const DEPTH_MAX = 64;
/** Each is a tree of its own; files of SLOs for a whole company have some hundred. */
const DOCUMENTS_MAX = 1000;
/** The parser recurses on both; V8's stack takes about ten thousand levels. */
const FLOW_DEPTH_MAX = 256;
const INDENT_MAX = 1024;

/** One value of a document, with its place. */
export interface YamlValue {
  readonly kind: 'map' | 'list' | 'scalar' | 'empty';
  /** The path from the root, for messages: `scrape_configs[0].job_name`. */
  readonly path: string;
  readonly place: Place;
  /** From where to where it is written, without its anchor; of an alias, what it stands for. */
  readonly span: Span | undefined;
  /** Notes a fault at this value. */
  fault(message: string): void;
  /** Notes that this value, with all within it, was read and has no effect. */
  remark(message: string): void;
  /** Notes that this value has an effect, and maybe another than its author thinks. */
  advise(message: string): void;
  /** Whether anybody has asked for what it says; one that was not can have no effect. */
  isRead(): boolean;
  /** A scalar as text; '' and a fault otherwise. */
  string(): string;
  /** A scalar's text in UTF-8, or the bytes that one marked as `!!binary` stands for. */
  bytes(): Uint8Array;
  /** A scalar as a finite number; 0 and a fault otherwise. */
  number(): number;
  /** `true` or `false`; false and a fault otherwise. */
  boolean(): boolean;
  /** A Prometheus duration in milliseconds; 0 and a fault otherwise. */
  durationMs(): number;
  /** The value and all within it as plain data, each scalar as YAML means it; keys are texts. */
  plain(): PlainValue;
  /** The elements of a list; an empty value has none, anything else is a fault. */
  list(): readonly YamlValue[];
  /** The entries of a map in order; an empty value has none, anything else is a fault. */
  entries(): readonly YamlEntry[];
  /** A map with known keys; each unknown or repeated key is a fault. */
  fields(known: readonly string[]): YamlFields;
}

/** What JSON can hold. */
export type PlainValue =
  | string
  | number
  | boolean
  | null
  | readonly PlainValue[]
  | { readonly [key: string]: PlainValue };

export interface YamlEntry {
  readonly key: YamlValue;
  readonly value: YamlValue;
}

export interface YamlFields {
  /** The value of a key; undefined where the key is absent or its value is empty. */
  find(key: string): YamlValue | undefined;
}

/** Reads one document; where its syntax is broken, the faults say so and the root is empty. */
export function readYaml(options: { readonly text: string; readonly file: string }): {
  readonly root: YamlValue;
  readonly faults: Fault[];
  readonly remarks: Remark[];
} {
  const reading = beginReading(options);
  const document = parseDocument(reading.text, { ...PARSE_OPTIONS, lineCounter: reading.lines });
  const { faults, remarks } = reading;
  return { root: createRoot(reading, document), faults, remarks };
}

/** Reads the documents of a text, which `---` lines part; empty ones are left out. */
export function readYamlDocuments(options: { readonly text: string; readonly file: string }): {
  readonly roots: readonly YamlValue[];
  readonly faults: Fault[];
} {
  const reading = beginReading(options);
  const documents = parseAllDocuments(reading.text, {
    ...PARSE_OPTIONS,
    lineCounter: reading.lines,
  });
  // An empty text answers a lone object without documents.
  const roots = Array.isArray(documents)
    ? documents.map((document) => createRoot(reading, document))
    : [];
  return { roots: roots.filter(({ kind }) => kind !== 'empty'), faults: reading.faults };
}

/** Writes plain data as YAML. */
export function formatYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

const PARSE_OPTIONS = { uniqueKeys: false, merge: true, prettyErrors: false } as const;

interface Reading {
  readonly text: string;
  readonly file: string;
  readonly lines: LineCounter;
  readonly faults: Fault[];
  readonly remarks: Remark[];
}

/** Holds a text to its bounds before it is parsed: beyond them nothing of it is. */
function beginReading({ text, file }: { readonly text: string; readonly file: string }): Reading {
  const broken = findBroken(text);
  const faults = broken === undefined ? [] : [{ file, line: 1, column: 1, message: broken }];
  const lines = new LineCounter();
  return { text: broken === undefined ? text : '', file, lines, faults, remarks: [] };
}

function createRoot(reading: Reading, document: Document): YamlValue {
  const { file, lines, faults, remarks } = reading;
  for (const error of document.errors) {
    const at = lines.linePos(error.pos[0]);
    faults.push({ file, line: at.line, column: at.col, message: error.message });
  }
  const notes = { faults, remarks, read: new Set() };
  const context: Context = { document, lines, file, ...notes, merged: new Map() };
  const parent: Place = { file, line: 1, column: 1 };
  const node = faults.length > 0 ? undefined : document.contents;
  return createValue(context, { node, path: '', parent, depth: 0 });
}

function findBroken(text: string): string | undefined {
  if (Buffer.byteLength(text) > TEXT_BYTES_MAX) {
    return `file is larger than ${TEXT_BYTES_MAX} bytes; split it`;
  }
  const anchors = text.match(/(^|[\s,[{:-])&[^\s,\]}]+/gm)?.length ?? 0;
  if (anchors > ANCHORS_MAX) return `file has ${anchors} anchors; at most ${ANCHORS_MAX} are read`;
  const documents = text.match(/^---/gm)?.length ?? 0;
  if (documents > DOCUMENTS_MAX) {
    return `file has ${documents} documents; at most ${DOCUMENTS_MAX} are read`;
  }
  // Flow collections nest without indentation, and the parser recurses on each level.
  let depth = 0;
  let deepest = 0;
  for (const bracket of text.match(/[[\]{}]/g) ?? []) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  let indentMax = 0;
  for (const indent of indents(text)) indentMax = Math.max(indentMax, indent);
  if (deepest > FLOW_DEPTH_MAX || indentMax > INDENT_MAX) return 'file is nested too deeply';
  return undefined;
}

function* indents(text: string): IterableIterator<number> {
  for (const match of text.matchAll(/^[ -]+/gm)) yield match[0].length;
}

interface Context {
  readonly document: Document;
  readonly lines: LineCounter;
  readonly file: string;
  readonly faults: Fault[];
  readonly remarks: Remark[];
  /** The nodes that a reader has asked for what they say. */
  readonly read: Set<unknown>;
  /** What the maps that were read hold, merges included. */
  readonly merged: Map<YAMLMap, readonly Pair[]>;
}

interface At {
  readonly node: unknown;
  readonly path: string;
  /** The place to name where the node has none. */
  readonly parent: Place;
  /** Of its key, where people look for what a remark is about; elements of lists have none. */
  readonly keyPlace?: Place;
  readonly depth: number;
}

function createValue(context: Context, at: At): YamlValue {
  const node = resolveAlias(context, at.node);
  const place = placeOf(context, at);
  const notes = createNotes(context, at, place);
  const { fault } = notes;
  const kind = kindOf(node);
  const name = at.path === '' ? 'the document' : at.path;
  const isTooDeep = at.depth > DEPTH_MAX;
  if (isTooDeep) fault(`${name} is nested deeper than ${DEPTH_MAX} levels`);
  const child: Child = (inner) => createValue(context, { ...inner, depth: at.depth + 1 });

  const scalar = <T>(want: string, read: (text: string) => T | undefined, otherwise: T): T => {
    context.read.add(node);
    const answer = isScalar(node) && node.value !== null ? read(scalarText(node)) : undefined;
    if (answer === undefined) fault(`${name} must be ${want}, got ${describe(node)}`);
    return answer ?? otherwise;
  };
  const list = (): readonly YamlValue[] => {
    context.read.add(node);
    if (isTooDeep || kind === 'empty') return [];
    if (isSeq(node)) {
      const { path } = at;
      return node.items.map((item, i) =>
        child({ node: item, path: `${path}[${i}]`, parent: place }),
      );
    }
    fault(`${name} must be a list, got ${describe(node)}`);
    return [];
  };
  const entries = (): readonly YamlEntry[] => {
    context.read.add(node);
    if (isTooDeep || kind === 'empty') return [];
    if (isMap(node)) {
      return mergedPairs(context, node).map((pair) => entryOf(pair, { ...at, place }, child));
    }
    fault(`${name} must be a map, got ${describe(node)}`);
    return [];
  };
  return {
    kind,
    path: at.path,
    place,
    span: spanOf(node),
    ...notes,
    isRead: () => kind === 'empty' || context.read.has(node),
    string: () => {
      context.read.add(node);
      if (isBinary(node)) return decodeBinaryText(node, name, fault);
      return scalar('text', (text) => text, '');
    },
    bytes: () => {
      context.read.add(node);
      if (isBinary(node)) return decodeBinary(node, name, fault);
      return Buffer.from(scalar('text', (text) => text, ''));
    },
    number: () => scalar('a number', readNumber, 0),
    boolean: () => scalar('true or false', readBoolean, false),
    durationMs: () => {
      try {
        return scalar('a duration such as 15s', (text) => parseDuration(text), 0);
      } catch (error) {
        fault(`${name}: ${errorMessage(error)}; want a duration such as 15s or 1h30m`);
        return 0;
      }
    },
    plain: () => readPlain(context, node, { kind, list, entries }),
    list,
    entries,
    fields: (known) => readFields(entries(), name, known),
  };
}

function readPlain(
  { read }: Context,
  node: unknown,
  { kind, list, entries }: Pick<YamlValue, 'kind' | 'list' | 'entries'>,
): PlainValue {
  read.add(node);
  if (kind === 'list') return list().map((item) => item.plain());
  if (kind !== 'map') return isScalar(node) ? plainScalar(node) : null;
  return Object.fromEntries(entries().map((one) => [one.key.string(), one.value.plain()]));
}

function createNotes(
  { faults, remarks }: Context,
  { path, keyPlace }: At,
  place: Place,
): Pick<YamlValue, 'fault' | 'remark' | 'advise'> {
  const at = { ...(keyPlace ?? place), path };
  return {
    fault: (message) => void faults.push({ ...place, path, message }),
    remark: (message) => void remarks.push({ ...at, message, isAdvice: false }),
    advise: (message) => void remarks.push({ ...at, message, isAdvice: true }),
  };
}

/**
 * The pairs of a map with those that `<<` merges into it: the map's own pairs win, then those of
 * the map merged first.
 */
function mergedPairs(context: Context, map: YAMLMap): readonly Pair[] {
  const known = context.merged.get(map);
  if (known !== undefined) return known;
  const own = map.items.filter((pair) => !isMergeKey(pair.key));
  // Kept before the merges are followed, so that a map merged into itself ends, and each map is
  // read once however often it is merged.
  context.merged.set(map, own);
  if (own.length === map.items.length) return own;
  const pairs = new Map<string, Pair>();
  for (const { key, value } of map.items) {
    const source = isMergeKey(key) ? resolveAlias(context, value) : undefined;
    const sources = isSeq(source) ? source.items : [source];
    const merged = sources.flatMap((item) => {
      const from = resolveAlias(context, item);
      return isMap(from) ? mergedPairs(context, from) : [];
    });
    for (const pair of merged) {
      const name = keyText(pair.key);
      if (!pairs.has(name)) pairs.set(name, pair);
    }
  }
  for (const pair of own) pairs.delete(keyText(pair.key));
  const all = [...own, ...pairs.values()];
  context.merged.set(map, all);
  return all;
}

function resolveAlias(context: Context, node: unknown): unknown {
  return isAlias(node) ? node.resolve(context.document) : node;
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === 'PLAIN' && scalarText(key) === '<<';
}

function keyText(key: unknown): string {
  return isScalar(key) ? scalarText(key) : '?';
}

type Child = (inner: Omit<At, 'depth'>) => YamlValue;

function entryOf(pair: Pair, parent: At & { readonly place: Place }, child: Child): YamlEntry {
  const name = keyText(pair.key);
  const path = parent.path === '' ? name : `${parent.path}.${name}`;
  const key = child({ node: pair.key, path, parent: parent.place });
  const keyPlace = key.place;
  return { key, value: child({ node: pair.value, path, parent: keyPlace, keyPlace }) };
}

function readFields(
  entries: readonly YamlEntry[],
  owner: string,
  known: readonly string[],
): YamlFields {
  const found = new Map<string, YamlValue>();
  for (const { key, value } of entries) {
    const name = key.string();
    if (!known.includes(name)) {
      const nearest = findNearest(name, known);
      const hint =
        nearest === undefined ? `known are ${known.join(', ')}` : `did you mean "${nearest}"?`;
      key.fault(`field "${name}" is not known in ${owner}; ${hint}`);
    } else if (found.has(name)) {
      key.fault(`field "${name}" stands twice in ${owner}`);
    } else {
      found.set(name, value);
    }
  }
  return {
    find: (key) => {
      const value = found.get(key);
      return value?.kind === 'empty' ? undefined : value;
    },
  };
}

function kindOf(node: unknown): YamlValue['kind'] {
  if (isMap(node)) return 'map';
  if (isSeq(node)) return 'list';
  if (isScalar(node) && node.value !== null) return 'scalar';
  return 'empty';
}

function describe(node: unknown): string {
  const kind = kindOf(node);
  if (kind === 'scalar' && isScalar(node)) return JSON.stringify(scalarText(node));
  return kind === 'empty' ? 'nothing' : `a ${kind}`;
}

/** The text as written, so that `1e3`, `007` and `no` stay what the user typed. */
function scalarText(node: { readonly value?: unknown; readonly source?: string }): string {
  return node.source ?? String(node.value);
}

function plainScalar(node: Scalar): string | number | boolean | null {
  const { value } = node;
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  const text = scalarText(node);
  return (node.type === 'PLAIN' ? readBoolean(text) : undefined) ?? text;
}

function isBinary(node: unknown): node is Scalar {
  return isScalar(node) && node.tag === 'tag:yaml.org,2002:binary';
}

/** Bytes that stand in the file as base64. */
function decodeBinary(node: Scalar, name: string, fault: (message: string) => void): Buffer {
  const base64 = scalarText(node).replaceAll(/\s/g, '');
  const isWhole = /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/.test(base64);
  if (isWhole) return Buffer.from(base64, 'base64');
  fault(`${name} is marked as !!binary and is not base64`);
  return Buffer.alloc(0);
}

/** Text that stands in the file as base64, as Go's reader takes it. */
function decodeBinaryText(node: Scalar, name: string, fault: (message: string) => void): string {
  const bytes = decodeBinary(node, name, fault);
  if (isUtf8(bytes)) return bytes.toString('utf8');
  fault(`${name} is marked as !!binary and is not valid UTF-8`);
  return '';
}

function readNumber(text: string): number | undefined {
  const value = Number(text);
  return text.trim() !== '' && Number.isFinite(value) ? value : undefined;
}

function readBoolean(text: string): boolean | undefined {
  // Prometheus' reader knows YAML 1.1, and its users write all of these.
  if (/^(?:true|True|TRUE|yes|Yes|YES|on|On|ON)$/.test(text)) return true;
  return /^(?:false|False|FALSE|no|No|NO|off|Off|OFF)$/.test(text) ? false : undefined;
}

function spanOf(node: unknown): Span | undefined {
  if (!isNode(node) || node.range === undefined || node.range === null) return undefined;
  const [start, end] = node.range;
  return { start, end };
}

function placeOf(context: Context, at: At): Place {
  if (!isNode(at.node) || at.node.range === undefined || at.node.range === null) return at.parent;
  const { line, col } = context.lines.linePos(at.node.range[0]);
  return { file: context.file, line, column: col };
}
