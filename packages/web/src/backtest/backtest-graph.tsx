import type { Backtest, BacktestPeriod } from '@nines/contract';
import { useMemo } from 'react';
import type { SplitExpression } from '../alerts/split-comparison.ts';
import { useLimitLines } from '../alerts/use-limit-lines.ts';
import type { Band } from '../graph/annotations.ts';
import { Graph } from '../graph/graph.tsx';
import type { GraphData } from '../graph/graph-data.ts';
import { GraphPanel } from '../graph/graph-panel.tsx';
import { type QueryState, QueryView } from '../kit/query-view.tsx';
import { Section } from '../kit/section.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { t } from '../messages/translate.ts';

const HEIGHT = 240;

/** The value with its limit, and when the rule would have fired. */
export function BacktestGraph(props: {
  readonly query: QueryState<GraphData>;
  readonly split: SplitExpression;
  readonly backtest: Backtest | undefined;
}) {
  const { query, split, backtest } = props;
  const thresholds = useLimitLines(split.threshold);
  const bands = useMemo(() => (backtest === undefined ? [] : bandsOf(backtest)), [backtest]);
  return (
    <Section
      title={t('backtest.graph')}
      note={bands.length === 0 ? undefined : t('backtest.graph.note')}
    >
      <GraphPanel>
        <QueryView
          query={query}
          what={t('alert.graph.failed')}
          skeleton={<RowsSkeleton count={1} height={HEIGHT} />}
        >
          {(graph) =>
            graph.lines.length === 0 ? (
              <p>{t('backtest.graph.empty')}</p>
            ) : (
              <Graph
                data={graph}
                height={HEIGHT}
                label={t('backtest.graph.label', { expression: split.expression })}
                syncKey="backtest"
                thresholds={thresholds}
                bands={bands}
                onZoom={() => {}}
              />
            )
          }
        </QueryView>
      </GraphPanel>
    </Section>
  );
}

/** The tested rule's over the whole height; those of the rule in force as a strip below. */
function bandsOf({ tested, inForce, toMs }: Backtest): readonly Band[] {
  const toBand =
    (isStrip: boolean) =>
    ({ firedAt, resolvedAt, output }: BacktestPeriod): Band => ({
      fromMs: firedAt,
      toMs: resolvedAt ?? toMs,
      level: output === 'page' ? 'page' : 'ticket',
      isStrip,
    });
  return [
    ...tested.periods.map(toBand(false)),
    ...(inForce === null ? [] : inForce.periods.map(toBand(true))),
  ];
}
