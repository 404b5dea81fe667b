/** `nines serve`: from the command line to a running server, and back. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { Registry } from 'prom-client';
import { EXIT, type ExitCode, type ServeOptions, writeLocalServer } from '../cli/index.ts';
import { type HttpServer, isLoopbackAddress } from '../http/index.ts';
import { formatSignInLink } from '../identity/index.ts';
import {
  BugError,
  createLog,
  createSecureRandom,
  createSystemClock,
  invalid,
  type Log,
} from '../platform/index.ts';
import { type Config, findConfigFile, loadConfig } from './config.ts';
import { openDataFolder } from './data-folder.ts';
import { checkExpression } from './expression-check.ts';
import {
  type Address,
  cannotListen,
  formatHost,
  parseAddress,
  resolveAddress,
} from './listen-address.ts';
import {
  endAtOnce,
  type Hangups,
  limitStop,
  listenForHangups,
  waitForStop,
} from './process-signals.ts';
import type { ReadAhead } from './read-ahead.ts';
import { createAuthenticate, createFront, type FrontOptions } from './routes.ts';
import { settleShard } from './shard-config.ts';
import { type App, buildApp, type Parts } from './start-app.ts';
import { releaseHeap } from './heap-growth.ts';

/**
 * Runs the server until a signal ends it. What was opened by then is closed, in reverse order. The
 * folder is the caller's where its series are being read ahead.
 */
export async function serve(
  options: ServeOptions,
  ahead: ReadAhead | undefined,
): Promise<ExitCode> {
  const clock = createSystemClock();
  const log = createLog({ clock, level: 'info', write: options.stderr });
  process.on('uncaughtException', (error, origin) => endAtOnce(log, error, origin));
  const hangups = listenForHangups(log);
  const config = loadStartConfig(options);
  if (config === undefined) return EXIT.failed;
  const address = await resolveAddress(parseListen(options));
  const scheme = config.server.tls === undefined ? 'http' : 'https';
  const url = `${scheme}://${formatHost(address.host)}:${address.port}`;
  const externalUrl = parseExternalUrl(options.externalUrl ?? url);
  await using opened = new AsyncDisposableStack();
  const dataDir = ahead?.dir ?? holdFolder(options.dataDir, opened);
  const { isAuthRequired } = options;
  const registry = new Registry();
  const front = await openFront({ config, registry, log, isAuthRequired, externalUrl });
  // For a start that fails; in the end it is the first that is closed.
  opened.defer(async () => front.server.close());
  await listen(front.server, address);
  const random = createSecureRandom();
  const known = { config, registry, log, isAuthRequired, externalUrl, dataDir };
  const app = await buildApp({ ...known, ahead, clock, random });
  opened.defer(async () => app.stop());
  front.setParts(app.parts);
  await run({ app, front, opened, options, url, log, hangups });
  return EXIT.ok;
}

/** The HTTP server, and what it says before everything runs. */
interface Front {
  readonly server: HttpServer;
  readonly localToken: string;
  /** Lets requests in. */
  setParts(parts: Parts): void;
  /** What is missing before requests are answered in full; undefined: nothing. */
  setMissing(what: string | undefined): void;
}

async function openFront(
  known: Pick<FrontOptions, 'config' | 'registry' | 'log' | 'isAuthRequired' | 'externalUrl'>,
): Promise<Front> {
  const localToken = randomBytes(32).toString('base64url');
  const now: { parts?: Parts; missing: string | undefined } = { missing: 'it is starting' };
  const parts = (): Parts => {
    if (now.parts === undefined) throw new BugError('BUG: a request got in before all was built');
    return now.parts;
  };
  const authenticate = createAuthenticate({ ...known, localToken, parts });
  const isBuilt = (): boolean => now.parts !== undefined;
  const notReady = (): string | undefined => now.missing;
  const server = await createFront({ ...known, isBuilt, notReady, parts }, authenticate);
  // Streams end with the server, which would wait for them.
  server.addHook('preClose', async () => {
    now.parts?.hub.close();
    now.parts?.notifications.close();
  });
  return {
    server,
    localToken,
    setParts(built) {
      now.parts = built;
    },
    setMissing(what) {
      now.missing = what;
    },
  };
}

