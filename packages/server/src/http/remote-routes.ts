/**
 * Where others send their samples: `POST /api/v1/write`, remote write 1.0 and 2.0.
 *
 * Senders look at the status alone: 2xx is done, 5xx and 429 is tried again, any other is thrown
 * away with what the answer says in their log, so answers are plain text as Prometheus' are.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { describeError, type Log } from '../platform/index.ts';
import {
  BODY_BYTES_MAX,
  type WriteEncoding,
  type WriteOutcome,
  type WriteReceiver,
  type WriteVersion,
} from '../remote/index.ts';
import { answerError } from './error-answer.ts';

export interface RemoteApi {
  readonly receive: WriteReceiver['receive'];
  readonly log: Log;
}

const PROTOBUF = 'application/x-protobuf';
const VERSIONS: ReadonlyMap<string, WriteVersion> = new Map([
  ['prometheus.WriteRequest', 'v1'],
  ['io.prometheus.write.v2.Request', 'v2'],
]);

/** Mounts the routes; what they take is on disk before they answer. */
export function mountRemoteRoutes(server: FastifyInstance, api: RemoteApi): void {
  server.addContentTypeParser(
    PROTOBUF,
    { parseAs: 'buffer' },
    async (_request: FastifyRequest, body: Buffer) => body,
  );
  server.post('/api/v1/write', {
    bodyLimit: BODY_BYTES_MAX,
    config: { access: 'responder', isPrometheus: true },
    // Before the body is looked at: one of another type could not be read.
    onRequest: async (request, reply) => {
      const why = findTypeFault(request);
      if (why !== undefined) await reply.code(415).type('text/plain').send(`${why}\n`);
    },
    handler: async (request, reply) => {
      const version = readVersion(request) ?? 'v1';
      const encoding = readEncoding(request) ?? 'snappy';
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      try {
        const outcome = await api.receive({ version, encoding, body });
        if (version === 'v2') tellWritten(reply, outcome);
        const { refused } = outcome;
        if (refused === '') return await reply.code(204).send();
        return await reply.code(400).type('text/plain').send(`${refused}\n`);
      } catch (error) {
        if (version === 'v2') tellWritten(reply, NOTHING_WRITTEN);
        return sendFailure(reply, error, api.log);
      }
    },
  });
}

const NOTHING_WRITTEN = { samplesWritten: 0, histogramsWritten: 0, exemplarsWritten: 0 };

async function sendFailure(reply: FastifyReply, error: unknown, log: Log): Promise<FastifyReply> {
  const { status, message, isBug } = answerError(error);
  if (isBug) log.error('remote write failed', { error: describeError(error) });
  return reply.code(status).type('text/plain').send(`${message}\n`);
}

/** Not for version 1: its senders take a missing header for an old receiver, and know no other. */
function tellWritten(reply: FastifyReply, written: Omit<WriteOutcome, 'refused'>): void {
  const prefix = 'x-prometheus-remote-write';
  void reply.headers({
    [`${prefix}-samples-written`]: written.samplesWritten,
    [`${prefix}-histograms-written`]: written.histogramsWritten,
    [`${prefix}-exemplars-written`]: written.exemplarsWritten,
  });
}

function findTypeFault(request: FastifyRequest): string | undefined {
  const { headers } = request;
  if (readVersion(request) === undefined) {
    const want = [...VERSIONS.keys()].map((name) => `${PROTOBUF};proto=${name}`).join(' or ');
    return `unsupported Content-Type "${headers['content-type'] ?? ''}"; want ${want}`;
  }
  if (readEncoding(request) !== undefined) return undefined;
  const encoding = headers['content-encoding'] ?? '';
  return `unsupported Content-Encoding "${encoding}"; want snappy (block format) or zstd`;
}

/** Without a parameter it is version 1, which is older than the parameter. */
function readVersion({ headers }: FastifyRequest): WriteVersion | undefined {
  const [media, ...parameters] = (headers['content-type'] ?? '').split(';').map((s) => s.trim());
  if (media.toLowerCase() !== PROTOBUF) return undefined;
  const proto = parameters.find((parameter) => parameter.toLowerCase().startsWith('proto='));
  return proto === undefined ? 'v1' : VERSIONS.get(proto.slice('proto='.length));
}

function readEncoding({ headers }: FastifyRequest): WriteEncoding | undefined {
  const encoding = (headers['content-encoding'] ?? 'snappy').toLowerCase();
  return encoding === 'snappy' || encoding === 'zstd' ? encoding : undefined;
}
