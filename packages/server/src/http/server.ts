/**
 * The HTTP server: Fastify, wired to handlers that know nothing of it.
 *
 * Order of what a request meets: host and origin guard, health routes and the page (always open), then
 * whether the server has started, authentication and the route's least role (everything that is not public), then the route. Errors are answered in
 * one place. Prometheus' routes answer errors in Prometheus' form, all others in ours.
 */
import type { IncomingMessage } from 'node:http';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import {
  type Actor,
  type AppError,
  describeError,
  forbidden,
  type Log,
  notFound,
  unauthenticated,
  unavailable,
} from '../platform/index.ts';
import { type Access, assertAccessSaid, findAccessRefusal } from './access.ts';
import { answerError } from './error-answer.ts';
import type { HostGuard, Sender } from './host-guard.ts';
import { BODY_BYTES_MAX, KEEP_ALIVE_TIMEOUT_MS, REQUEST_TIMEOUT_MS } from './limits.ts';
import type { HttpMetrics } from './metrics.ts';

/** Finds out who sends a request; undefined: nobody that we know. */
export type Authenticate = (credentials: Credentials) => Promise<Actor | undefined>;

export interface Credentials {
  /** From `Authorization: Bearer`, or the password of `Authorization: Basic`. */
  readonly apiToken: string | undefined;
  readonly sessionToken: string | undefined;
}

/** A server that routes are mounted on; what it is made of is this folder's business. */
export type HttpServer = FastifyInstance;

export interface HttpServerOptions {
  readonly log: Log;
  readonly guard: HostGuard;
  readonly authenticate: Authenticate;
  /** PEM texts; undefined: plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  /** Addresses or CIDR ranges of proxies whose X-Forwarded-* headers are believed. */
  readonly trustedProxies: readonly string[];
  /** Whether what most routes ask is not there yet; never, where it is left out. */
  readonly isStarting?: () => boolean;
  readonly metrics: HttpMetrics;
}

/** The name of the session cookie. */
export const SESSION_COOKIE = 'nines_session';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sends the request; undefined on public routes when nobody is signed in. */
    actor: Actor | undefined;
  }
  interface FastifyContextConfig {
    /** Who may call it; every route says so. */
    access?: Access;
    /** The answer ends when its reader goes, so how long it took says nothing. */
    isStream?: boolean;
    /** Errors are answered as Prometheus does. */
    isPrometheus?: boolean;
    /** It asks nothing that is not there while the server starts. */
    answersAtStart?: boolean;
  }
}

/** Builds the server, without routes and not yet listening. */
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const server = createFastify(options);
  server.decorateRequest('actor', undefined);
  server.addHook('onRoute', ({ url, config }) => assertAccessSaid(url, config?.access));
  server.addHook('onRequest', async (request, reply) => {
    const why = options.guard(describeSender(request));
    if (why !== undefined) throw forbidden('HTTP_FOREIGN_ORIGIN', why);
    if (options.isStarting?.() === true) {
      if (request.routeOptions.config?.answersAtStart === true) return;
      reply.header('retry-after', '1');
      throw unavailable('HTTP_STARTING', 'the server is starting and reads its series; try again');
    }
    request.actor = await options.authenticate(readCredentials(request.raw));
    const access = request.routeOptions.config?.access;
    if (access === 'public') return;
    if (request.actor === undefined) {
      reply.header('www-authenticate', challengeFor(request));
      throw unauthenticated('AUTH_REQUIRED', 'sign in, or send an API token as bearer');
    }
    const refusal = findAccessRefusal(request.actor, access);
    if (refusal !== undefined) throw refusal;
  });
  server.addHook('onSend', async (_request, reply) => {
    reply.headers(SECURITY_HEADERS);
  });
  server.addHook('onResponse', async (request, reply) => {
    const isStream = request.routeOptions.config?.isStream === true;
    options.metrics.noteAnswer({
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
      durationSeconds: isStream ? undefined : reply.elapsedTime / 1000,
    });
  });
  server.setNotFoundHandler(async ({ method, url }) => {
    throw noRoute(method, url);
  });
  server.setErrorHandler(async (error, request, reply) =>
    sendError({ error, request, reply, options }),
  );
  acceptForms(server);
  return server;
}