function holdFolder(dataDir: string, opened: AsyncDisposableStack): string {
  const folder = openDataFolder(dataDir);
  opened.defer(() => folder.release());
  return folder.dir;
}

/** Says every fault of a configuration that cannot be started with. */
function loadStartConfig(options: ServeOptions): Config | undefined {
  const file = findConfigFile(options.configFile);
  const { config, faults } = settleShard(loadConfig(file, checkExpression), hostname());
  if (faults.length === 0) return config;
  options.stderr(`nines serve: the configuration has faults:\n${faults.join('\n')}\n`);
  return undefined;
}

function parseListen({ listen, isAuthRequired }: ServeOptions): Address {
  const address = parseAddress(listen, '127.0.0.1:9999');
  const { host } = address;
  if (!isAuthRequired && !isLoopbackAddress(host)) {
    const message = `--auth none is refused on ${host}: everybody who reaches it could do everything; listen on 127.0.0.1`;
    throw invalid('AUTH_NONE_REFUSED', message);
  }
  return address;
}

/** Where people reach the server, without a slash at the end. */
function parseExternalUrl(text: string): string {
  const url = URL.parse(text);
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (url !== null && isWeb && url.search === '' && url.hash === '') {
    if (url.pathname === '/') return url.origin;
    // The page's parts, its session and its events live at the root.
    const message = `cannot use "${text}" as the external URL: Nines does not work below a path; give it a name of its own, such as https://nines.example.com`;
    throw invalid('EXTERNAL_URL_INVALID', message);
  }
  const message = `cannot use "${text}" as the external URL; want one such as https://nines.example.com`;
  throw invalid('EXTERNAL_URL_INVALID', message);
}

interface Running {
  readonly app: App;
  readonly front: Front;
  readonly opened: AsyncDisposableStack;
  readonly options: ServeOptions;
  readonly url: string;
  readonly log: Log;
  readonly hangups: Hangups;
}

async function run(running: Running): Promise<void> {
  const { app, front, opened, options, url, log, hangups } = running;
  const { server, localToken } = front;
  opened.defer(async () => server.close());
  // Deferred last, so it is the first thing that happens when the rest is about to be closed.
  opened.defer(() => limitStop(log));
  await app.start();
  hangups.reloadWith(async () => app.parts.configControl.reload());
  const { dataDir, config } = app.parts.options;
  const { tls } = config.server;
  const certificate = tls === undefined ? undefined : readFileSync(tls.certFile, 'utf8');
  const processId = process.pid;
  writeLocalServer(dataDir, { url, token: localToken, processId, certificate });
  const stopped = waitForStop();
  front.setMissing(undefined);
  await greet(app, options, url);
  releaseHeap();
  log.info('stopping', { signal: await stopped });
  front.setMissing('it is stopping');
}

async function listen(server: HttpServer, address: Address): Promise<void> {
  try {
    await server.listen({ ...address });
  } catch (cause) {
    throw cannotListen(address, cause);
  }
}

async function greet(
  { parts }: App,
  { stdout, isAuthRequired }: ServeOptions,
  url: string,
): Promise<void> {
  const { externalUrl } = parts.options;
  const link = isAuthRequired ? await parts.identity.prepareFirstSignIn() : undefined;
  const ready = `nines is ready on ${url}\n`;
  const signIn =
    link === undefined
      ? ''
      : `\nSign in, once and within a day, with:\n\n  ${formatSignInLink(externalUrl, link.token)}\n\n`;
  // In one piece: whoever waits for the first line can read the link that comes with it.
  stdout(ready + signIn);
}
