import { lazy, Suspense } from 'react';
import type { EditorProps } from './promql-editor.tsx';
import styles from './explore.module.css';

const PromqlEditor = lazy(async () => {
  const module = await import('./promql-editor.tsx');
  return { default: module.PromqlEditor };
});

/** The editor, and until it is loaded a plain field of its size that can be used already. */
export function EditorField(props: EditorProps) {
  return (
    <div className={styles.editor} data-search>
      <Suspense fallback={<PlainEditor {...props} />}>
        <PromqlEditor {...props} />
      </Suspense>
    </div>
  );
}

function PlainEditor({ value, label, placeholder, onChange }: EditorProps) {
  return (
    <textarea
      rows={1}
      aria-label={label}
      placeholder={placeholder}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
