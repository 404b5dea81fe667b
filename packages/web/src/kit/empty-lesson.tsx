import type { ReactNode } from 'react';
import { CodeBlock } from './code-block.tsx';
import styles from './empty-lesson.module.css';

/** An empty list that says what would be here and how it comes here. */
export function EmptyLesson(props: {
  readonly title: string;
  readonly text: string;
  /** The lines that put something here, and where they go. */
  readonly code?: { readonly text: string; readonly label: string };
  readonly children?: ReactNode;
}) {
  return (
    <div className={styles.lesson}>
      <p className={styles.title}>{props.title}</p>
      <p>{props.text}</p>
      {props.code !== undefined && <CodeBlock code={props.code.text} label={props.code.label} />}
      {props.children}
    </div>
  );
}
