import { UNKNOWN } from '../format/number.ts';
import { QueryView } from '../kit/query-view.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { t } from '../messages/translate.ts';
import styles from './boards.module.css';
import { formatPanelValue } from './number-panel.tsx';
import type { PanelProps } from './panel-card.tsx';
import { listPanelRows } from './panel-data.ts';
import { usePanelValues } from './use-boards.ts';

/** More rows than anyone reads; the rest is counted. */
const ROWS_MAX = 100;

/** A row for each series, a column for each query. */
export function TablePanel(props: PanelProps) {
  const { panel } = props;
  const query = usePanelValues(props);
  const isLone = panel.queries.length === 1;
  return (
    <QueryView
      query={query}
      what={t('boards.panel.failed')}
      skeleton={<RowsSkeleton count={4} height={28} />}
    >
      {(answers) => {
        const rows = listPanelRows(answers);
        if (rows.length === 0) return <p className={styles.none}>{t('boards.panel.empty')}</p>;
        const moreCount = rows.length - ROWS_MAX;
        return (
          <div className={styles.scroll}>
            <table className={styles.table}>
              <thead>
                <tr>
                  <th scope="col">{t('boards.panel.series')}</th>
                  {panel.queries.map(({ legend, expression }, index) => (
                    <th scope="col" key={index}>
                      {legend ?? (isLone ? t('boards.panel.value') : expression)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.slice(0, ROWS_MAX).map(({ name, values }, index) => (
                  <tr key={index}>
                    <th scope="row">{name}</th>
                    {values.map((value, at) => (
                      <td key={at}>
                        {value === undefined ? UNKNOWN : formatPanelValue(panel.unit, value)}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
            {moreCount > 0 && (
              <p className={styles.none}>{t('boards.panel.more', { count: moreCount })}</p>
            )}
          </div>
        );
      }}
    </QueryView>
  );
}
