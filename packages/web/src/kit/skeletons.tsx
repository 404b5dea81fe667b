import { Skeleton } from '@mantine/core';
import { t } from '../messages/translate.ts';
import styles from './skeletons.module.css';

/** Grey rows where a list will be, of its size, so that nothing jumps when it comes. */
export function RowsSkeleton(props: { readonly count: number; readonly height: number }) {
  return (
    <output className={styles.rows} aria-label={t('shell.loading')}>
      {Array.from({ length: props.count }, (_, index) => (
        <Skeleton key={index} height={props.height} radius="var(--r)" />
      ))}
    </output>
  );
}
