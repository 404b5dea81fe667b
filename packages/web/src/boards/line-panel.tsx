import { useMemo } from 'react';
import { formatValue } from '../format/number.ts';
import { formatUnit } from '../format/unit.ts';
import { Graph } from '../graph/graph.tsx';
import { isEmptyData } from '../graph/graph-data.ts';
import { QueryView } from '../kit/query-view.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { t } from '../messages/translate.ts';
import styles from './boards.module.css';
import type { PanelProps } from './panel-card.tsx';
import { usePanelGraph } from './use-boards.ts';

/** Series over the range, with the panel's own scale and lines not to be crossed. */
export function LinePanel(props: PanelProps) {
  const { panel } = props;
  const { unit, height, min, max } = panel;
  const query = usePanelGraph(props);
  const bounds = useMemo(() => [min, max].filter((value) => value !== null), [min, max]);
  const thresholds = useMemo(
    () =>
      panel.thresholds.map(({ value, label, level }) => ({
        value,
        level,
        label: label ?? (unit === null ? formatValue(value) : formatUnit(unit, value)),
      })),
    [panel.thresholds, unit],
  );
  return (
    <QueryView
      query={query}
      what={t('boards.panel.failed')}
      skeleton={<RowsSkeleton count={1} height={height} />}
    >
      {(data) =>
        isEmptyData(data) ? (
          <p className={styles.empty} style={{ minHeight: height }}>
            {t('boards.panel.empty')}
          </p>
        ) : (
          <Graph
            data={data}
            height={height}
            label={t('boards.panel.graph', { title: panel.title })}
            syncKey="board-file"
            {...(unit === null ? {} : { unit })}
            bounds={bounds}
            thresholds={thresholds}
            onZoom={props.onZoom}
          />
        )
      }
    </QueryView>
  );
}
