/** Two instances of `nines alertmanager` that know each other, on one configuration. */
import { createServer } from 'node:http';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { closeServer, listen } from '../harness/exporter.ts';
import { members } from '../harness/json.ts';
import { createScratchFolder } from '../harness/server.ts';
import { waitUntil } from '../harness/wait.ts';
import { type RunningAlertmanager, startAlertmanager } from './program.ts';

export interface Pair {
  /** Those that run, by their place. */
  readonly running: readonly [RunningAlertmanager, RunningAlertmanager];
  kill(index: 0 | 1): Promise<void>;
  /** Starts one again, and waits until it notifies. */
  restart(index: 0 | 1): Promise<void>;
  stop(): Promise<void>;
}

/** Starts both, and waits until they notify. */
export async function startPair(config: string, flags: readonly string[]): Promise<Pair> {
  const folder = createScratchFolder();
  const ports = [await findFreePort(), await findFreePort()];
  const start = async (index: 0 | 1): Promise<RunningAlertmanager> => {
    const own = join(folder, String(index));
    mkdirSync(own, { recursive: true });
    const cluster = [
      `--cluster.listen-address=127.0.0.1:${ports[index]}`,
      `--cluster.peer=127.0.0.1:${ports[1 - index]}`,
      ...flags,
    ];
    const program = await startAlertmanager({ folder: own, config, cluster });
    await waitUntil('it to notify', async () => {
      const { cluster: status } = members(await program.get('/api/v2/status'));
      return members(status).status === 'ready' || undefined;
    });
    return program;
  };
  const running: [RunningAlertmanager, RunningAlertmanager] = await Promise.all([
    start(0),
    start(1),
  ]);
  return {
    running,
    kill: async (index) => running[index].stop('SIGKILL'),
    async restart(index) {
      running[index] = await start(index);
    },
    async stop() {
      await Promise.all(running.map(async (one) => one.stop()));
    },
  };
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await closeServer(server);
  return port;
}
