import type { ReactNode } from 'react';
import styles from './urgency.module.css';

/** The one scale of urgency. A shape goes with each colour: colour alone tells not everyone. */
export type Urgency = 'page' | 'ticket' | 'log' | 'fine';

const SHAPES: Readonly<Record<Urgency, ReactNode>> = {
  page: <circle cx="5" cy="5" r="4" />,
  ticket: <path d="M5 1 9.4 9H.6z" />,
  log: <rect x="1.5" y="1.5" width="7" height="7" rx="1" />,
  fine: <path d="m1.4 5.4 2.4 2.4 4.8-5.4" className={styles.stroke} />,
};

/** The shape alone; what it means must stand beside it in words. */
export function UrgencyMark({ level }: { readonly level: Urgency }) {
  return (
    <svg className={styles.mark} data-level={level} viewBox="0 0 10 10" aria-hidden="true">
      {SHAPES[level]}
    </svg>
  );
}

/** Words in the colour of their urgency, with its shape. */
export function UrgencyText(props: { readonly level: Urgency; readonly children: ReactNode }) {
  return (
    <span className={styles.text} data-level={props.level}>
      <UrgencyMark level={props.level} /> {props.children}
    </span>
  );
}
