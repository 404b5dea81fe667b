/** Mounts the handlers of the contract's route table. */
import {
  API_PREFIX,
  PATHS,
  ROUTES,
  type RouteHandlers,
  type RouteName,
  type RouteSchema,
} from '@nines/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { invalid, type RequestContext } from '../platform/index.ts';
import { watchClient } from './prometheus-answer.ts';
import { readCookie, SESSION_COOKIE } from './server.ts';

/** One function for each route of the contract. */
export type OwnHandlers = RouteHandlers<RouteName, RequestContext>;

/** A browser keeps its session for as long as the server may (identity ends it earlier). */
const COOKIE_SECONDS = 90 * 86_400;

/**
 * Mounts every route; a route without a handler is a type error. The handlers are asked for by
 * requests only: they may be built later.
 */
export function mountOwnRoutes(server: FastifyInstance, handlers: () => OwnHandlers): void {
  for (const name of Object.keys(PATHS)) {
    if (isRouteName(name)) mountRoute({ server, handlers, name });
  }
}

function mountRoute<Name extends RouteName>(options: {
  readonly server: FastifyInstance;
  readonly handlers: () => OwnHandlers;
  readonly name: Name;
}): void {
  const { server, handlers, name } = options;
  const { method, path } = PATHS[name];
  const schema = ROUTES[name];
  server.route({
    method,
    url: API_PREFIX + path,
    config: { access: schema.isPublic ? 'public' : schema.role },
    handler: async (request, reply) => {
      assertValid(request, schema);
      const answer = await handlers()[name](
        readInput<Name>(request),
        createContext(request, reply),
      );
      return reply.header('cache-control', 'no-store').send(answer ?? {});
    },
  });
}

/**
 * Holds params, query and body against their schemas, and puts numbers where they are written as text.
 * Each schema is compiled when it is asked for first: all of them took a tenth of a start.
 */
function assertValid(request: FastifyRequest, { params, query, body }: RouteSchema): void {
  assertPart(request, 'params', params);
  assertPart(request, 'querystring', query);
  if (takesBody(body)) assertPart(request, 'body', body);
}

function assertPart(
  request: FastifyRequest,
  part: 'params' | 'querystring' | 'body',
  schema: object,
): void {
  const input = part === 'querystring' ? request.query : request[part];
  const isValid = request.compileValidationSchema(schema, part);
  if (isValid(input)) return;
  const faults = (isValid.errors ?? []).map(
    ({ instancePath, message = '' }) => `${part}${instancePath} ${message}`,
  );
  throw invalid('HTTP_REQUEST_INVALID', faults.join(', '));
}

/** A route without a body does not ask for an empty one. */
function takesBody(schema: RouteSchema['body']): boolean {
  const properties: unknown = 'properties' in schema ? schema.properties : undefined;
  return (
    typeof properties === 'object' && properties !== null && Object.keys(properties).length > 0
  );
}

function isRouteName(name: string): name is RouteName {
  return name in PATHS;
}

type Input<Name extends RouteName> = Parameters<OwnHandlers[Name]>[0];

function readInput<Name extends RouteName>(request: FastifyRequest): Input<Name> {
  const input: unknown = { params: request.params, query: request.query, body: request.body };
  if (!isValidated<Name>(input)) throw new Error('BUG: input was not validated');
  return input;
}

/** `assertValid` has held params, query and body against the schemas of the same name. */
function isValidated<Name extends RouteName>(input: unknown): input is Input<Name> {
  return typeof input === 'object' && input !== null;
}

function createContext(request: FastifyRequest, reply: FastifyReply): RequestContext {
  return {
    actor: request.actor,
    clientAddress: request.ip,
    sessionToken: readCookie(request.headers.cookie, SESSION_COOKIE),
    watchClient: () => watchClient(request, reply).signal,
    setSessionToken(token) {
      const secure = isOverTls(request) ? '; Secure' : '';
      const life = token === undefined ? 0 : COOKIE_SECONDS;
      const attributes = `Path=/; HttpOnly; SameSite=Lax; Max-Age=${life}${secure}`;
      reply.header('set-cookie', `${SESSION_COOKIE}=${token ?? ''}; ${attributes}`);
    },
  };
}

/** Behind a proxy that nobody named as trusted the page's own origin still says it. */
function isOverTls({ protocol, headers }: FastifyRequest): boolean {
  return protocol === 'https' || headers.origin?.startsWith('https://') === true;
}
