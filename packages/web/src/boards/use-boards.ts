import {
  type AddPanelRequest,
  type BoardFile,
  fillVariables,
  type Panel,
  type VariableValues,
} from '@nines/contract';
import { useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { boardFileQuery, boardFilesQuery } from '../api/board-file-queries.ts';
import { KEYS } from '../api/queries.ts';
import { instantQuery, rangeQuery } from '../graph/range-query.ts';
import { isMoving, type Span } from '../graph/span.ts';
import { useUrlState } from '../kit/use-url-state.ts';
import { useServices } from '../services.ts';
import { type BoardState, formatBoardState, parseBoardState } from './board-state.ts';
import { buildPanelData } from './panel-data.ts';

/** Values of a label change with deploys, not with scrapes. */
const VALUES_EVERY_MS = 60_000;
/** Far enough back to know what was there before something went wrong. */
const VALUES_SPAN_MS = 24 * 3_600_000;

export function useBoardFiles() {
  const { client } = useServices();
  return useQuery(boardFilesQuery(client));
}

export function useBoardFile(name: string) {
  const { client } = useServices();
  return useQuery(boardFileQuery(client, name));
}

/** Adds a panel; what comes back is the board as it is now. */
export function useAddPanel() {
  const { client } = useServices();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ name, body }: { readonly name: string; readonly body: AddPanelRequest }) =>
      client('addPanel', { params: { name }, body }),
    // Also where it was refused: then the board is another one than this page knew.
    onSettled: () => queryClient.invalidateQueries({ queryKey: [KEYS.boardFiles] }),
  });
}

/** The range and the choices of a board, in the URL. */
export function useBoardState(board: BoardFile) {
  const { rangeMs, variables } = board;
  const [parse, format] = useMemo(() => {
    const usual = { rangeMs, variables };
    return [
      (search: string) => parseBoardState(usual, search),
      (state: BoardState) => formatBoardState(usual, state),
    ] as const;
  }, [rangeMs, variables]);
  return useUrlState(parse, format);
}

/** The values that can be chosen for each variable, by its name; undefined where not known yet. */
export function useVariableValues(variables: BoardFile['variables']) {
  const { prometheus, clock } = useServices();
  return useQueries({
    queries: variables.map(({ label, of }) => ({
      queryKey: [KEYS.graph, 'label-values', label, of],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => {
        const toMs = clock.now();
        return prometheus.labelValues({ label, of, fromMs: toMs - VALUES_SPAN_MS, toMs }, signal);
      },
      refetchInterval: VALUES_EVERY_MS,
    })),
    combine: (results) =>
      Object.fromEntries(variables.map(({ name }, index) => [name, results[index]?.data])),
  });
}

/** What a panel asks, with the values of the variables in their places. */
export interface PanelQuestion {
  readonly panel: Panel;
  readonly span: Span;
  readonly values: VariableValues;
  readonly refreshMs: number;
}

function intervalOf({ span, refreshMs }: PanelQuestion): number | false {
  return isMoving(span) && refreshMs > 0 ? refreshMs : false;
}

/** The expressions of a panel as they are asked. */
export function fillPanel({ panel, values }: Pick<PanelQuestion, 'panel' | 'values'>) {
  return panel.queries.map(({ expression }) => fillVariables(expression, values));
}

/** The lines of a panel, drawn once all of its queries have been answered. */
export function usePanelGraph(question: PanelQuestion) {
  const services = useServices();
  const { queries } = question.panel;
  const { answers, error, refetch } = useQueries({
    queries: fillPanel(question).map((expression) => ({
      ...rangeQuery(services, expression, question.span),
      refetchInterval: intervalOf(question),
    })),
    combine: combineAnswers,
  });
  const data = useMemo(
    () => (answers === undefined ? undefined : buildPanelData(queries, answers)),
    [queries, answers],
  );
  return { data, error, refetch };
}

/** The newest values of a panel, or those at the end of the range. */
export function usePanelValues(question: PanelQuestion) {
  const services = useServices();
  const { answers, error, refetch } = useQueries({
    queries: fillPanel(question).map((expression) => ({
      ...instantQuery(services, expression, question.span),
      refetchInterval: intervalOf(question),
    })),
    combine: combineAnswers,
  });
  return { data: answers?.map(({ data }) => data), error, refetch };
}

interface Answering<Answer> {
  readonly data: Answer | undefined;
  readonly error: Error | null;
  readonly refetch: () => Promise<unknown>;
}

/** One answer of several: there when all are, failed when one is. */
function combineAnswers<Answer>(results: readonly Answering<Answer>[]) {
  const answers = results.flatMap(({ data }) => (data === undefined ? [] : [data]));
  return {
    answers: answers.length === results.length ? answers : undefined,
    error: results.find(({ error }) => error !== null)?.error ?? null,
    refetch: () => Promise.all(results.map(({ refetch }) => refetch())),
  };
}
