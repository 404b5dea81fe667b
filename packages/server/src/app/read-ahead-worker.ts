/** Entry of the thread that reads the series while the server's modules load (read-ahead.ts). */
import { parentPort, workerData } from 'node:worker_threads';
import { createSystemClock, type Log, type LogFields, type LogLevel } from '../platform/index.ts';
import type { RecoveredStore } from '../tsdb/index.ts';
import { recoverStore } from '../tsdb/recovery-thread.ts';

/** What the thread answers, once. */
export interface ReadSeries {
  readonly store: RecoveredStore;
  /** Written by the server when it takes the store: else it reads again, and says the same. */
  readonly lines: readonly LogLine[];
}

interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

if (typeof workerData === 'string') {
  const lines: LogLine[] = [];
  const log = createCollectingLog(lines, {});
  const store = recoverStore({ dir: workerData, clock: createSystemClock(), log });
  const read: ReadSeries = { store, lines };
  parentPort?.postMessage(read);
}

function createCollectingLog(lines: LogLine[], common: LogFields): Log {
  const at =
    (level: LogLevel): Log['info'] =>
    (message, fields) =>
      void lines.push({ level, message, fields: { ...common, ...fields } });
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    with: (fields) => createCollectingLog(lines, { ...common, ...fields }),
  };
}
