/** `nines serve`: from the command line to a running server, and back. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { EXIT, type ExitCode, type ServeOptions, writeLocalServer } from '../cli/index.ts';
import { isLoopbackAddress } from '../http/index.ts';
import { formatSignInLink } from '../identity/index.ts';
import {
  AppError,
  createLog,
  createSecureRandom,
  createSystemClock,
  describeError,
  errorMessage,
  invalid,
  type Log,
  systemErrorCode,
  unavailable,
} from '../platform/index.ts';
import { type Config, findConfigFile, loadConfig } from './config.ts';
import { openDataFolder } from './data-folder.ts';
import { checkExpression } from './expression-check.ts';
import { createRoutes } from './routes.ts';
import { settleShard } from './shard-config.ts';
import { type App, buildApp } from './start-app.ts';
import { releaseHeap } from './heap-growth.ts';

/** The promise is five seconds; what has not ended by then is cut off. */
const STOP_TIMEOUT_MS = 4_500;

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Runs the server until a signal ends it. What was opened by then is closed, in reverse order. */
export async function serve(options: ServeOptions): Promise<ExitCode> {
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
  const folder = openDataFolder(options.dataDir);
  opened.defer(() => folder.release());
  const app = await buildApp({
    config,
    dataDir: folder.dir,
    externalUrl,
    isAuthRequired: options.isAuthRequired,
    clock,
    random: createSecureRandom(),
    log,
  });
  opened.defer(async () => app.stop());
  await run({ app, opened, options, address, url, log, hangups });
  return EXIT.ok;
}

/**
 * A fault that nobody caught: what it left half done nobody knows, so the process ends rather than
 * go on with it (ADR 0090). The store and the records survive that as they survive `kill -9`.
 */
function endAtOnce(log: Log, error: unknown, origin: string): void {
  const fault = describeError(error);
  log.error('a fault in Nines ends it; please report this', { origin, error: fault });
  process.exit(EXIT.failed);
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
  const match = /^(?<host>\[[0-9a-fA-F:]+\]|[^:]*):(?<port>\d{1,5})$/.exec(listen);
  const port = Number(match?.groups?.port ?? Number.NaN);
  if (!(port <= 65_535)) {
    throw invalid(
      'LISTEN_INVALID',
      `cannot listen on "${listen}"; want HOST:PORT, such as 127.0.0.1:9999`,
    );
  }
  const host = (match?.groups?.host ?? '').replace(/^\[|\]$/g, '') || '0.0.0.0';
  if (!isAuthRequired && !isLoopbackAddress(host)) {
    const message = `--auth none is refused on ${host}: everybody who reaches it could do everything; listen on 127.0.0.1`;
    throw invalid('AUTH_NONE_REFUSED', message);
  }
  return { host, port };
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

function formatHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

/**
 * Port 0 asks for a free one. It is found before anything is built, because links name it; that
 * another program takes it in between is possible, and ends the start with a clear error.
 */
async function resolveAddress({ host, port }: Address): Promise<Address> {
  if (port !== 0) return { host, port };
  const probe = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  probe.once('error', (cause) => reject(cannotListen({ host, port }, cause)));
  probe.listen(0, host, () => {
    const found = probe.address();
    probe.close(() => resolve(typeof found === 'object' && found !== null ? found.port : 0));
  });
  return { host, port: await promise };
}

interface Running {
  readonly app: App;
  readonly opened: AsyncDisposableStack;
  readonly options: ServeOptions;
  readonly address: Address;
  readonly url: string;
  readonly log: Log;
  readonly hangups: Hangups;
}

async function run(running: Running): Promise<void> {
  const { app, opened, options, address, url, log, hangups } = running;
  const localToken = randomBytes(32).toString('base64url');
  let missing: string | undefined = 'it is starting';
  const server = await createRoutes(app.parts, { localToken, notReady: () => missing });
  opened.defer(async () => server.close());
  // Deferred last, so it is the first thing that happens when the rest is about to be closed.
  opened.defer(() => limitStop(log));
  await listen(server, address);
  await app.start();
  hangups.reloadWith(async () => app.parts.configControl.reload());
  const { dataDir, config } = app.parts.options;
  const { tls } = config.server;
  const certificate = tls === undefined ? undefined : readFileSync(tls.certFile, 'utf8');
  const processId = process.pid;
  writeLocalServer(dataDir, { url, token: localToken, processId, certificate });
  const stopped = waitForStop();
  missing = undefined;
  await greet(app, options, url);
  releaseHeap();
  log.info('stopping', { signal: await stopped });
  missing = 'it is stopping';
}

/** The timer keeps nothing alive: where all closes in time the process ends without it. */
function limitStop(log: Log): void {
  const deadline = setTimeout(() => {
    log.error('stopping took too long; what was on disk stays', { limitMs: STOP_TIMEOUT_MS });
    process.exit(EXIT.failed);
  }, STOP_TIMEOUT_MS);
  deadline.unref();
}

async function listen(
  server: Awaited<ReturnType<typeof createRoutes>>,
  address: Address,
): Promise<void> {
  try {
    await server.listen({ ...address });
  } catch (cause) {
    throw cannotListen(address, cause);
  }
}

function cannotListen({ host, port }: Address, cause: unknown): AppError {
  const why = systemErrorCode(cause) ?? errorMessage(cause);
  const message = `cannot listen on ${host}:${port}: ${why}; choose another with --listen`;
  return unavailable('LISTEN_FAILED', message, { cause });
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

/** The first SIGTERM or SIGINT ends in order; a second one, as one during the start, at once. */
async function waitForStop(): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  process.once('SIGTERM', () => resolve('SIGTERM'));
  process.once('SIGINT', () => resolve('SIGINT'));
  return promise;
}

interface Hangups {
  /** Says how to reload; a signal that came before is answered now. */
  reloadWith(reload: () => Promise<void>): void;
}

/** SIGHUP reloads. It is listened for from the first moment on, since unheard it would kill. */
function listenForHangups(log: Log): Hangups {
  let reload: (() => Promise<void>) | undefined;
  let isDue = false;
  const answer = (): void => {
    if (reload === undefined) {
      isDue = true;
      return;
    }
    reload().catch((error: unknown) => {
      // A refused configuration has said so already; anything else is news.
      const isSaid = error instanceof AppError && error.code === 'CONFIG_REFUSED';
      if (!isSaid) log.error('reload failed', { error: errorMessage(error) });
    });
  };
  process.on('SIGHUP', answer);
  return {
    reloadWith(how) {
      reload = how;
      if (isDue) answer();
    },
  };
}
