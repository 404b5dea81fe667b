import { setDiagnostics } from '@codemirror/lint';
import { EditorView } from '@codemirror/view';
import { useEffect, useLayoutEffect, useRef } from 'react';
import type { ErrorPosition } from './error-position.ts';
import { editorExtensions } from './editor-setup.ts';

export interface EditorProps {
  readonly value: string;
  readonly label: string;
  readonly placeholder: string;
  /** Where the server found the value wrong. */
  readonly error: ErrorPosition | undefined;
  readonly onChange: (text: string) => void;
  readonly onRun: () => void;
}

/** A CodeMirror in a React box: what is typed goes out, what changes outside comes in. */
export function PromqlEditor(props: EditorProps) {
  const { value, error, label, placeholder } = props;
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const latest = useRef(props);
  useLayoutEffect(() => {
    latest.current = props;
  });
  useEffect(() => {
    if (box.current === null) return undefined;
    // In a shadow root CodeMirror adopts its style sheet; in the document it would write a style
    // element, which the content security policy need not allow for anything else.
    const root = box.current.shadowRoot ?? box.current.attachShadow({ mode: 'open' });
    const editor = new EditorView({
      parent: root,
      root,
      doc: latest.current.value,
      extensions: editorExtensions({
        label,
        placeholder,
        onRun: () => latest.current.onRun(),
        onChange: (text) => latest.current.onChange(text),
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [label, placeholder]);
  useEffect(() => {
    const editor = view.current;
    if (editor === undefined || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);
  useEffect(() => {
    const editor = view.current;
    if (editor === undefined) return;
    editor.dispatch(
      setDiagnostics(editor.state, error === undefined ? [] : [toDiagnostic(error, editor)]),
    );
  }, [error]);
  return <div ref={box} />;
}

/** An error at the very end has no character under it: the one before is marked. */
function toDiagnostic({ at, message }: ErrorPosition, editor: EditorView) {
  const end = editor.state.doc.length;
  const from = Math.max(0, Math.min(at, end - 1));
  return { from, to: Math.min(end, from + 1), severity: 'error' as const, message };
}
