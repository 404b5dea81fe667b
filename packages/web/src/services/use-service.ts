import type { Signal } from '@nines/contract';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import {
  serviceAlertsQuery,
  servicesQuery,
  signalsQuery,
  slosQuery,
} from '../api/objective-queries.ts';
import { boardQuery, targetsQuery } from '../api/queries.ts';
import { rangeQuery } from '../graph/range-query.ts';
import type { Span } from '../graph/span.ts';
import { useServices } from '../services.ts';
import { joinLines } from './signal-graph.ts';

/** Services as they are declared and seen. */
export function useServiceList() {
  const { client } = useServices();
  return useQuery(servicesQuery(client));
}

/** The signals of a service, and what the board says of it. */
export function useService(name: string) {
  const { client } = useServices();
  const signals = useQuery(signalsQuery(client, name));
  const board = useQuery(boardQuery(client, true));
  return { signals, summary: board.data?.services.find((service) => service.name === name) };
}

/** What stands beside the graphs; undefined where it is not known yet. */
export function useServiceSurroundings(name: string) {
  const { client } = useServices();
  const slos = useQuery(slosQuery(client, name));
  const alerts = useQuery(serviceAlertsQuery(client, name));
  const targets = useQuery(targetsQuery(client));
  return {
    slos: slos.data?.slos,
    alerts: alerts.data?.alerts,
    targets: targets.data?.targets.filter(({ service }) => service === name),
  };
}

/** The lines of a signal as one graph; drawn once all have been answered. */
export function useSignalGraph(signal: Signal, span: Span) {
  const services = useServices();
  return useQueries({
    queries: signal.lines.map(({ expression }) => rangeQuery(services, expression, span)),
    combine: (results) => {
      const failed = results.find(({ error }) => error !== null);
      const answers = results.flatMap(({ data }) => (data === undefined ? [] : [data]));
      return {
        answers: answers.length === results.length ? answers : undefined,
        error: failed?.error ?? null,
        refetch: () => Promise.all(results.map(({ refetch }) => refetch())),
      };
    },
  });
}

/** The same graph for as long as its answers are the same, whatever the value of the moment. */
export function useJoinedLines(
  signal: Signal,
  answers: Parameters<typeof joinLines>[1] | undefined,
) {
  const names = signal.lines.map(({ name }) => name).join('\n');
  return useMemo(
    () => (answers === undefined ? undefined : joinLines(names.split('\n'), answers)),
    [names, answers],
  );
}
