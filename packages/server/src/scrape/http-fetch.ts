/**
 * Gets bodies over HTTP and HTTPS.
 *
 * On `node:http` and not on fetch(): a scrape wants to say which connections stay open, to count
 * the bytes as they come, before and after decompression, and to know the system's own error; and
 * it costs less than half of the CPU time (ADR 0043).
 */
import { readFile, stat } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { promisify } from 'node:util';
import { gunzip, gunzipSync } from 'node:zlib';
import {
  HttpAgent,
  httpRequest,
  invalid,
  limitExceeded,
  systemErrorCode,
  timedOut,
  unavailable,
} from '../platform/index.ts';
import type { HttpAuth, HttpClientConfig, Secret, TlsConfig } from './config.ts';
import {
  describeNetworkError,
  type FetchBody,
  type FetchedBody,
  type FetchRequest,
} from './fetch-body.ts';
import {
  IDLE_CONNECTIONS_PER_HOST_MAX,
  REDIRECTS_MAX,
  REFUSED_BODY_BYTES_MAX,
  SECRET_FILE_BYTES_MAX,
  UNPACK_AT_ONCE_BYTES_MAX,
} from './limits.ts';

/** A way to get bodies that holds connections open. */
export interface HttpFetcher {
  readonly fetchBody: FetchBody;
  /** Closes all connections. */
  close(): void;
}

interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
  /** The TLS material that the agents were made with. */
  readonly key: string;
}

const AGENT_OPTIONS = {
  keepAlive: true,
  maxFreeSockets: IDLE_CONNECTIONS_PER_HOST_MAX,
  scheduling: 'lifo',
} as const;

/** Builds a fetcher for the targets of one job. */
export function createHttpFetcher(config: HttpClientConfig): HttpFetcher {
  let agents: Agents | undefined;
  const close = (): void => {
    agents?.http.destroy();
    agents?.https.destroy();
    agents = undefined;
  };
  /** Certificates are read at each scrape, so that a renewed one is taken without a reload. */
  const currentAgents = async (): Promise<Agents> => {
    const tls = await readTls(config.tls);
    const key = JSON.stringify(tls);
    if (agents !== undefined && agents.key === key) return agents;
    close();
    agents = {
      http: new HttpAgent(AGENT_OPTIONS),
      https: new HttpsAgent({ ...AGENT_OPTIONS, ...tls }),
      key,
    };
    return agents;
  };
  return {
    close,
    async fetchBody(request) {
      const headers = { ...request.headers, ...(await readHeaders(config)) };
      const authorization = await readAuthorization(config.auth);
      const hop: Hop = { request, headers, authorization, agents: await currentAgents() };
      return followRedirects(hop, config.followRedirects);
    },
  };
}

interface Hop {
  readonly request: FetchRequest;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly authorization: string | undefined;
  readonly agents: Agents;
}

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

async function followRedirects(hop: Hop, isAllowed: boolean): Promise<FetchedBody> {
  const first = new URL(hop.request.url);
  let url = first;
  for (let count = 0; count <= REDIRECTS_MAX; count++) {
    // Credentials are for the target that was configured and go to nobody that it points at.
    const authorization = url.origin === first.origin ? hop.authorization : undefined;
    const response = await sendTwice({ ...hop, authorization }, url);
    const status = response.statusCode ?? 0;
    const { location } = response.headers;
    if (isAllowed && REDIRECTS.includes(status) && location !== undefined) {
      discard(response);
      url = resolveLocation(location, url);
      continue;
    }
    if (status !== 200) {
      discard(response);
      const message = `server returned HTTP status ${status} ${response.statusMessage ?? ''}`;
      throw unavailable('SCRAPE_STATUS', message.trimEnd());
    }
    return readBody(response, hop.request);
  }
  throw unavailable('SCRAPE_REDIRECTS', `stopped after ${REDIRECTS_MAX} redirects`);
}

function resolveLocation(location: string, from: URL): URL {
  const url = URL.parse(location, from.href);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw unavailable(
      'SCRAPE_REDIRECTS',
      `redirect to "${location}", which is not an HTTP address`,
    );
  }
  return url;
}

