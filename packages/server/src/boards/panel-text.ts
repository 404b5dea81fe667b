/** Writes panels as the YAML of a board's file, and puts them into a text that is there. */
import { isDeepStrictEqual } from 'node:util';
import type { PanelDraft } from '@nines/contract';
import { isMap, isSeq, parseDocument, stringify } from 'yaml';

const OPTIONS = { lineWidth: 0, aliasDuplicateObjects: false } as const;

/** Only what differs from the defaults is written: the rest is for the reference to say. */
function toEntry({ title, kind, unit, queries }: PanelDraft): object {
  return {
    title,
    ...(kind === 'line' ? {} : { kind }),
    ...(unit === null ? {} : { unit }),
    queries: queries.map(({ expression, legend }) => ({
      expr: expression,
      ...(legend === null ? {} : { legend }),
    })),
  };
}

/** A panel as an entry of `panels`, without indentation. */
export function formatPanel(panel: PanelDraft): string {
  return stringify([toEntry(panel)], OPTIONS);
}

/** A board that has this panel alone. */
export function formatBoard(title: string, panel: PanelDraft): string {
  return stringify({ title, panels: [toEntry(panel)] }, OPTIONS);
}

/**
 * The text with one panel more at the end of its panels. Every other byte stays as it is, so that
 * a review shows what was added and nothing else; where the list is written in a way that lines
 * cannot be added to (`panels: []`), the document is written anew, with comments and order kept.
 */
export function insertPanel(text: string, panel: PanelDraft): string {
  const want = wantedContent(text, panel);
  const spliced = splicePanel(text, panel);
  if (spliced !== undefined && isDeepStrictEqual(readContent(spliced), want)) return spliced;
  const document = parseDocument(text, { merge: true });
  const entry = document.createNode(toEntry(panel));
  if (isSeq(document.get('panels'))) {
    document.addIn(['panels'], entry);
    // A flow list of block entries is for nobody to read.
    const panels = document.get('panels');
    if (isSeq(panels)) panels.flow = false;
  } else document.set('panels', [entry]);
  return document.toString(OPTIONS);
}

/** What the text must say afterwards; the faults of a broken text are the reader's to tell. */
function wantedContent(text: string, panel: PanelDraft): unknown {
  const content = readContent(text);
  if (typeof content !== 'object' || content === null) return undefined;
  const panels: readonly unknown[] =
    'panels' in content && Array.isArray(content.panels) ? content.panels : [];
  return { ...content, panels: [...panels, toEntry(panel)] };
}

function readContent(text: string): unknown {
  const document = parseDocument(text, { merge: true });
  if (document.errors.length > 0) return undefined;
  const content: unknown = document.toJS();
  return content;
}

/** Adds lines behind the last entry of a list in block style, at its own indentation. */
function splicePanel(text: string, panel: PanelDraft): string | undefined {
  const { contents } = parseDocument(text, { keepSourceTokens: true });
  if (!isMap(contents)) return undefined;
  const panels: unknown = contents.get('panels', true);
  if (!isSeq(panels) || panels.flow === true || panels.items.length === 0) return undefined;
  const start = panels.range?.[0];
  const end = panels.range?.[1];
  if (start === undefined || end === undefined) return undefined;
  const indent = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  if (indent.trim() !== '') return undefined;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = formatPanel(panel)
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '' : indent + line));
  const at = endOfLine(text, end);
  const before = text.slice(0, at);
  const gap = before.endsWith('\n') ? '' : newline;
  return `${before}${gap}${lines.join(newline)}${newline}${text.slice(at)}`;
}

/** The end of the line on which a value ends; a value may end with the line break itself. */
function endOfLine(text: string, end: number): number {
  const content = text.slice(0, end).trimEnd().length;
  const lineEnd = text.indexOf('\n', content);
  return lineEnd < 0 ? text.length : lineEnd + 1;
}
