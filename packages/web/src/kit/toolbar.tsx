import type { ReactNode } from 'react';
import styles from './toolbar.module.css';

/** The filters of a list, above it. */
export function Toolbar({ children }: { readonly children: ReactNode }) {
  return <div className={styles.bar}>{children}</div>;
}
