import { type ReactNode, useId } from 'react';
import styles from './section.module.css';

/** A titled part of a page; `isPanel` draws it as a card of the aside. */
export function Section(props: {
  readonly title: string;
  readonly note?: ReactNode;
  readonly isPanel?: boolean;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={props.isPanel === true ? styles.panel : styles.part}>
      <div className={styles.head}>
        <h2 id={id}>{props.title}</h2>
        {props.note !== undefined && <span className={styles.note}>{props.note}</span>}
      </div>
      {props.children}
    </section>
  );
}
