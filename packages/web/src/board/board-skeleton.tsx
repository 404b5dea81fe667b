import { RowsSkeleton } from '../kit/skeletons.tsx';
import styles from './board.module.css';

export function BoardSkeleton() {
  return (
    <div className={styles.columns}>
      <RowsSkeleton count={6} height={54} />
      <RowsSkeleton count={2} height={150} />
    </div>
  );
}
