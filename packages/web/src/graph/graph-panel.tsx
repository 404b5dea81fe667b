import type { ReactNode } from 'react';
import styles from './graph-panel.module.css';

/** The box that a graph, or the reason why there is none, stands in. */
export function GraphPanel({ children }: { readonly children: ReactNode }) {
  return <div className={styles.panel}>{children}</div>;
}
