/** The main thread's end of the writer's thread: starts it, sends it groups, starts it anew. */
import { Worker } from 'node:worker_threads';
import {
  type AppError,
  type Clock,
  errorMessage,
  type Log,
  timedOut,
  unavailable,
} from '../platform/index.ts';
import type { Batch, BatchOutcome } from './batch-outcome.ts';
import { CLOSE_TIMEOUT_MS, OPEN_TIMEOUT_MS, WRITER_HEAP_MIB_MAX } from './limits.ts';
import { createSqliteError } from './sqlite-error.ts';
import type { SqliteFault } from './sqlite-writer.ts';
import type { WriterReply, WriterRequest } from './writer-thread.ts';

export interface SqliteThreadOptions {
  readonly file: string;
  /** The entry file of the thread; `app` owns it. */
  readonly entry: URL;
  readonly clock: Clock;
  readonly log: Log;
}

/** Someone who waits for the thread's next word. */
interface Waiter {
  resolve(reply: WriterReply): void;
  reject(error: AppError): void;
}

/** One thread at a time, one request at a time; after a crash the next request starts another. */
export class SqliteThread {
  readonly #options: SqliteThreadOptions;
  #worker: Worker | undefined;
  #waiter: Waiter | undefined;

  constructor(options: SqliteThreadOptions) {
    this.#options = options;
  }

  /** Starts the thread; rejects when it cannot open the file or finds it damaged. */
  async start(): Promise<void> {
    const { file, entry, clock } = this.#options;
    const worker = new Worker(entry, {
      workerData: file,
      resourceLimits: { maxOldGenerationSizeMb: WRITER_HEAP_MIB_MAX },
    });
    this.#worker = worker;
    const ready = this.#nextReply();
    worker.on('message', (reply: WriterReply) => this.#takeWaiter()?.resolve(reply));
    worker.on('error', (error) => this.#end(worker, error));
    worker.on('exit', () => this.#end(worker, undefined));
    const deadline = clock.after(OPEN_TIMEOUT_MS, () => {
      const message = `cannot open database "${file}": no answer from the disk in ${OPEN_TIMEOUT_MS} ms`;
      this.#takeWaiter()?.reject(timedOut('DATABASE_TIMEOUT', message));
    });
    try {
      checkReady(await ready, file);
    } catch (error) {
      this.#worker = undefined;
      void worker.terminate();
      throw error;
    } finally {
      deadline.cancel();
    }
  }

  /** Has the thread run the batches as one transaction. */
  async execute(batches: readonly Batch[]): Promise<readonly BatchOutcome<SqliteFault>[]> {
    if (this.#worker === undefined) await this.start();
    const reply = this.#nextReply();
    this.#post({ kind: 'write', batches });
    const written = await reply;
    return written.kind === 'written' ? written.outcomes : [];
  }

  /** Closes the file and ends the thread, by force where the disk does not answer. */
  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    worker.once('exit', () => resolve());
    const deadline = this.#options.clock.after(CLOSE_TIMEOUT_MS, () => void worker.terminate());
    this.#post({ kind: 'close' });
    await promise;
    deadline.cancel();
  }

  #post(request: WriterRequest): void {
    this.#worker?.postMessage(request);
  }

  async #nextReply(): Promise<WriterReply> {
    const { promise, resolve, reject } = Promise.withResolvers<WriterReply>();
    this.#waiter = { resolve, reject };
    return promise;
  }

  #takeWaiter(): Waiter | undefined {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    return waiter;
  }

  #end(worker: Worker, error: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    if (error !== undefined) {
      this.#options.log.error('record writer crashed', { error: errorMessage(error) });
    }
    const message =
      'the record writer ended while it wrote; look the record up before trying again';
    this.#takeWaiter()?.reject(unavailable('DATABASE_OUTCOME_UNKNOWN', message, { cause: error }));
  }
}

function checkReady(reply: WriterReply, file: string): void {
  if (reply.kind === 'refused') {
    throw createSqliteError(reply.fault, `cannot open database "${file}"`);
  }
  if (reply.kind === 'damaged') {
    const message = `database "${file}" is damaged: ${reply.damage}; restore it from a backup`;
    throw unavailable('DATABASE_DAMAGED', message);
  }
}