/** Says that nothing answers here. */
export function noRoute(method: string, url: string): AppError {
  const [path] = url.split('?', 1);
  const message = `there is no ${method} ${path}; see docs/reference/http-api.md`;
  return notFound('HTTP_ROUTE_NOT_FOUND', message);
}

function describeSender(request: FastifyRequest): Sender {
  const { headers, method, host } = request;
  const { origin } = headers;
  return {
    method,
    host: host === '' ? undefined : host,
    origin,
    site: readHeader(headers['sec-fetch-site']),
    isNavigation: headers['sec-fetch-mode'] === 'navigate',
    isMarked: headers['x-nines-request'] !== undefined,
    hasSession: readCookie(headers.cookie, SESSION_COOKIE) !== undefined,
  };
}

function readHeader(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}

/**
 * Tools without bearer support learn that Basic works too; a browser that is shown the page must
 * not, since it would open a dialog of its own over the page's sign-in.
 */
function challengeFor({ headers }: FastifyRequest): string {
  const isFromPage =
    readCookie(headers.cookie, SESSION_COOKIE) !== undefined ||
    headers['x-nines-request'] !== undefined ||
    (headers['sec-fetch-mode'] !== undefined && headers['sec-fetch-mode'] !== 'navigate');
  return isFromPage ? 'Bearer realm="Nines"' : 'Basic realm="Nines", charset="UTF-8"';
}

const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'content-security-policy': [
    "default-src 'self'",
    // Mantine and the editor set styles from scripts.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
};

function createFastify(options: HttpServerOptions): FastifyInstance {
  const common = {
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    trustProxy: options.trustedProxies.length === 0 ? false : [...options.trustedProxies],
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 512 },
    // What the router itself cannot read, such as %ff in a path.
    frameworkErrors: (error: Error, _request: unknown, reply: FastifyReply) => {
      const { status, code, message } = answerError(error);
      void reply.code(status).headers(SECURITY_HEADERS).send({ code, message });
    },
  };
  if (options.tls === undefined) return Fastify(common);
  // The two return types differ in the raw server only, which nothing here touches.
  const secure: unknown = Fastify({ ...common, https: { ...options.tls } });
  if (!isInstance(secure)) throw new Error('BUG: Fastify did not build a server');
  return secure;
}

function isInstance(value: unknown): value is FastifyInstance {
  return typeof value === 'object' && value !== null && 'route' in value;
}

/** Prometheus' clients post queries as forms. */
function acceptForms(server: FastifyInstance): void {
  server.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    async (_request: FastifyRequest, body: string) => new URLSearchParams(body),
  );
}

async function sendError(what: {
  readonly error: unknown;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly options: HttpServerOptions;
}): Promise<void> {
  const { error, request, reply, options } = what;
  const answer = answerError(error);
  if (answer.isBug) {
    options.metrics.noteBug();
    const { method, url } = request;
    options.log.error('request failed', { method, url, error: describeError(error) });
  }
  const { status, code, message, retryAfterSeconds } = answer;
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
  const isPrometheus = request.routeOptions.config?.isPrometheus === true;
  const body = isPrometheus
    ? { status: 'error', errorType: prometheusErrorType(status), error: message }
    : { code, message };
  await reply.code(status).send(body);
}

/** Prometheus' error types (web/api/v1/api.go), by the status that they go with. */
function prometheusErrorType(status: number): string {
  switch (status) {
    case 400:
      return 'bad_data';
    case 401:
      return 'unauthorized';
    case 404:
      return 'not_found';
    case 429:
      return 'too_many_requests';
    case 503:
      return 'unavailable';
    case 504:
      return 'timeout';
    default:
      return status >= 500 ? 'internal' : 'bad_data';
  }
}

/** What a request shows to prove who sends it. */
export function readCredentials(request: IncomingMessage): Credentials {
  return {
    apiToken: readApiToken(request.headers.authorization),
    sessionToken: readCookie(request.headers.cookie, SESSION_COOKIE),
  };
}

function readApiToken(header: string | undefined): string | undefined {
  const [scheme = '', value = ''] = (header ?? '').split(' ', 2);
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  return pair.slice(pair.indexOf(':') + 1);
}

/** The value of one cookie of a Cookie header. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}
