import { Button } from '@mantine/core';
import { describeFailure } from '../api/failure.ts';
import { t } from '../messages/translate.ts';
import styles from './failure-panel.module.css';

/** A thing that could not be shown: what, why, what to do, and a way to try again. */
export function FailurePanel(props: {
  /** What could not be done: `The board could not be loaded`. */
  readonly what: string;
  readonly error: unknown;
  readonly onRetry?: () => void;
}) {
  const { reason, remedy } = describeFailure(props.error);
  return (
    <div role="alert" className={styles.panel}>
      <h2>{props.what}</h2>
      <p>{reason}</p>
      <p className={styles.remedy}>{remedy}</p>
      {props.onRetry !== undefined && <Button onClick={props.onRetry}>{t('failure.retry')}</Button>}
    </div>
  );
}
