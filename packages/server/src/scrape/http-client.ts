/**
 * Sends requests over HTTP and HTTPS with the settings of an `http_config`: credentials, TLS,
 * proxies, redirects, headers.
 *
 * On `node:http` and not on fetch(): a scrape wants to say which connections stay open, to count
 * the bytes as they come, before and after decompression, and to know the system's own error; and
 * it costs less than half of the CPU time (ADR 0043).
 */
import { lookup } from 'node:dns';
import type { AgentOptions, IncomingMessage, RequestOptions } from 'node:http';
import type { ConnectionOptions } from 'node:tls';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import {
  type HttpAuth,
  type HttpClientConfig,
  type OAuth2Config,
  type TlsConfig,
  addressLiteral,
  type Clock,
  DEFAULT_HTTP_CLIENT,
  forbidden,
  HttpAgent,
  httpRequest,
  systemErrorCode,
  unavailable,
} from '../platform/index.ts';
import { describeNetworkError } from './fetch-body.ts';
import { abortReason, discard } from './http-body.ts';
import { createFindProxy } from './http-proxy.ts';
import { IDLE_CONNECTIONS_PER_HOST_MAX, REDIRECTS_MAX } from './limits.ts';
import { createTokenSource, type TokenSource } from './oauth2.ts';
import { readSecret } from './secret.ts';

export interface HttpRequest {
  readonly url: string;
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  /** Sent again to where a redirect with 307 or 308 points. */
  readonly body?: string | Uint8Array;
  /** Fires when the answer is not wanted any more, while its body comes in too. */
  readonly signal: AbortSignal;
}

/** A way to send requests that holds connections open. */
export interface HttpClient {
  /**
   * The answer, whatever its status, once its headers are in; its body must be read or discarded.
   * Throws where there is none.
   */
  send(request: HttpRequest): Promise<IncomingMessage>;
  /** Closes all connections. */
  close(): void;
}

export interface HttpClientOptions {
  readonly clock: Clock;
  /** The Unix socket to connect to, whatever the address says. */
  readonly socketPath?: string;
  /** Why an address must not be connected to, redirects included; default: all may. */
  readonly findRefusal?: FindRefusal;
}

type FindRefusal = (address: string) => string | undefined;

interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

const AGENT_OPTIONS = {
  keepAlive: true,
  maxFreeSockets: IDLE_CONNECTIONS_PER_HOST_MAX,
  scheduling: 'lifo',
} as const;

/** Builds a client; nothing is read or opened before the first request. */
export function createHttpClient(config: HttpClientConfig, options: HttpClientOptions): HttpClient {
  const { auth } = config;
  const pool = new AgentPool(config, options.socketPath);
  const tokens = auth.kind === 'oauth2' ? openTokens(auth.oauth2, options.clock) : undefined;
  return {
    async send(request) {
      const headers = { ...request.headers, ...(await readHeaders(config)) };
      const authorization = await readAuthorization(auth, tokens, request.signal);
      await pool.refresh();
      const method = request.method ?? 'GET';
      const { findRefusal } = options;
      const hop: Hop = { request, method, headers, authorization, pool, findRefusal };
      return followRedirects(hop, config.followRedirects);
    },
    close() {
      pool.close();
      tokens?.close();
    },
  };
}

/** What a client sends beside a request, for those who make their connections themselves. */
interface HttpAccess {
  /** The `Authorization` header and those of `http_headers`; files are read at each call. */
  readonly readAccess: (
    config: HttpClientConfig,
    signal: AbortSignal,
  ) => Promise<Readonly<Record<string, string | readonly string[]>>>;
  /** Options of `tls.connect`, with the files read. */
  readonly readTls: (config: TlsConfig) => Promise<TlsOptions>;
}

export function createHttpAccess(clock: Clock): HttpAccess {
  return {
    async readAccess(config, signal) {
      const { auth } = config;
      const tokens = auth.kind === 'oauth2' ? openTokens(auth.oauth2, clock) : undefined;
      try {
        const authorization = await readAuthorization(auth, tokens, signal);
        const headers = await readHeaders(config);
        return authorization === undefined ? headers : { ...headers, authorization };
      } finally {
        tokens?.close();
      }
    },
    readTls,
  };
}

/** Tokens come over connections of their own: another server, other certificates. */
function openTokens(config: OAuth2Config, clock: Clock): TokenSource & { close(): void } {
  const { tls, proxy } = config;
  const client = createHttpClient({ ...DEFAULT_HTTP_CLIENT, tls, proxy }, { clock });
  const source = createTokenSource(config, {
    send: async (request) => client.send(request),
    clock,
  });
  return { ...source, close: () => client.close() };
}

/** The connections of one client: straight ones, and those through each proxy. */
class AgentPool {
  readonly #config: HttpClientConfig;
  readonly #socketPath: string | undefined;
  readonly #findProxy: ReturnType<typeof createFindProxy>;
  readonly #agents = new Map<string | undefined, Agents>();
  #tls: TlsOptions = {};
  /** The TLS material that the agents were made with. */
  #tlsKey = '';

  constructor(config: HttpClientConfig, socketPath: string | undefined) {
    this.#config = config;
    this.#socketPath = socketPath;
    this.#findProxy = createFindProxy(config.proxy);
  }

