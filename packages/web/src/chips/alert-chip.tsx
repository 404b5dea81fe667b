import type { Output } from '@nines/contract';
import { Link } from 'wouter';
import { UrgencyMark } from '../kit/urgency.tsx';
import { alertPath } from './alert-path.ts';
import styles from './chips.module.css';

/** An alert, wherever one is named. */
export function AlertChip(props: {
  readonly id: string;
  readonly name: string;
  readonly output?: Output;
}) {
  return (
    <Link href={alertPath(props.id)} className={styles.chip}>
      {props.output !== undefined && (
        <>
          <UrgencyMark level={props.output} />{' '}
        </>
      )}
      {props.name}
    </Link>
  );
}