/**
 * A connection that was kept open may have been closed by the other side just now; that says
 * nothing about the target, so the request goes out once more on a new one.
 */
async function sendTwice(hop: Hop, url: URL): Promise<IncomingMessage> {
  try {
    return await send(hop, url, true);
  } catch (error) {
    if (!(error instanceof ReusedSocketError)) throw error;
    return send(hop, url, false);
  }
}

class ReusedSocketError extends Error {
  override readonly name = 'ReusedSocketError';
}

async function send(hop: Hop, url: URL, mayReuse: boolean): Promise<IncomingMessage> {
  const { request, agents, authorization } = hop;
  const isTls = url.protocol === 'https:';
  const pooled = isTls ? agents.https : agents.http;
  const headers = authorization === undefined ? hop.headers : { ...hop.headers, authorization };
  const options = { agent: mayReuse ? pooled : false, headers, signal: request.signal } as const;
  // A connection outside of the pool needs the TLS material of the pool's.
  const tls = isTls && !mayReuse ? agents.https.options : {};
  return new Promise((resolve, reject) => {
    const sent = isTls ? httpsRequest(url, { ...tls, ...options }) : httpRequest(url, options);
    sent.once('response', resolve);
    sent.on('error', (error) => {
      const code = systemErrorCode(error);
      const isClosed = code === 'ECONNRESET' || code === 'EPIPE';
      if (request.signal.aborted) reject(abortReason(request.signal));
      else if (sent.reusedSocket && isClosed) reject(new ReusedSocketError());
      else reject(describeNetworkError(error, url.href));
    });
    sent.end();
  });
}

function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('aborted');
}

/** Lets go of an answer whose body is not wanted; a short one is read so that the connection stays. */
function discard(response: IncomingMessage): void {
  const length = Number(response.headers['content-length'] ?? Number.NaN);
  // The request's own handler has reported what there is to report.
  response.on('error', () => {});
  if (length <= REFUSED_BODY_BYTES_MAX) response.resume();
  else response.destroy();
}

async function readBody(response: IncomingMessage, request: FetchRequest): Promise<FetchedBody> {
  const bytes = await collect(response, request);
  const contentType = response.headers['content-type'] ?? '';
  const encoding = response.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return { bytes, contentType };
  if (encoding === 'gzip') {
    return { bytes: await decompress(bytes, request.bodyBytesMax), contentType };
  }
  throw invalid('SCRAPE_ENCODING', `unsupported Content-Encoding "${encoding}"`);
}

async function collect(response: IncomingMessage, request: FetchRequest): Promise<Buffer> {
  const { signal, bodyBytesMax } = request;
  if (Number(response.headers['content-length'] ?? 0) > bodyBytesMax) {
    discard(response);
    throw tooLarge(bodyBytesMax);
  }
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      reject(error);
      response.destroy();
    };
    response.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes > bodyBytesMax) fail(tooLarge(bodyBytesMax));
      else chunks.push(chunk);
    });
    response.once('end', () => {
      const [only] = chunks;
      resolve(chunks.length === 1 ? only : Buffer.concat(chunks, sizeBytes));
    });
    response.on('error', (error) => {
      if (!signal.aborted) fail(describeNetworkError(error, request.url));
      else fail(incomplete(abortReason(signal), sizeBytes));
    });
  });
}

function incomplete(reason: Error, sizeBytes: number): Error {
  const message = `${reason.message}: the body was not complete after ${sizeBytes} bytes`;
  return timedOut('SCRAPE_TIMEOUT', message, { cause: reason });
}

const gunzipAsync = promisify(gunzip);
/** A gzip file is at least its header, an empty block and its trailer. */
const GZIP_BYTES_MIN = 20;
const CHUNK_BYTES_MIN = 1024;

/**
 * Unpacks a body. For usual ones the thread pool costs several times the work itself, so they are
 * unpacked at once, in one buffer of the size that the trailer tells. A trailer that lies gains
 * nothing: what does not fit goes the long way, with the same bound.
 */
