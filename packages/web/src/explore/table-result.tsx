import { formatLatency } from '../format/duration.ts';
import { formatValue } from '../format/number.ts';
import { type QueryState, QueryView } from '../kit/query-view.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { t } from '../messages/translate.ts';
import styles from './explore.module.css';
import { listRows, ROW_COUNT_MAX, type TableRow } from './instant-table.ts';
import type { InstantResult } from './query-panel.tsx';
import { Remarks } from './remarks.tsx';

export function TableResult({ query }: { readonly query: QueryState<InstantResult> }) {
  return (
    <QueryView
      query={query}
      what={t('explore.failed')}
      skeleton={<RowsSkeleton count={5} height={34} />}
    >
      {(answer) => (
        <>
          <Remarks answer={answer} />
          <Rows rows={listRows(answer.data)} tookMs={answer.tookMs} />
        </>
      )}
    </QueryView>
  );
}

function Rows({ rows, tookMs }: { readonly rows: readonly TableRow[]; readonly tookMs: number }) {
  if (rows.length === 0) return <p className={styles.hint}>{t('explore.empty')}</p>;
  const hiddenCount = rows.length - ROW_COUNT_MAX;
  return (
    <>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('explore.column.series')}</th>
            <th scope="col">{t('explore.column.value')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, ROW_COUNT_MAX).map(({ name, value, pointCount }, index) => (
            // Names may repeat in an answer; its order is the server's.
            <tr key={index}>
              <th scope="row">{name}</th>
              <td>
                {typeof value === 'number' ? formatValue(value) : value}
                {pointCount !== undefined && (
                  <small> {t('explore.points', { count: pointCount })}</small>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={styles.facts}>
        {t('explore.tableFacts', { count: rows.length, took: formatLatency(tookMs) })}
        {hiddenCount > 0 && ` ${t('explore.hidden', { count: hiddenCount })}`}
      </p>
    </>
  );
}
