import type { AlertDetail } from '@nines/contract';
import { Link, useLocation } from 'wouter';
import { backtestPath } from '../backtest/backtest-state.ts';
import { explorePath } from '../explore/explore-path.ts';
import { Graph } from '../graph/graph.tsx';
import { GraphPanel } from '../graph/graph-panel.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { Section } from '../kit/section.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { t } from '../messages/translate.ts';
import { useAlertGraph } from './use-alert.ts';
import { useLimitLines } from './use-limit-lines.ts';

const HEIGHT = 220;

/** What the rule measures, around the time of the alert. */
export function AlertGraphSection({ detail }: { readonly detail: AlertDetail }) {
  const { split, span, query, data, marks } = useAlertGraph(detail);
  const [, navigate] = useLocation();
  const thresholds = useLimitLines(split.threshold);
  const expressions = [split.expression];
  return (
    <Section
      title={t('alert.graph')}
      note={
        <>
          <BacktestLink detail={detail} />
          <Link href={explorePath({ expressions, span })}>{t('alert.explore')}</Link>
        </>
      }
    >
      <GraphPanel>
        <QueryView
          query={{ ...query, data }}
          what={t('alert.graph.failed')}
          skeleton={<RowsSkeleton count={1} height={HEIGHT} />}
        >
          {(graph) =>
            graph.lines.length === 0 ? (
              <p>{t('alert.graph.empty')}</p>
            ) : (
              <Graph
                data={graph}
                height={HEIGHT}
                label={t('alert.graph.label', { expression: split.expression })}
                syncKey="alert"
                marks={marks}
                thresholds={thresholds}
                onZoom={(fromMs, toMs) =>
                  navigate(explorePath({ expressions, span: { kind: 'between', fromMs, toMs } }))
                }
              />
            )
          }
        </QueryView>
      </GraphPanel>
    </Section>
  );
}

/** Whether another limit would have been better. */
function BacktestLink({ detail: { alert, rule } }: { readonly detail: AlertDetail }) {
  const name = alert.labels['alertname'];
  if (rule === null || name === undefined) return null;
  const { group, expression, forMs } = rule;
  return (
    <>
      <Link href={backtestPath({ name, group, expression, forMs })}>{t('backtest.link')}</Link>
      {' · '}
    </>
  );
}
