/** Starts the machines that are scraped, and the servers that scrape them. */
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Contender } from './contender.ts';
import { createConfig, HISTORY_TARGETS } from './load-shape.ts';
import { type RunningContender, startContender } from './running.ts';

/** More than twice the half minute that it should take, for machines with other things to do. */
const HISTORY_TIMEOUT_MS = 75_000;
const POLL_MS = 500;

export interface LoadServer {
  readonly port: number;
  /** The time of the last point of every history. */
  readonly historyEndMs: number;
  /** How many targets have handed out their whole history. */
  wholeHistories(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts the thread of the machines. */
export async function startLoadServer(): Promise<LoadServer> {
  const historyEndMs = Date.now();
  const entry = new URL('./load-worker.ts', import.meta.url);
  const worker = new Worker(entry, { workerData: historyEndMs });
  const port = await nextNumber(worker);
  return {
    port,
    historyEndMs,
    async wholeHistories() {
      const answer = nextNumber(worker);
      worker.postMessage('progress');
      return answer;
    },
    stop: async () => void (await worker.terminate()),
  };
}

async function nextNumber(worker: Worker): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  worker.once('message', (message: unknown) => resolve(Number(message)));
  worker.once('error', reject);
  return promise.finally(() => worker.removeListener('error', reject));
}

/** Starts each contender under a live load of its own. */
export async function startLive(
  contenders: readonly Contender[],
  { port }: LoadServer,
  targets?: number,
): Promise<readonly RunningContender[]> {
  return startAll(contenders, ({ name }) =>
    createConfig({ port, side: name, kind: 'live', ...(targets !== undefined && { targets }) }),
  );
}

/** Starts each contender, and lets it scrape half an hour of history; answers when all have it. */
export async function startWithHistory(
  contenders: readonly Contender[],
  load: LoadServer,
): Promise<readonly RunningContender[]> {
  const { port } = load;
  const running = await startAll(contenders, ({ name }) =>
    createConfig({ port, side: name, kind: 'history' }),
  );
  const deadlineMs = performance.now() + HISTORY_TIMEOUT_MS;
  const wanted = contenders.length * HISTORY_TARGETS;
  while ((await load.wholeHistories()) < wanted) {
    if (performance.now() > deadlineMs) {
      throw new Error(`the history was not scraped in ${HISTORY_TIMEOUT_MS / 1000} s`);
    }
    await setTimeout(POLL_MS);
  }
  return running;
}

/** One after the other, so that no start slows down another. */
export async function startAll(
  contenders: readonly Contender[],
  config: (contender: Contender) => string,
): Promise<readonly RunningContender[]> {
  const running: RunningContender[] = [];
  for (const contender of contenders) {
    running.push(await startContender(contender, config(contender)));
  }
  return running;
}

/** Ends them all, by force: what they hold is scratch. */
export async function endAll(running: readonly RunningContender[]): Promise<void> {
  await Promise.all(running.map(async (one) => one.stop('SIGKILL')));
}
