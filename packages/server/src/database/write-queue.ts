/**
 * Gathers the batches that wait into groups.
 *
 * While one group is being committed the next batches gather; the slower the disk, the larger the
 * groups, so that throughput does not fall with its latency. Batches keep the order of their calls.
 */
import {
  type AppError,
  type BugError,
  type Clock,
  timedOut,
  type Timer,
} from '../platform/index.ts';
import type { Batch, BatchOutcome } from './batch-outcome.ts';
import { UnexpectedRows } from './engine.ts';
import { GROUP_BATCHES_MAX, GROUP_STATEMENTS_MAX, WRITE_TIMEOUT_MS } from './limits.ts';
import type { StatementResult } from './statement.ts';

/** Runs batches as one transaction; answers after the commit, one outcome for each batch. */
export type ExecuteGroup = (batches: readonly Batch[]) => Promise<readonly GroupOutcome[]>;

export type GroupOutcome = BatchOutcome<AppError | BugError>;

interface Entry {
  readonly batch: Batch;
  readonly timer: Timer;
  resolve(results: readonly StatementResult[]): void;
  reject(error: unknown): void;
}

export class WriteQueue {
  readonly #execute: ExecuteGroup;
  readonly #clock: Clock;
  /** In order of calls. Invariant: while it is not empty, #pump is under way. */
  readonly #waiting: Entry[] = [];
  #isPumping = false;

  constructor(options: {
    readonly execute: ExecuteGroup;
    readonly clock: Clock;
  }) {
    this.#execute = options.execute;
    this.#clock = options.clock;
  }

  /** Answers when the batch is on disk. */
  async write(batch: Batch): Promise<readonly StatementResult[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly StatementResult[]>();
    const timer = this.#clock.after(WRITE_TIMEOUT_MS, () => this.#giveUp(entry));
    const entry: Entry = { batch, timer, resolve, reject };
    this.#waiting.push(entry);
    if (!this.#isPumping) void this.#pump();
    return promise;
  }

  async #pump(): Promise<void> {
    this.#isPumping = true;
    // One turn later, so that all who write in the same turn share the first commit.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#takeGroup();
      try {
        const outcomes = await this.#execute(group.map(({ batch }) => batch));
        for (const [index, entry] of group.entries()) settle(entry, outcomes[index]);
      } catch (error) {
        for (const entry of group) entry.reject(error);
      }
      for (const entry of group) entry.timer.cancel();
    }
    this.#isPumping = false;
  }

  #takeGroup(): Entry[] {
    let statements = 0;
    const size = this.#waiting.findIndex(({ batch }, index) => {
      statements += batch.length;
      return index > 0 && (index === GROUP_BATCHES_MAX || statements > GROUP_STATEMENTS_MAX);
    });
    return this.#waiting.splice(0, size < 0 ? this.#waiting.length : size);
  }

  #giveUp(entry: Entry): void {
    const index = this.#waiting.indexOf(entry);
    if (index >= 0) {
      this.#waiting.splice(index, 1);
      const message = `the disk is too slow: nothing was written in ${WRITE_TIMEOUT_MS} ms`;
      entry.reject(timedOut('DATABASE_TIMEOUT', message));
      return;
    }
    const message =
      `the disk has not answered in ${WRITE_TIMEOUT_MS} ms; ` +
      'look the record up before trying again';
    entry.reject(timedOut('DATABASE_OUTCOME_UNKNOWN', message));
  }
}

function settle(entry: Entry, outcome: GroupOutcome): void {
  switch (outcome.kind) {
    case 'stored':
      entry.resolve(outcome.results);
      break;
    case 'unexpectedRows':
      entry.reject(new UnexpectedRows(outcome.statementIndex, outcome.affectedRows));
      break;
    case 'failed':
      entry.reject(outcome.failure);
      break;
  }
}