async function decompress(bytes: Buffer, bodyBytesMax: number): Promise<Buffer> {
  const toldBytes = bytes.length < GZIP_BYTES_MIN ? 0 : bytes.readUInt32LE(bytes.length - 4);
  const chunkSize = Math.min(Math.max(toldBytes + 1, CHUNK_BYTES_MIN), UNPACK_AT_ONCE_BYTES_MAX);
  const atOnceMax = Math.min(bodyBytesMax, UNPACK_AT_ONCE_BYTES_MAX);
  try {
    const isUsual = toldBytes <= atOnceMax && bytes.length <= atOnceMax;
    const small = isUsual ? unpackAtOnce(bytes, chunkSize, atOnceMax) : undefined;
    return small ?? (await gunzipAsync(bytes, { maxOutputLength: bodyBytesMax, chunkSize }));
  } catch (error) {
    if (isOverflow(error)) throw tooLarge(bodyBytesMax);
    throw invalid('SCRAPE_ENCODING', 'the body is not valid gzip', { cause: error });
  }
}

/** undefined where the trailer told too little. */
function unpackAtOnce(bytes: Buffer, chunkSize: number, atOnceMax: number): Buffer | undefined {
  try {
    return gunzipSync(bytes, { maxOutputLength: atOnceMax, chunkSize });
  } catch (error) {
    if (isOverflow(error)) return undefined;
    throw error;
  }
}

function isOverflow(error: unknown): boolean {
  return systemErrorCode(error) === 'ERR_BUFFER_TOO_LARGE';
}

function tooLarge(bodyBytesMax: number): Error {
  return limitExceeded('SCRAPE_BODY_TOO_LARGE', `body exceeded ${formatSize(bodyBytesMax)}`);
}

/** Writes a size as people configure it: `64 MiB`, `1500 bytes`. */
export function formatSize(sizeBytes: number): string {
  for (const [unit, unitBytes] of [
    ['GiB', 1024 ** 3],
    ['MiB', 1024 ** 2],
    ['KiB', 1024],
  ] as const) {
    if (sizeBytes >= unitBytes && sizeBytes % unitBytes === 0) {
      return `${sizeBytes / unitBytes} ${unit}`;
    }
  }
  return `${sizeBytes} bytes`;
}

async function readAuthorization(auth: HttpAuth): Promise<string | undefined> {
  switch (auth.kind) {
    case 'none':
      return undefined;
    case 'basic': {
      const username = await readSecret(auth.username);
      const password = await readSecret(auth.password);
      return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    }
    case 'token':
      return `${auth.scheme} ${await readSecret(auth.token)}`;
  }
}

async function readHeaders(config: HttpClientConfig): Promise<Record<string, string[]>> {
  const headers: Record<string, string[]> = {};
  for (const { name, values } of config.headers) {
    headers[name] = await Promise.all(values.map(readSecret));
  }
  return headers;
}

async function readTls(config: TlsConfig): Promise<Record<string, unknown>> {
  return {
    ca: config.ca && (await readSecret(config.ca)),
    cert: config.cert && (await readSecret(config.cert)),
    key: config.key && (await readSecret(config.key)),
    servername: config.serverName,
    rejectUnauthorized: !config.insecureSkipVerify,
    minVersion: config.minVersion,
    maxVersion: config.maxVersion,
  };
}

/** A secret's text now; files are read at each use, so that rotation needs no reload. */
async function readSecret(secret: Secret): Promise<string> {
  if (secret.kind === 'text') return secret.text;
  try {
    const { size } = await stat(secret.path);
    if (size > SECRET_FILE_BYTES_MAX) throw new Error(`larger than ${SECRET_FILE_BYTES_MAX} bytes`);
    return (await readFile(secret.path, 'utf8')).trim();
  } catch (error) {
    const message = `cannot read the secret in "${secret.path}"`;
    throw unavailable('SCRAPE_SECRET_UNREADABLE', message, { cause: error });
  }
}
