/** A server under measurement: a process of its own, on loopback, ended by its number. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, createServer, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { closeServer, listen } from '../test/harness/exporter.ts';
import type { Contender } from './contender.ts';
import { sumMetric } from './process-figures.ts';

const READY_TIMEOUT_MS = 60_000;
/** Short against every start, and not a load of its own. */
const READY_POLL_MS = 5;
const REQUEST_TIMEOUT_MS = 120_000;

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** What must not outlive us, however we end. */
const children = new Set<ChildProcess>();
const folders: string[] = [];
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export interface RunningContender {
  readonly contender: Contender;
  readonly url: string;
  readonly processId: number;
  /** From the start of the process to the first 200 of /-/ready. */
  readonly readyMs: number;
  /** GETs a path and answers the text of a 200. */
  get(path: string): Promise<string>;
  readSamples(): Promise<number>;
  readSeries(): Promise<number>;
  /** Puts another configuration in force. */
  reconfigure(config: string): void;
  /** Ends the process with a signal, and waits until it has ended. */
  stop(signal: NodeJS.Signals): Promise<void>;
  /** Starts anew on the same data. */
  restart(): Promise<RunningContender>;
}

/** Starts a contender with a configuration, in a scratch folder of its own. */
export async function startContender(
  contender: Contender,
  config: string,
): Promise<RunningContender> {
  const folder = mkdtempSync(join(tmpdir(), 'nines-bench-'));
  folders.push(folder);
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  const configFile = join(folder, 'config.yaml');
  writeFileSync(configFile, config + contender.extraConfig);
  return launch(contender, { dataDir, configFile });
}

async function launch(
  contender: Contender,
  files: { readonly dataDir: string; readonly configFile: string },
): Promise<RunningContender> {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const [program, ...args] = contender.command({ ...files, port });
  const startedMs = performance.now();
  const child = spawn(program, args, { cwd: files.dataDir, stdio: 'ignore' });
  children.add(child);
  child.once('exit', () => children.delete(child));
  await waitUntilReady(child, url);
  const readyMs = performance.now() - startedMs;
  const readMetric = async (name: string): Promise<number> =>
    sumMetric(await fetchText(`${url}/metrics`), name);
  return {
    contender,
    url,
    readyMs,
    processId: child.pid ?? 0,
    get: async (path) => fetchText(url + path),
    readSamples: async () => readMetric(contender.metrics.samples),
    readSeries: async () => readMetric(contender.metrics.series),
    reconfigure(config) {
      writeFileSync(files.configFile, config + contender.extraConfig);
      child.kill('SIGHUP');
    },
    stop: async (signal) => endProcess(child, signal),
    restart: async () => launch(contender, files),
  };
}

async function waitUntilReady(child: ChildProcess, url: string): Promise<void> {
  const deadlineMs = performance.now() + READY_TIMEOUT_MS;
  while (performance.now() < deadlineMs) {
    if (child.exitCode !== null) break;
    const isReady = await fetchText(`${url}/-/ready`).then(
      () => true,
      // Nobody listens yet, or it says that it is not ready: both mean to ask again.
      () => false,
    );
    if (isReady) return;
    await setTimeout(READY_POLL_MS);
  }
  child.kill('SIGKILL');
  throw new Error(`${child.spawnfile} was not ready; exit code ${child.exitCode}`);
}

async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  child.once('exit', () => resolve());
  child.kill(signal);
  await promise;
}

async function findFreePort(): Promise<number> {
  const probe = createServer();
  const port = await listen(probe);
  await closeServer(probe);
  return port;
}

/** GETs a URL over a connection that stays open, as a dashboard does; rejects unless it is a 200. */
async function fetchText(url: string): Promise<string> {
  try {
    return await getText(url);
  } catch (error) {
    // A server may close a connection that was idle in the very moment in which it is used again.
    if (error instanceof StaleConnection) return getText(url);
    throw error;
  }
}

class StaleConnection extends Error {}

async function getText(url: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const request = get(url, { agent, timeout: REQUEST_TIMEOUT_MS }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.once('error', reject);
    response.once('end', () => {
      const text = Buffer.concat(chunks).toString();
      if (response.statusCode === 200) resolve(text);
      else reject(new Error(`${url} answered ${response.statusCode}: ${text.slice(0, 200)}`));
    });
  });
  request.once('timeout', () => request.destroy(new Error(`${url} did not answer in time`)));
  request.once('error', (error) =>
    reject(request.reusedSocket ? new StaleConnection(error.message, { cause: error }) : error),
  );
  return promise;
}
