import type { AlertSummary, SloDetail } from '@nines/contract';
import { useMemo } from 'react';
import { useLocation } from 'wouter';
import { explorePath } from '../explore/explore-path.ts';
import { formatDuration } from '../format/duration.ts';
import { Graph } from '../graph/graph.tsx';
import { isEmptyData } from '../graph/graph-data.ts';
import { GraphPanel } from '../graph/graph-panel.tsx';
import { Section } from '../kit/section.tsx';
import { t } from '../messages/translate.ts';
import { alertMarks, budgetData, failureData } from './burn-down.ts';
import { listExpressions } from './expressions.ts';

const BUDGET_HEIGHT = 200;
const FAILURES_HEIGHT = 120;
const SYNC_KEY = 'objective';

/** Where the budget went: what was left of it over time, and the failures that spent it. */
export function BurnGraphs(props: {
  readonly detail: SloDetail;
  readonly alerts: readonly AlertSummary[];
}) {
  const { burnDown, slo, indicator } = props.detail;
  const budget = useMemo(() => budgetData(burnDown), [burnDown]);
  const failures = useMemo(() => failureData(burnDown), [burnDown]);
  const marks = useMemo(() => alertMarks(props.alerts, burnDown), [props.alerts, burnDown]);
  const thresholds = useMemo(() => [{ value: 0, label: t('objective.graph.spent') }], []);
  const [, navigate] = useLocation();
  const onZoom = (fromMs: number, toMs: number) => {
    const expressions = listExpressions(indicator).map(({ expression }) => expression);
    navigate(explorePath({ expressions, span: { kind: 'between', fromMs, toMs } }));
  };
  const step = formatDuration(burnDown.stepMs);
  const name = slo.displayName;
  return (
    <>
      <Section title={t('objective.graph.budget')} note={t('objective.graph.budget.note')}>
        <GraphPanel>
          {isEmptyData(budget) ? (
            <p>{t('objective.graph.empty')}</p>
          ) : (
            <Graph
              data={budget}
              height={BUDGET_HEIGHT}
              label={t('objective.graph.budget.label', { name })}
              syncKey={SYNC_KEY}
              unit="ratio"
              marks={marks}
              thresholds={thresholds}
              onZoom={onZoom}
            />
          )}
        </GraphPanel>
      </Section>
      {!isEmptyData(failures) && (
        <Section title={t('objective.graph.bad')} note={t('objective.graph.bad.note', { step })}>
          <GraphPanel>
            <Graph
              data={failures}
              height={FAILURES_HEIGHT}
              label={t('objective.graph.bad.label', { name, step })}
              syncKey={SYNC_KEY}
              unit="count"
              shape="bars"
              onZoom={onZoom}
            />
          </GraphPanel>
        </Section>
      )}
    </>
  );
}
