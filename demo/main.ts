/**
 * `npm run demo`: Nines beside a small shop, whose faults can be switched on and off.
 *
 * The order: ports, configuration, control, then Nines and the shop at the same time; customers
 * come last, when every instance has been scraped once. The end is the same list in reverse.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import {
  createSeededRandom,
  createSystemClock,
  errorMessage,
} from '../packages/server/src/platform/index.ts';
import { openDataFolder } from '../packages/server/src/app/data-folder.ts';
import { type Child, startChild } from './child.ts';
import { createControl } from './control.ts';
import { waitUntilSeen } from './first-look.ts';
import { formatNinesConfig } from './nines-config.ts';
import { type DemoOptions, readOptions, USAGE } from './options.ts';
import { createShop, INSTANCES } from './shop.ts';

const NINES = join(import.meta.dirname, '..', 'packages', 'server', 'bin', 'nines.mjs');
/** The customers of each demo come alike. */
const SEED = 19;
/** Many times what a first scrape takes; then customers come anyway. */
const FIRST_SCRAPE_TIMEOUT_MS = 60_000;
const READY = /ready on (http\S+)/;
/** What is kept of Nines' first words, to find its address in. */
const GREETING_CHARS_MAX = 4_096;

const say = (line: string): void => void process.stdout.write(`demo: ${line}\n`);

/** Runs the demo until it is told to end, or until Nines or the shop cannot go on. */
async function runDemo(options: DemoOptions): Promise<number> {
  const { promise: ended, resolve: end } = Promise.withResolvers<string | undefined>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => end(undefined));
  }
  await using opened = new AsyncDisposableStack();
  const folder = prepareFolder(options);
  const ports = await findPorts(INSTANCES.length + 1);
  const instances = INSTANCES.map((one, index) => ({ ...one, port: ports[index] }));
  const controlPort = ports[INSTANCES.length];
  const clock = createSystemClock();
  const shop = createShop({
    instances,
    requestsDir: folder.requestsDir,
    clock,
    random: createSeededRandom(SEED),
    say,
    onHopeless: end,
  });
  const control = createControl(shop);
  await listen(control, controlPort);
  opened.defer(() => {
    control.close();
    control.closeAllConnections();
  });
  const controlUrl = `http://127.0.0.1:${controlPort}`;
  writeFileSync(folder.configFile, formatNinesConfig({ instances, controlUrl }));
  const nines = startNines(options, folder);
  opened.defer(async () => nines.child.stop());
  void nines.child.ended.then((how) => end(`Nines ended (${how}); what it said is above`));
  opened.defer(async () => shop.stop());
  const open = async (): Promise<void> => {
    const [url] = await Promise.all([nines.ready, shop.start()]);
    greet({ url, controlUrl, requestsDir: folder.requestsDir });
    const signal = AbortSignal.timeout(FIRST_SCRAPE_TIMEOUT_MS);
    await waitUntilSeen({ ninesDir: folder.ninesDir, instances, signal });
    shop.setLoad(true);
  };
  open().catch((error: unknown) => end(errorMessage(error)));
  const fault = await ended;
  say(fault ?? 'closing the shop');
  return fault === undefined ? 0 : 1;
}

interface DemoFolder {
  readonly configFile: string;
  readonly ninesDir: string;
  readonly requestsDir: string;
}

/** Makes the folder; what stood in it is removed when the demo is to begin anew. */
function prepareFolder({ dataDir, isFresh }: DemoOptions): DemoFolder {
  const ninesDir = join(dataDir, 'nines');
  const requestsDir = join(dataDir, 'requests');
  // Fails where another Nines uses it, whose files must not be removed below its feet.
  openDataFolder(ninesDir).release();
  if (isFresh) {
    for (const dir of [ninesDir, requestsDir]) rmSync(dir, { recursive: true, force: true });
  }
  mkdirSync(requestsDir, { recursive: true });
  return { configFile: join(dataDir, 'nines.yaml'), ninesDir, requestsDir };
}

function startNines(
  options: DemoOptions,
  folder: DemoFolder,
): { readonly child: Child; readonly ready: Promise<string> } {
  const child = startChild({
    name: 'nines',
    args: [
      NINES,
      'serve',
      `--config=${folder.configFile}`,
      `--data=${folder.ninesDir}`,
      `--listen=${options.listen}`,
      ...(options.isAuthRequired ? [] : ['--auth=none']),
    ],
    stdout: 'pipe',
    hasChannel: false,
  });
  const { promise: ready, resolve } = Promise.withResolvers<string>();
  let greeting = '';
  child.process.stdout?.setEncoding('utf8').on('data', (text: string) => {
    process.stdout.write(text);
    if (greeting.length > GREETING_CHARS_MAX) return;
    greeting += text;
    const url = READY.exec(greeting)?.[1];
    if (url !== undefined) resolve(url);
  });
  return { child, ready };
}

function greet(where: {
  readonly url: string;
  readonly controlUrl: string;
  readonly requestsDir: string;
}): void {
  const { url, controlUrl, requestsDir } = where;
  process.stdout.write(`\
The shop is open: front, cart and pay, with customers. Its control is ${controlUrl}, its request log ${requestsDir}.
1. Open ${url} and allow it to notify you.  2. On the page "Demo", break pay; the page comes within a minute.
3. Acknowledge it with "a", mend pay, and watch it recover.  Ctrl-C ends everything.

`);
}

/** Free ports, all at once, so that no two are the same. */
async function findPorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) ports.push(await listen(server, 0));
  for (const server of servers) {
    const { promise, resolve } = Promise.withResolvers<void>();
    server.close(() => resolve());
    await promise;
  }
  return ports;
}

async function listen(server: Server, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (typeof options === 'string') {
    process.stderr.write(`demo: ${options}\n\n${USAGE}`);
    return 2;
  }
  if (options.isHelp) {
    process.stdout.write(USAGE);
    return 0;
  }
  try {
    return await runDemo(options);
  } catch (error) {
    process.stderr.write(`demo: ${errorMessage(error)}\n`);
    return 1;
  }
}

process.exitCode = await main();
