/**
 * Sends what the store takes to other stores: one log on disk (send-log.ts), and a queue for each
 * receiver of the configuration (send-queue.ts). Without receivers it does nothing and keeps nothing.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Clock, Log, Random } from '../platform/index.ts';
import type { Labels, SampleBatch } from '../series/index.ts';
import type { LogFolder } from './log-folder.ts';
import type { SendTarget } from './send-config.ts';
import { SendLog } from './send-log.ts';
import { cursorName, SendQueue, type SendStats } from './send-queue.ts';
import type { SentMetadata } from './write-encoder.ts';

/** A receiver, and what of the configuration made it: the same again leaves its queue alone. */
export interface DeclaredTarget {
  readonly key: unknown;
  readonly create: () => SendTarget;
}

export interface SenderOptions {
  /** Opened when there is somebody to send to. */
  readonly openFolder: () => LogFolder;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly userAgent: string;
  readonly labelsOf: (ref: number) => Labels | undefined;
  readonly metadata: () => Iterable<SentMetadata>;
  /** Called when samples were given up because the log is at its bound. */
  readonly onLoss: (name: string, sampleCount: number) => void;
  readonly segmentBytes?: number;
  readonly bytesMax?: number;
}

export interface SenderStats {
  readonly queues: readonly SendStats[];
  readonly logBytes: number;
  readonly logFailures: number;
  readonly newestMs: number;
}

export interface Sender {
  /** Puts receivers into force; those that stay the same go on where they are. */
  apply(targets: readonly DeclaredTarget[]): Promise<void>;
  /** Takes what the store has taken. */
  note(batch: SampleBatch): void;
  /** Makes the log durable, and cuts it; call it about once a second. */
  maintain(): Promise<void>;
  stats(): SenderStats;
  stop(): Promise<void>;
}

/** Builds a sender without receivers. */
export function createSender(options: SenderOptions): Sender {
  return new AppSender(options);
}

interface Running {
  readonly key: unknown;
  readonly queue: SendQueue;
}

class AppSender implements Sender {
  readonly #options: SenderOptions;
  #folder: LogFolder | undefined;
  #sendLog: SendLog | undefined;
  #running: readonly Running[] = [];

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  async apply(targets: readonly DeclaredTarget[]): Promise<void> {
    const kept = this.#running.filter(({ key }) =>
      targets.some((target) => isDeepStrictEqual(target.key, key)),
    );
    const gone = this.#running.filter((one) => !kept.includes(one));
    await Promise.all(gone.map(async ({ queue }) => queue.stop()));
    if (targets.length === 0) {
      await this.#close();
      return;
    }
    const fresh = targets
      .filter((target) => !kept.some(({ key }) => isDeepStrictEqual(target.key, key)))
      .map((target): Running => ({ key: target.key, queue: this.#open(target) }));
    this.#running = [...kept, ...fresh];
    this.#forgetOthers();
    for (const { queue } of fresh) queue.start();
  }

  #open({ create }: DeclaredTarget): SendQueue {
    const { openFolder, labelsOf, log, segmentBytes, bytesMax } = this.#options;
    this.#folder ??= openFolder();
    const folder = this.#folder;
    this.#sendLog ??= new SendLog({
      folder,
      log,
      labelsOf,
      ...(segmentBytes === undefined ? {} : { segmentBytes }),
      ...(bytesMax === undefined ? {} : { bytesMax }),
    });
    return new SendQueue({ ...this.#options, target: create(), sendLog: this.#sendLog, folder });
  }

  /** A receiver that comes back after it was taken out begins as a new one. */
  #forgetOthers(): void {
    const names = new Set(this.#running.map(({ queue }) => cursorName(queue.name)));
    for (const name of this.#folder?.list() ?? []) {
      if (name.endsWith('.cursor') && !names.has(name)) this.#folder?.remove(name);
    }
  }

  /** Nobody is left: what is kept for nobody only takes room. */
  async #close(): Promise<void> {
    this.#running = [];
    await this.#sendLog?.close();
    this.#sendLog?.clear();
    this.#sendLog = undefined;
    this.#forgetOthers();
    this.#folder = undefined;
  }

  note(batch: SampleBatch): void {
    if (this.#sendLog === undefined) return;
    this.#sendLog.append(batch);
    for (const { queue } of this.#running) queue.notify();
  }

  async maintain(): Promise<void> {
    const sendLog = this.#sendLog;
    if (sendLog === undefined) return;
    await sendLog.sync();
    const queues = this.#running.map(({ queue }) => queue);
    const before = queues.map(({ place }) => place);
    const lost = sendLog.trim(before, (segment, count) => {
      queues.forEach((queue, i) => {
        if (before[i].segment > segment.segment) return;
        const lostCount = count(before[i]);
        queue.noteLoss({ segment: segment.segment + 1, at: 0 }, lostCount);
        this.#options.onLoss(queue.name, lostCount);
      });
    });
    if (lost > 0) {
      this.#options.log.error('remote write is too far behind: the oldest samples are given up', {
        segments: lost,
      });
    }
  }

  stats(): SenderStats {
    return {
      queues: this.#running.map(({ queue }) => queue.stats()),
      logBytes: this.#sendLog?.sizeBytes ?? 0,
      logFailures: this.#sendLog?.failureCount ?? 0,
      newestMs: this.#sendLog?.newestMs ?? 0,
    };
  }

  async stop(): Promise<void> {
    await Promise.all(this.#running.map(async ({ queue }) => queue.stop()));
    await this.#sendLog?.close();
    this.#running = [];
    this.#sendLog = undefined;
  }
}
