/** What all of Prometheus' API has in common: how it is mounted, and how it fails. */
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { AppError } from '../platform/index.ts';
import { ParseError } from '../promql/index.ts';
import type { Access } from './access.ts';
import { formatSuccess } from './prometheus-json.ts';
import { ApiParams } from './prometheus-params.ts';

/** Who asks, and whether still. */
export interface QueryAsker {
  readonly name: string;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

/** Makes the body of an answer. */
export type MakeAnswer = (
  params: ApiParams,
  request: FastifyRequest,
  reply: FastifyReply,
) => string | Promise<string | Uint8Array>;

export interface MountOptions {
  readonly methods?: readonly HTTPMethods[];
  readonly access?: Access;
  readonly type?: string;
}

/** Mounts an answer below /api/v1. */
export type Mount = (path: string, answer: MakeAnswer, options?: MountOptions) => void;

const NO_NOTES = { warnings: [], infos: [] };
/** What a query that was refused or failed is called, by its error. */
const STATUS_OF_EXECUTION = 422;

/** How answers are mounted on a server: by GET and POST, for viewers, as JSON, if not said else. */
export function createMount(server: FastifyInstance): Mount {
  return (path, answer, options = {}) => {
    server.route({
      method: [...(options.methods ?? ['GET', 'POST'])],
      url: `/api/v1/${path}`,
      config: { access: options.access ?? 'viewer', isPrometheus: true },
      handler: async (request, reply) => {
        reply.type(options.type ?? 'application/json').header('cache-control', 'no-store');
        return answerOrFail({ request, reply, answer });
      },
    });
  };
}

/** Ends what a client asked for when its connection closes before it is answered. */
export function watchClient({ actor }: FastifyRequest, reply: FastifyReply): QueryAsker {
  const abort = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) abort.abort();
  });
  return { name: actor?.displayName ?? '', signal: abort.signal };
}

/** An answer that is made of plain data. */
export function json(make: (params: ApiParams) => unknown): MakeAnswer {
  return async (params) => formatSuccess(JSON.stringify(await make(params)), NO_NOTES);
}

async function answerOrFail(what: {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly answer: MakeAnswer;
}): Promise<unknown> {
  const { request, reply, answer } = what;
  try {
    const body = await answer(new ApiParams(request.url, request.body), request, reply);
    return typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.length);
  } catch (error) {
    const failure = describeFailure(error);
    if (failure === undefined) throw error;
    const { status, errorType, message } = failure;
    reply.type('application/json');
    return reply.code(status).send({ status: 'error', errorType, error: message });
  }
}

interface Failure {
  readonly status: number;
  readonly errorType: string;
  readonly message: string;
}

/** Errors of queries, as Prometheus sorts them; undefined: not the query's fault. */
function describeFailure(error: unknown): Failure | undefined {
  if (error instanceof ParseError) {
    const message = `invalid parameter "query": ${error.message}`;
    return { status: 400, errorType: 'bad_data', message };
  }
  if (!(error instanceof AppError) || !error.code.startsWith('QUERY_')) return undefined;
  const { code, message } = error;
  switch (code) {
    case 'QUERY_PARAMETER_INVALID':
    case 'QUERY_INVALID':
      return { status: 400, errorType: 'bad_data', message };
    case 'QUERY_TIMEOUT':
      return { status: 503, errorType: 'timeout', message };
    case 'QUERY_CANCELED':
      return { status: 503, errorType: 'canceled', message };
    default:
      return { status: STATUS_OF_EXECUTION, errorType: 'execution', message };
  }
}
