/** The demo in a process of its own, on free ports and an empty folder. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectEnv, ROOT } from '../../tools/run-step.ts';
import { items, valueAt } from './json.ts';
import { createScratchFolder } from './server.ts';
import { waitUntil } from './wait.ts';

export interface Demo {
  /** Nines' page and API; nobody signs in. */
  readonly url: string;
  /** The shop's own control. */
  readonly control: string;
  readonly dataDir: string;
  setFault(id: string, isOn: boolean): Promise<void>;
  setLoad(isOn: boolean): Promise<void>;
  /** Ends it as a service manager does; answers the exit code. */
  stop(): Promise<number | null>;
}

const START_TIMEOUT_MS = 30_000;

/** Starts it, and waits until the shop is open. */
export async function startDemo(): Promise<Demo> {
  const dataDir = createScratchFolder();
  const child = spawn(
    join(ROOT, 'node_modules', '.bin', 'node'),
    [join(ROOT, 'demo', 'main.ts'), '--listen=127.0.0.1:0', `--data=${dataDir}`, '--auth=none'],
    { env: projectEnv(), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  process.once('exit', () => child.kill());
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  }
  const { promise: ended, resolve } = Promise.withResolvers<number | null>();
  child.once('exit', resolve);
  const { url, control } = await waitUntil(
    'the demo to open',
    async () => {
      if (child.exitCode !== null) throw new Error(`the demo ended:\n${said}`);
      return /ready on (?<url>http\S+)[^]*control is (?<control>http\S+),/.exec(said)?.groups;
    },
    START_TIMEOUT_MS,
  ).catch((error: unknown) => {
    // Left alive it would hold up the test that could not begin, and all that come after it.
    child.kill();
    throw error;
  });
  return {
    url,
    control,
    dataDir,
    setFault: async (id, isOn) => put(`${url}/api/nines/v1/demo/faults/${id}`, isOn),
    setLoad: async (isOn) => put(`${url}/api/nines/v1/demo/load`, isOn),
    async stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

async function put(url: string, isOn: boolean): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'PUT', headers, body: JSON.stringify({ isOn }) });
  if (!response.ok) throw new Error(`PUT ${url}: ${response.status} ${await response.text()}`);
}

/** GETs JSON. */
export async function getJson(url: string): Promise<unknown> {
  return (await fetch(url)).json();
}

/** All events and the bad ones among them, by objective. */
export type Counts = Readonly<Record<string, readonly [total: number, bad: number]>>;

/** As the API says. */
export async function countObjectives(demo: Demo): Promise<Counts> {
  const answer = await getJson(`${demo.url}/api/nines/v1/slos`);
  return Object.fromEntries(
    items(valueAt(answer, 'slos')).map((slo) => [
      String(valueAt(slo, 'name')),
      [Number(valueAt(slo, 'totalCount')), Number(valueAt(slo, 'badCount'))],
    ]),
  );
}

/** By brute force, from the shop's own log of requests. */
export function countRequests(demo: Demo): Counts {
  const isFailed = (request: unknown): boolean => Number(valueAt(request, 'status')) >= 500;
  const isSlow = (request: unknown): boolean => Number(valueAt(request, 'durationMs')) > 250;
  return {
    'cart-latency': countLog(demo, 'cart', isSlow),
    'front-availability': countLog(demo, 'front', isFailed),
    'pay-availability': countLog(demo, 'pay', isFailed),
  };
}

function countLog(
  demo: Demo,
  service: string,
  isBad: (request: unknown) => boolean,
): readonly [number, number] {
  const folder = join(demo.dataDir, 'requests');
  const requests = readdirSync(folder)
    .filter((name) => name.startsWith(`${service}-`))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'))
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
  return [requests.length, requests.filter(isBad).length];
}

/** Scrapes come every 2 s and counts every 5 s: what stands still for longer has been counted. */
const STILL_MS = 8_000;
const STILL_TIMEOUT_MS = 60_000;

/** Sends the customers home, and waits until the last of their requests has been counted. */
export async function waitUntilCounted(demo: Demo): Promise<void> {
  await demo.setLoad(false);
  let last = '';
  let sinceMs = performance.now();
  await waitUntil(
    'counts that stand still',
    async () => {
      const now = JSON.stringify([await countObjectives(demo), countRequests(demo)]);
      if (now !== last) {
        last = now;
        sinceMs = performance.now();
      }
      return performance.now() - sinceMs > STILL_MS ? true : undefined;
    },
    STILL_TIMEOUT_MS,
  );
}
