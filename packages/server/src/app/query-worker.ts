/** Entry of the threads that run queries: reads the store in place, answers with bytes. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { answerQuestion, encodeAll, evaluateQuestion } from '../http/query-answer-thread.ts';
import { createSystemClock, type Log, unavailable } from '../platform/index.ts';
import { createQueryEngine } from '../promql/index.ts';
import { openThreadReader } from '../tsdb/reader-thread.ts';
import { ParsedQueries } from './parsed-queries.ts';
import {
  describeFault,
  isThreadSeat,
  QueryCells,
  type QueryOrder,
  type QueryReply,
  type QueryThreadSeat,
} from './query-messages.ts';

const data: unknown = workerData;
if (parentPort !== null && isThreadSeat(data)) serve(data, parentPort);

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
  const run = (order: QueryOrder): void => {
    now.id = order.id;
    now.deadlineMs = clock.monotonicMs() + order.timeoutMs;
    cells.samplesRead = 0;
    thread.begin(order.view);
    const { question, limits, timeoutMs } = order;
    const engine = createQueryEngine({ queryable: thread.reader, clock, limits });
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
    const bytes = encodeAll(body);
    reply({ kind: 'body', id: order.id, body: bytes, stats }, [bytes.buffer]);
  };
  parent.on('message', (order: QueryOrder) => {
    try {
      run(order);
    } catch (error) {
      reply({ kind: 'failed', id: order.id, fault: describeFault(error) });
    }
  });
  reply({ kind: 'ready' });
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
