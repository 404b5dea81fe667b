/** Peers that tests measure us against: programs of others, where this machine has them. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { delimiter, join } from 'node:path';
import { closeServer, listen } from './exporter.ts';
import { createScratchFolder } from './server.ts';
import { waitUntil } from './wait.ts';

export interface PeerProgram {
  readonly path: string;
  /** As the program says it: `2.42.0+ds`. */
  readonly version: string;
}

export interface RunningPeer {
  readonly url: string;
  readonly processId: number;
  stop(): Promise<void>;
}

const STOP_TIMEOUT_MS = 10_000;

/** Every different Prometheus of this machine: in NINES_PEERS (a folder) first, then in PATH. */
export function findPrometheus(): readonly PeerProgram[] {
  const found = new Map<string, PeerProgram>();
  for (const path of findPrograms('prometheus')) {
    const version = /version (\S+)/.exec(execFileSync(path, ['--version'], { encoding: 'utf8' }));
    const program = { path, version: version?.[1] ?? 'unknown' };
    if (!found.has(program.version)) found.set(program.version, program);
  }
  return [...found.values()];
}

/** Where a program is, NINES_PEERS first; empty where this machine has none. */
export function findPrograms(name: string): readonly string[] {
  const folders = [process.env.NINES_PEERS ?? '', ...(process.env.PATH ?? '').split(delimiter)];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .filter((path) => existsSync(path));
}

/** Starts a Prometheus on a free port with a configuration, and waits until it is ready. */
export async function startPrometheus(
  program: PeerProgram,
  config: string,
  flags: readonly string[] = [],
): Promise<RunningPeer> {
  const folder = createScratchFolder();
  const file = join(folder, 'prometheus.yml');
  writeFileSync(file, config);
  return startPeer(program.path, (address) => ({
    args: [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--log.level=warn',
      ...flags,
    ],
    readyPath: '/-/ready',
  }));
}

/** Starts a blackbox_exporter on a free port with modules; undefined where there is none. */
export async function startBlackboxExporter(modules: string): Promise<RunningPeer | undefined> {
  const [path] = findPrograms('prometheus-blackbox-exporter');
  if (path === undefined) return undefined;
  const file = join(createScratchFolder(), 'blackbox.yml');
  writeFileSync(file, modules);
  return startPeer(path, (address) => ({
    args: [`--config.file=${file}`, `--web.listen-address=${address}`, '--log.level=error'],
    readyPath: '/-/healthy',
  }));
}

/** Starts Debian's node_exporter on a free port; undefined where there is none. */
export async function startNodeExporter(): Promise<RunningPeer | undefined> {
  const path = [...findPrograms('prometheus-node-exporter'), ...findPrograms('node_exporter')][0];
  if (path === undefined) return undefined;
  return startPeer(path, (address) => ({
    args: [`--web.listen-address=${address}`, '--log.level=error'],
    readyPath: '/metrics',
  }));
}

async function startPeer(
  path: string,
  describe: (address: string) => { readonly args: readonly string[]; readonly readyPath: string },
): Promise<RunningPeer> {
  const address = `127.0.0.1:${await findFreePort()}`;
  const { args, readyPath } = describe(address);
  const child = spawn(path, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = Promise.withResolvers<void>();
  child.once('exit', () => ended.resolve());
  const killAtExit = (): void => void child.kill('SIGKILL');
  process.once('exit', killAtExit);
  const url = `http://${address}`;
  await waitUntil(`${path} to be ready`, async () => {
    if (child.exitCode !== null) throw new Error(`${path} ended: ${said}`);
    const response = await fetch(url + readyPath).catch(() => undefined);
    await response?.text();
    return response?.status === 200 ? true : undefined;
  });
  return {
    url,
    processId: child.pid ?? 0,
    async stop() {
      process.removeListener('exit', killAtExit);
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await ended.promise.finally(() => clearTimeout(timer));
    },
  };
}

/** Peers cannot tell which port they were given, so one is found for them. */
async function findFreePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await closeServer(server);
  return port;
}
