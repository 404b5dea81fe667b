import { t } from '../messages/translate.ts';
import styles from './graph.module.css';
import type { GraphData } from './graph-data.ts';
import { LINE_COUNT_MAX } from './limits.ts';

/** Says what a graph does not show. */
export function GraphNotes({ data }: { readonly data: GraphData }) {
  if (data.others.length === 0) return null;
  const count = data.others.length + data.hiddenCount;
  return (
    <figcaption className={styles.notes}>
      {t('graph.others', { count, shown: LINE_COUNT_MAX })}
      {data.hiddenCount > 0 && ` ${t('graph.hidden', { count: data.hiddenCount })}`}
    </figcaption>
  );
}
