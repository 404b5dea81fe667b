/** The PromQL editor: completion from this server, errors where they are, the theme's colours. */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import {
  defaultKeymap,
  history,
  historyKeymap,
  insertNewlineAndIndent,
} from '@codemirror/commands';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { type Extension, Prec } from '@codemirror/state';
import { EditorView, keymap, placeholder } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { PromQLExtension } from '@prometheus-io/codemirror-promql';
import { GUARD_HEADER } from '../api/send.ts';

export interface EditorOptions {
  readonly label: string;
  readonly placeholder: string;
  readonly onRun: () => void;
  readonly onChange: (text: string) => void;
}

/** Completion looks at the metrics of this long ago at most: what exists now is what is meant. */
const COMPLETE_WITHIN_MS = 12 * 60 * 60 * 1000;

export function editorExtensions(options: EditorOptions): Extension {
  // Its linter would wipe the server's finding with what its own, laxer grammar thinks.
  const promql = new PromQLExtension().activateLinter(false).setComplete({
    remote: {
      url: '',
      httpMethod: 'GET',
      lookbackInterval: COMPLETE_WITHIN_MS,
      requestHeaders: new Headers(GUARD_HEADER),
    },
  });
  const run = () => {
    options.onRun();
    return true;
  };
  return [
    // Completion takes Enter first, to choose; else Enter runs and Shift-Enter breaks the line.
    keymap.of(completionKeymap),
    Prec.high(keymap.of([{ key: 'Mod-Enter', run }])),
    keymap.of([
      { key: 'Enter', run },
      { key: 'Shift-Enter', run: insertNewlineAndIndent },
      ...closeBracketsKeymap,
      ...historyKeymap,
      ...defaultKeymap,
    ]),
    history(),
    bracketMatching(),
    closeBrackets(),
    autocompletion({ icons: false }),
    promql.asExtension(),
    syntaxHighlighting(highlightStyle),
    editorTheme,
    EditorView.lineWrapping,
    placeholder(options.placeholder),
    EditorView.contentAttributes.of({ 'aria-label': options.label, 'data-gramm': 'false' }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) options.onChange(update.state.doc.toString());
    }),
  ];
}

const highlightStyle = HighlightStyle.define([
  { tag: [tags.number, tags.string], color: 'var(--series-2)' },
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: 'var(--series-3)' },
  {
    tag: [tags.function(tags.variableName), tags.special(tags.variableName)],
    color: 'var(--accent)',
  },
  { tag: tags.labelName, color: 'var(--series-6)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--faint)', fontStyle: 'italic' },
  { tag: tags.invalid, color: 'var(--page)' },
]);

const editorTheme = EditorView.theme({
  '&': { backgroundColor: 'transparent', color: 'var(--text)', fontSize: '13px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.5' },
  '.cm-content': { padding: '7px 0', caretColor: 'var(--text)' },
  '.cm-line': { padding: '0 10px' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-placeholder': { color: 'var(--faint)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground':
    { background: 'color-mix(in srgb, var(--accent) 22%, transparent)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 18%, transparent)',
  },
  '.cm-tooltip': {
    backgroundColor: 'var(--panel)',
    color: 'var(--text)',
    border: '1px solid var(--line)',
    borderRadius: '6px',
    boxShadow: 'var(--shadow)',
    overflow: 'hidden',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', fontSize: '12.5px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px 10px' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    background: 'var(--selected)',
    color: 'var(--text)',
  },
  '.cm-completionDetail': { color: 'var(--faint)', fontStyle: 'normal', marginLeft: '12px' },
  '.cm-completionInfo': { padding: '8px 10px', maxWidth: '320px' },
  // The library's own wave is an image in a data URL, which the content policy refuses.
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--page)',
    textUnderlineOffset: '3px',
  },
  '.cm-diagnostic': { padding: '4px 10px', borderLeft: '3px solid var(--ticket)' },
});
