/** For tests: a thread that answers with all that a query sees. */
import assert from 'node:assert/strict';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { createSilentLog } from '../platform/index.ts';
import { openThreadReader } from './reader-thread.ts';
import type { QueryView, ReaderSeat } from './sharing.ts';
import { readAll } from './store-fixture.ts';

/** What the thread is started with. */
export interface FixtureSeat {
  readonly seat: ReaderSeat;
  readonly port: MessagePort;
}

/** A question; the answer is what `readAll` answers, and how many reads of files failed. */
export interface Question {
  readonly view: QueryView;
  readonly fromMs: number;
  /** How often all is read; the answers must be the same. */
  readonly readCount: number;
  /** One word: set to 1 when the thread has read enough. */
  readonly done: Int32Array;
}

export interface Answer {
  readonly rows: ReadonlyMap<string, readonly string[]>;
  /** Reads that gave something else than the first one. */
  readonly oddReads: number;
  readonly faultCount: number;
}

function isSeat(data: unknown): data is FixtureSeat {
  return typeof data === 'object' && data !== null && 'seat' in data && 'port' in data;
}

const given: unknown = workerData;
assert.ok(isSeat(given));
const { seat, port } = given;
const thread = openThreadReader({
  seat,
  port,
  log: createSilentLog(),
  assertWanted() {},
});

parentPort?.on('message', ({ view, fromMs, readCount, done }: Question) => {
  thread.begin(view);
  const rows = readAll(thread.reader, fromMs);
  const first = JSON.stringify([...rows]);
  let oddReads = 0;
  for (let i = 1; i < readCount; i++) {
    if (JSON.stringify([...readAll(thread.reader, fromMs)]) !== first) oddReads++;
  }
  Atomics.store(done, 0, 1);
  const answer: Answer = { rows, oddReads, faultCount: thread.faultCount };
  parentPort?.postMessage(answer);
});
