/** `nines serve`: from the command line to a running server, and back. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { EXIT, type ExitCode, type ServeOptions, writeLocalServer } from '../cli/index.ts';
import { isLoopbackAddress } from '../http/index.ts';
import { formatSignInLink } from '../identity/index.ts';
import {
  AppError,
  createLog,
  createSecureRandom,
  createSystemClock,
  errorMessage,
  invalid,
  type Log,
  unavailable,
} from '../platform/index.ts';
import { type Config, loadConfig } from './config.ts';
import { openDataFolder } from './data-folder.ts';
import { checkExpression } from './expression-check.ts';
import { createRoutes } from './routes.ts';
import { type App, buildApp } from './start-app.ts';
import { releaseYoungHeap } from './young-heap.ts';

const DEFAULT_CONFIG = 'nines.yaml';
/** The promise is five seconds; what has not ended by then is cut off. */
const STOP_TIMEOUT_MS = 4_500;

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Runs the server until a signal ends it. */
export async function serve(options: ServeOptions): Promise<ExitCode> {
  const clock = createSystemClock();
  const log = createLog({ clock, level: 'info', write: options.stderr });
  const config = loadStartConfig(options);
  if (config === undefined) return EXIT.failed;
  const address = await resolveAddress(parseListen(options));
  const folder = openDataFolder(options.dataDir);
  try {
    const scheme = config.server.tls === undefined ? 'http' : 'https';
    const url = `${scheme}://${formatHost(address.host)}:${address.port}`;
    const app = await buildApp({
      config,
      dataDir: folder.dir,
      externalUrl: (options.externalUrl ?? url).replace(/\/+$/, ''),
      isAuthRequired: options.isAuthRequired,
      clock,
      random: createSecureRandom(),
      log,
    });
    return await runOrStop({ app, options, address, url, log });
  } finally {
    folder.release();
  }
}

/** Says every fault of a configuration that cannot be started with. */
function loadStartConfig(options: ServeOptions): Config | undefined {
  const isNamed = options.configFile !== undefined;
  const file =
    isNamed || existsSync(DEFAULT_CONFIG) ? (options.configFile ?? DEFAULT_CONFIG) : undefined;
  const { config, faults } = loadConfig(file, checkExpression);
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

function formatHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
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
  probe.once('error', reject);
  probe.listen(0, host, () => {
    const found = probe.address();
    probe.close(() => resolve(typeof found === 'object' && found !== null ? found.port : 0));
  });
  return { host, port: await promise };
}

interface Running {
  readonly app: App;
  readonly options: ServeOptions;
  readonly address: Address;
  readonly url: string;
  readonly log: Log;
}

/** A start that fails half-way closes what it has opened: threads would keep the process alive. */
async function runOrStop(running: Running): Promise<ExitCode> {
  try {
    return await run(running);
  } catch (error) {
    await running.app.stop();
    throw error;
  }
}

async function run({ app, options, address, url, log }: Running): Promise<ExitCode> {
  const localToken = randomBytes(32).toString('base64url');
  const onBug = (): void => log.error('a request failed by a fault of ours');
  const server = await createRoutes(app.parts, { localToken, onBug });
  const stopped = waitForSignals(app, log);
  await listen(server, address);
  await app.start();
  writeLocalServer(app.parts.options.dataDir, { url, token: localToken, processId: process.pid });
  await greet(app, options, url);
  releaseYoungHeap();
  const signal = await stopped;
  log.info('stopping', { signal });
  const deadline = setTimeout(() => {
    log.error('stopping took too long; what was on disk stays', { limitMs: STOP_TIMEOUT_MS });
    process.exit(EXIT.failed);
  }, STOP_TIMEOUT_MS);
  await server.close();
  await app.stop();
  clearTimeout(deadline);
  return EXIT.ok;
}

async function listen(
  server: Awaited<ReturnType<typeof createRoutes>>,
  { host, port }: Address,
): Promise<void> {
  try {
    await server.listen({ host, port });
  } catch (cause) {
    const message = `cannot listen on ${host}:${port}: ${errorMessage(cause)}; choose another with --listen`;
    throw unavailable('LISTEN_FAILED', message, { cause });
  }
}

async function greet(
  { parts }: App,
  { stdout, isAuthRequired }: ServeOptions,
  url: string,
): Promise<void> {
  const { externalUrl } = parts.options;
  const link = isAuthRequired ? await parts.identity.prepareFirstSignIn() : undefined;
  stdout(`nines is ready on ${url}\n`);
  if (link === undefined) return;
  stdout(
    `\nSign in, once and within a day, with:\n\n  ${formatSignInLink(externalUrl, link.token)}\n\n`,
  );
}

/** SIGHUP reloads; the first SIGTERM or SIGINT ends. */
async function waitForSignals(app: App, log: Log): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  process.once('SIGTERM', () => resolve('SIGTERM'));
  process.once('SIGINT', () => resolve('SIGINT'));
  process.on('SIGHUP', () => {
    app.parts.configControl.reload().catch((error: unknown) => {
      // A refused configuration has said so already; anything else is news.
      if (!(error instanceof AppError)) log.error('reload failed', { error: errorMessage(error) });
    });
  });
  return promise;
}
