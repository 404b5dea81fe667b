import { describeFailure } from '../api/failure.ts';
import styles from './settings.module.css';

/** Why a form was refused, under it. */
export function FormFailure(props: { readonly what: string; readonly error: Error | null }) {
  if (props.error === null) return null;
  const { reason, remedy } = describeFailure(props.error);
  return (
    <div role="alert" className={styles.failure}>
      <b>{props.what}</b> <span>{`${reason} ${remedy}`}</span>
    </div>
  );
}
