/**
 * Changes texts of YAML that people wrote: adds an entry to a list, takes an entry out of a map.
 * Every other byte stays as it is, so that a review shows what was changed and nothing else; where
 * the text is written in a way that lines cannot be added or taken (`[]`, `{a: 1}`), the document is
 * written anew, with comments and order kept. What came out is read back before it is answered.
 */
import { isDeepStrictEqual } from 'node:util';
import { isCollection, isMap, isPair, isScalar, isSeq, parseDocument, stringify } from 'yaml';

const OPTIONS = { lineWidth: 0, aliasDuplicateObjects: false } as const;
const READING = { merge: true, keepSourceTokens: true } as const;

/** Keys and indices from the root to a value. */
export type YamlPath = readonly (string | number)[];

export interface ListEntry {
  readonly value: object;
  /** Lines above the entry, without `#`. */
  readonly comments?: readonly string[];
}

/** An entry of a list as lines, without indentation. */
export function formatListEntry({ value, comments = [] }: ListEntry): string {
  return (
    comments.map((line) => `# ${line}`.trimEnd() + '\n').join('') + stringify([value], OPTIONS)
  );
}

/** A document as people would write it. */
export function formatDocument(value: object): string {
  return stringify(value, OPTIONS);
}

/** The text with one entry more at the end of the list of a path, which is begun where it is not there. */
export function appendToList(text: string, path: YamlPath, entry: ListEntry): string {
  const want = wanted(text, (document) => addEntry(document, path, entry.value));
  const spliced = spliceEntry(text, path, formatListEntry(entry));
  if (spliced !== undefined && isDeepStrictEqual(readContent(spliced), want)) return spliced;
  const document = parseDocument(text, READING);
  const node = document.createNode(entry.value);
  if (entry.comments !== undefined) {
    node.commentBefore = entry.comments.map((line) => ` ${line}`).join('\n');
  }
  addEntry(document, path, node);
  return document.toString(OPTIONS);
}

/** The text without what stands at a path, the last part of which is a key of a map. */
export function removeFromMap(text: string, path: YamlPath): string {
  const want = wanted(text, (document) => document.deleteIn(path));
  const cut = cutPair(text, path);
  if (cut !== undefined && isDeepStrictEqual(readContent(cut), want)) return cut;
  const document = parseDocument(text, READING);
  document.deleteIn(path);
  return document.toString(OPTIONS);
}

type Document = ReturnType<typeof parseDocument>;

function addEntry(document: Document, path: YamlPath, entry: unknown): void {
  const list: unknown = document.getIn(path);
  if (!isSeq(list)) {
    document.setIn(path, document.createNode([entry]));
    return;
  }
  document.addIn(path, entry);
  // A flow list of block entries is for nobody to read.
  list.flow = false;
}

/** What the text must say afterwards; the faults of a broken text are its reader's to tell. */
function wanted(text: string, change: (document: Document) => void): unknown {
  const document = parseDocument(text, READING);
  if (document.errors.length > 0) return undefined;
  change(document);
  const content: unknown = document.toJS();
  return content;
}

function readContent(text: string): unknown {
  const document = parseDocument(text, READING);
  if (document.errors.length > 0) return undefined;
  const content: unknown = document.toJS();
  return content;
}

/** Adds lines behind the last entry of a list in block style, at its own indentation. */
function spliceEntry(text: string, path: YamlPath, entry: string): string | undefined {
  const list = parseDocument(text, READING).getIn(path, true);
  if (!isSeq(list) || list.flow === true || list.items.length === 0) return undefined;
  const start = list.range?.[0];
  const end = list.range?.[1];
  if (start === undefined || end === undefined) return undefined;
  const indent = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  if (indent.trim() !== '') return undefined;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = entry
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '' : indent + line));
  const at = endOfLine(text, end);
  const before = text.slice(0, at);
  const gap = before.endsWith('\n') ? '' : newline;
  return `${before}${gap}${lines.join(newline)}${newline}${text.slice(at)}`;
}

/** Takes the lines of a pair out of a map in block style. */
function cutPair(text: string, path: YamlPath): string | undefined {
  const map = parseDocument(text, READING).getIn(path.slice(0, -1), true);
  if (!isMap(map) || map.flow === true || map.items.length < 2) return undefined;
  const pair = map.items.find(({ key }) => isScalar(key) && key.value === path.at(-1));
  if (!isPair(pair) || !isScalar(pair.key)) return undefined;
  const start = pair.key.range?.[0];
  const end = isCollection(pair.value) || isScalar(pair.value) ? pair.value.range?.[1] : undefined;
  if (start === undefined || end === undefined) return undefined;
  const line = text.lastIndexOf('\n', start - 1) + 1;
  // Behind a `- ` or an anchor something would be cut that is not the pair's.
  if (text.slice(line, start).trim() !== '') return undefined;
  return text.slice(0, line) + text.slice(endOfLine(text, end));
}

/** The end of the line on which a value ends; a value may end with the line break itself. */
function endOfLine(text: string, end: number): number {
  const content = text.slice(0, end).trimEnd().length;
  const lineEnd = text.indexOf('\n', content);
  return lineEnd < 0 ? text.length : lineEnd + 1;
}
