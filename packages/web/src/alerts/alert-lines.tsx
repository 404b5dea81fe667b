import type { AlertSummary } from '@nines/contract';
import { Link } from 'wouter';
import { alertPath } from '../chips/alert-path.ts';
import { AlertKind } from './alert-kind.tsx';
import styles from './alert-lines.module.css';

/** More is a list of its own. */
const SHOWN_MAX = 8;

/** A few alerts beside what they are about: open ones first, then what is over. */
export function AlertLines(props: {
  readonly alerts: readonly AlertSummary[];
  /** Said where there are none. */
  readonly none: string;
}) {
  if (props.alerts.length === 0) return <p className={styles.none}>{props.none}</p>;
  const open = props.alerts.filter(({ state }) => state !== 'resolved');
  const over = props.alerts.filter(({ state }) => state === 'resolved');
  return (
    <ul className={styles.lines}>
      {[...open, ...over].slice(0, SHOWN_MAX).map((alert) => (
        <li key={alert.id}>
          <AlertKind alert={alert} />
          <Link href={alertPath(alert.id)}>{alert.summary}</Link>
        </li>
      ))}
    </ul>
  );
}