  /** Certificates are read for each request, so that a renewed one is taken without a reload. */
  async refresh(): Promise<void> {
    const tls = await readTls(this.#config.tls);
    const key = JSON.stringify(tls);
    if (key === this.#tlsKey) return;
    this.close();
    this.#tls = tls;
    this.#tlsKey = key;
  }

  get socketPath(): string | undefined {
    return this.#socketPath;
  }

  find(url: URL): Agents {
    const proxy = this.#findProxy(url);
    const known = this.#agents.get(proxy);
    if (known !== undefined) return known;
    const agents = this.#create(AGENT_OPTIONS, proxy);
    this.#agents.set(proxy, agents);
    return agents;
  }

  /** For one request on a connection that nobody used before. */
  fresh(url: URL): Agents {
    return this.#create({ keepAlive: false }, this.#findProxy(url));
  }

  #create(options: AgentOptions, proxy: string | undefined): Agents {
    const all = { ...options, ...proxyOptions(proxy) };
    return { http: new HttpAgent(all), https: new HttpsAgent({ ...all, ...this.#tls }) };
  }

  close(): void {
    for (const { http, https } of this.#agents.values()) {
      http.destroy();
      https.destroy();
    }
    this.#agents.clear();
    this.#tlsKey = '';
  }
}

/** Node sends through a proxy what its agent was told to, as if the environment had said so. */
function proxyOptions(proxy: string | undefined): Pick<AgentOptions, 'proxyEnv'> {
  return proxy === undefined ? {} : { proxyEnv: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy } };
}

interface Hop {
  readonly request: HttpRequest;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly authorization: string | undefined;
  readonly pool: AgentPool;
  readonly findRefusal: FindRefusal | undefined;
}

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
/** Those that repeat the request as it was; the others ask with GET. */
const REPEATING: readonly number[] = [307, 308];

async function followRedirects(first: Hop, isAllowed: boolean): Promise<IncomingMessage> {
  const origin = new URL(first.request.url);
  let hop = first;
  let url = origin;
  for (let count = 0; count <= REDIRECTS_MAX; count++) {
    // Credentials are for the server that was configured and go to nobody that it points at.
    const isSame = url.origin === origin.origin;
    const { authorization: own, ...others } = hop.headers;
    const headers = isSame || own === undefined ? hop.headers : others;
    const authorization = isSame ? hop.authorization : undefined;
    const response = await sendTwice({ ...hop, headers, authorization }, url);
    const status = response.statusCode ?? 0;
    const { location } = response.headers;
    if (!isAllowed || !REDIRECTS.includes(status) || location === undefined) return response;
    discard(response);
    url = resolveLocation(location, url);
    if (!REPEATING.includes(status)) hop = { ...hop, method: 'GET' };
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
  const { request, method, pool, authorization } = hop;
  const isTls = url.protocol === 'https:';
  const agents = mayReuse ? pool.find(url) : pool.fresh(url);
  const agent = isTls ? agents.https : agents.http;
  const headers = authorization === undefined ? hop.headers : { ...hop.headers, authorization };
  const { signal } = request;
  const socket = pool.socketPath === undefined ? {} : { socketPath: pool.socketPath };
  const options = { agent, method, headers, signal, ...socket, ...judgeAddresses(hop, url) };
  return new Promise((resolve, reject) => {
    const sent = isTls ? httpsRequest(url, options) : httpRequest(url, options);
    sent.once('response', resolve);
    sent.on('error', (error) => {
      const code = systemErrorCode(error);
      const isClosed = code === 'ECONNRESET' || code === 'EPIPE';
      if (signal.aborted) reject(abortReason(signal));
      else if (sent.reusedSocket && isClosed) reject(new ReusedSocketError());
      else reject(describeNetworkError(error, url.href));
    });
    sent.end(method === 'GET' ? undefined : request.body);
  });
}

/** A literal address is judged here, the addresses of a name where they are looked up. */
function judgeAddresses({ findRefusal }: Hop, url: URL): Pick<RequestOptions, 'lookup'> {
  if (findRefusal === undefined) return {};
  const judge = (address: string): void => {
    const refusal = findRefusal(address);
    if (refusal !== undefined) throw forbidden('WEBHOOK_ADDRESS_REFUSED', refusal);
  };
  const literal = addressLiteral(url);
  if (literal !== undefined) judge(literal);
  return {
    lookup: (host, options, done) => {
      lookup(host, { ...options, all: true }, (error, found) => {
        if (error !== null) return done(error, '');
        try {
          for (const { address } of found) judge(address);
        } catch (refusal) {
          return done(refusal instanceof Error ? refusal : new Error(String(refusal)), '');
        }
        if (options.all === true) return done(null, found);
        return done(null, found[0].address, found[0].family);
      });
    },
  };
}

async function readAuthorization(
  auth: HttpAuth,
  tokens: TokenSource | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
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
    case 'oauth2':
      return `Bearer ${await tokens?.token(signal)}`;
  }
}

async function readHeaders(config: HttpClientConfig): Promise<Record<string, string[]>> {
  const headers: Record<string, string[]> = {};
  for (const { name, values } of config.headers) {
    headers[name] = await Promise.all(values.map(readSecret));
  }
  return headers;
}

type TlsOptions = Pick<
  ConnectionOptions,
  'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized' | 'minVersion' | 'maxVersion'
>;

async function readTls(config: TlsConfig): Promise<TlsOptions> {
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
