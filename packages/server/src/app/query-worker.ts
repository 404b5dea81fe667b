/** Entry of the threads that run queries: reads the store in place, answers with bytes. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { answerQuestion, evaluateQuestion } from '../http/query-answer-thread.ts';
import { createSystemClock, type Log, unavailable } from '../platform/index.ts';
import {
  createQueryEngine,
  loadAggregateEvaluation,
  type OpenAggregates,
  type Queryable,
  type QueryEngine,
  type QueryEngineOptions,
  type QueryResult,
} from '../promql/index.ts';
import type { SourceView } from '../remote/index.ts';
import { openThreadReader } from '../tsdb/reader-thread.ts';
import { ParsedQueries } from './parsed-queries.ts';
import {
  describeFault,
  isThreadSeat,
  QUERY_THREAD,
  QueryCells,
  type QueryOrder,
  type QueryReply,
  type QueryThreadSeat,
} from './query-messages.ts';

// Without that it was only to be loaded.
if (parentPort !== null && workerData === QUERY_THREAD) awaitSeat(parentPort);

/** It may be started before there is a store: then all is loaded by the time that it comes. */
function awaitSeat(parent: MessagePort): void {
  parent.once('message', (data: unknown) => {
    if (isThreadSeat(data)) serve(data, parent);
  });
}

function serve(given: QueryThreadSeat, parent: MessagePort): void {
  const reply = (message: QueryReply, transfer: readonly ArrayBuffer[] = []): void =>
    parent.postMessage(message, [...transfer]);
  const clock = createSystemClock();
  const cells = new QueryCells(given.cells);
  const parsed = new ParsedQueries();
  const now = { id: 0, deadlineMs: Infinity };
  const isOver = (): boolean => cells.isCancelled(now.id) || clock.monotonicMs() > now.deadlineMs;
  const thread = openThreadReader({
    seat: given.seat,
    port: given.port,
    log: createForwardingLog(reply, {}),
    // Only while it waits for the writer: else the evaluator looks after its bounds.
    assertWanted() {
      if (isOver()) throw unavailable('QUERY_CANCELED', 'query was canceled while it read');
    },
  });
  const run = (order: QueryOrder, loaded: Loaded): void => {
    now.id = order.id;
    now.deadlineMs = clock.monotonicMs() + order.timeoutMs;
    cells.samplesRead = 0;
    thread.begin(order.view);
    const { question, limits, timeoutMs } = order;
    const { sources, openAggregates } = loaded;
    const engine = createEngine(thread.reader, { clock, limits, openAggregates }, sources);
    const watch = {
      expr: parsed.parse(question.text),
      timeoutMs,
      isCancelled: () => cells.isCancelled(order.id),
      onProgress({ samplesRead }: { readonly samplesRead: number }) {
        cells.samplesRead = samplesRead;
      },
    };
    if (order.wants === 'result') {
      const result = evaluateQuestion(engine, question, watch);
      reply({ kind: 'result', id: order.id, result });
      return;
    }
    const { body, stats } = answerQuestion(engine, question, watch);
    reply({ kind: 'body', id: order.id, body, stats }, [body.buffer]);
  };
  const answer = async (order: QueryOrder): Promise<void> => {
    try {
      // Loaded by those only who ask other servers.
      const { gathered } = order;
      const module = gathered && (await import('../remote/source-view-thread.ts'));
      // By those only that keep aggregates.
      await thread.prepare(order.view);
      const openAggregates = order.view.aggregates && (await loadAggregateEvaluation());
      const sources = gathered && module?.createSourceView(thread.reader, gathered);
      run(order, { sources, openAggregates });
    } catch (error) {
      reply({ kind: 'failed', id: order.id, fault: describeFault(error) });
    }
  };
  parent.on('message', (order: QueryOrder) => void answer(order));
  reply({ kind: 'ready' });
}

/** What some queries need and most do not. */
interface Loaded {
  readonly sources: SourceView | undefined;
  readonly openAggregates: OpenAggregates | undefined;
}

/** An engine over this server's store, or over it and what other servers have answered. */
function createEngine(
  reader: Queryable,
  options: Pick<QueryEngineOptions, 'clock' | 'limits' | 'openAggregates'>,
  sources: SourceView | undefined,
): QueryEngine {
  if (sources === undefined) return createQueryEngine({ ...options, queryable: reader });
  const queryable: Queryable = {
    select: (range) => sources.select(range),
    estimate: (range) => sources.estimate(range),
    labelNames: (range) => reader.labelNames(range),
    labelValues: (name, range) => reader.labelValues(name, range),
    series: (range) => reader.series(range),
  };
  const engine = createQueryEngine({ ...options, queryable });
  const withWarnings = (result: QueryResult): QueryResult => ({
    ...result,
    warnings: [...result.warnings, ...sources.warnings],
  });
  return {
    ...engine,
    evaluateInstant: (query) => withWarnings(engine.evaluateInstant(query)),
    evaluateRange: (query) => withWarnings(engine.evaluateRange(query)),
  };
}

/** The server's thread writes the lines. */
function createForwardingLog(
  reply: (message: QueryReply) => void,
  common: Readonly<Record<string, string | number | boolean | undefined>>,
): Log {
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error'): Log['info'] =>
    (message, fields) =>
      reply({ kind: 'log', level, message, fields: { ...common, ...fields } });
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    with: (fields) => createForwardingLog(reply, { ...common, ...fields }),
  };
}
