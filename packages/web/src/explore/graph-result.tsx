import { formatConfigDuration, formatLatency } from '../format/duration.ts';
import { Graph } from '../graph/graph.tsx';
import type { RangeResult } from '../graph/range-query.ts';
import { type QueryState, QueryView } from '../kit/query-view.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { t } from '../messages/translate.ts';
import styles from './explore.module.css';
import { Remarks } from './remarks.tsx';
import { useGraphData } from './use-explore.ts';

const HEIGHT = 280;

export function GraphResult(props: {
  readonly query: QueryState<RangeResult>;
  readonly expression: string;
  readonly onZoom: (fromMs: number, toMs: number) => void;
}) {
  const data = useGraphData(props.query.data);
  return (
    <QueryView
      query={props.query}
      what={t('explore.failed')}
      skeleton={<RowsSkeleton count={1} height={HEIGHT} />}
    >
      {(result) => (
        <>
          <Remarks answer={result} />
          {result.series.some(({ hasHistograms }) => hasHistograms) && (
            <p className={styles.hint}>{t('explore.histograms')}</p>
          )}
          {data === undefined || data.lines.length === 0 ? (
            <p className={styles.hint}>{t('explore.empty')}</p>
          ) : (
            <Graph
              data={data}
              height={HEIGHT}
              label={t('explore.graph', { expression: props.expression })}
              syncKey="explore"
              onZoom={props.onZoom}
            />
          )}
          <p className={styles.facts}>
            {t('explore.facts', {
              count: result.series.length,
              step: formatConfigDuration(result.grid.stepMs),
              took: formatLatency(result.tookMs),
            })}
          </p>
        </>
      )}
    </QueryView>
  );
}
