import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { AlertDetail } from '@nines/contract';
import { alertQuery } from '../api/queries.ts';
import { buildGraphData } from '../graph/graph-data.ts';
import { type RangeResult, rangeQuery } from '../graph/range-query.ts';
import { useServices } from '../services.ts';
import { chooseSpan, listMarks, selectSeries } from './alert-graph.ts';
import { splitComparison } from './split-comparison.ts';

/** A single line needs no name: the alert's labels stand beside the graph. */
function buildAlertGraph({ series, grid }: RangeResult, labels: AlertDetail['alert']['labels']) {
  const data = buildGraphData(selectSeries(series, labels), grid);
  if (data.lines.length !== 1) return data;
  return { ...data, lines: data.lines.map((line) => ({ ...line, name: '' })) };
}

export function useAlert(id: string) {
  const { client } = useServices();
  return useQuery(alertQuery(client, id));
}

/** The measured side of the rule around the alert; nothing for an alert without a rule. */
export function useAlertGraph({ alert, rule }: AlertDetail) {
  const services = useServices();
  const split = useMemo(() => splitComparison(rule?.expression ?? ''), [rule?.expression]);
  const [openedAt] = useMemo(() => [services.clock.now()], [services]);
  const span = chooseSpan(alert, openedAt);
  const query = useQuery(rangeQuery(services, split.expression, span));
  const data = useMemo(
    () => (query.data === undefined ? undefined : buildAlertGraph(query.data, alert.labels)),
    [query.data, alert.labels],
  );
  const marks = useMemo(() => listMarks(alert), [alert]);
  return { split, span, query, data, marks };
}
