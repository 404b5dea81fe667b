/**
 * Where others send their samples: `POST /api/v1/write`, remote write 1.0 and 2.0, and
 * `POST /api/v1/otlp/v1/metrics`, OTLP in protobuf or JSON; and where others
 * read them: `POST /api/v1/read`.
 *
 * Senders look at the status alone: 2xx is done, 5xx and 429 is tried again, any other is thrown
 * away with what the answer says in their log, so answers are plain text as Prometheus' are.
 */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { describeError, type Log, ProtoWriter } from '../platform/index.ts';
import {
  type AnswerRead,
  BODY_BYTES_MAX,
  type OtlpOutcome,
  type OtlpReceiver,
  READ_AHEAD_BYTES,
  type ReadAnswer,
  type WriteEncoding,
  type WriteOutcome,
  type WriteReceiver,
  type WriteVersion,
} from '../remote/index.ts';
import { answerError } from './error-answer.ts';

export interface RemoteApi {
  readonly receive: WriteReceiver['receive'];
  readonly answerRead: AnswerRead;
  readonly receiveOtlp: OtlpReceiver['receive'];
  readonly log: Log;
}

const PROTOBUF = 'application/x-protobuf';
const CHUNKS = 'application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse';
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
  mountOtlpRoute(server, api);
  mountReadRoute(server, api);
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

/** Another Prometheus reads samples from here; what it may see, every viewer may. */
function mountReadRoute(server: FastifyInstance, api: RemoteApi): void {
  server.post('/api/v1/read', {
    bodyLimit: BODY_BYTES_MAX,
    config: { access: 'viewer', isPrometheus: true },
    handler: async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      try {
        const answer = await api.answerRead(body);
        if (answer.kind === 'chunks') return await reply.type(CHUNKS).send(openStream(answer, api));
        const { buffer, byteOffset, length } = answer.body;
        reply.type(PROTOBUF).header('content-encoding', 'snappy');
        return await reply.send(Buffer.from(buffer, byteOffset, length));
      } catch (error) {
        return sendFailure(reply, error, api.log);
      }
    },
  });
}

/** Once it has begun nothing but its end can tell of a failure: the connection is cut. */
function openStream(
  { stream }: Extract<ReadAnswer, { readonly kind: 'chunks' }>,
  { log }: RemoteApi,
): Readable {
  const options = { objectMode: false, highWaterMark: READ_AHEAD_BYTES };
  return Readable.from(stream, options).on('error', (error) => {
    log.error('a remote read broke off', { error: describeError(error) });
  });
}

/** OTLP says in a 200 what was left out of it; other answers are a `Status` of gRPC. */
function mountOtlpRoute(server: FastifyInstance, api: RemoteApi): void {
  server.register(async (scope) => {
    // Only here: the numbers of OTLP's JSON are read by those who know which are text.
    scope.removeContentTypeParser('application/json');
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'buffer' },
      async (_request: FastifyRequest, body: Buffer) => body,
    );
    scope.post('/api/v1/otlp/v1/metrics', {
      bodyLimit: BODY_BYTES_MAX,
      config: { access: 'responder', isPrometheus: true },
      onRequest: async (request, reply) => {
        const why = findOtlpFault(request);
        if (why !== undefined) await reply.code(415).type('text/plain').send(`${why}\n`);
      },
      handler: async (request, reply) => {
        const isJson = mediaOf(request) === JSON_MEDIA;
        const isGzip = request.headers['content-encoding'] === 'gzip';
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        reply.type(isJson ? JSON_MEDIA : PROTOBUF);
        try {
          const outcome = await api.receiveOtlp({ isJson, isGzip, body });
          return await reply.code(200).send(formatOtlp(outcome, isJson));
        } catch (error) {
          const { status, message, isBug } = answerError(error);
          if (isBug) api.log.error('OTLP failed', { error: describeError(error) });
          return reply.code(status).send(formatStatus(message, status, isJson));
        }
      },
    });
  });
}

const JSON_MEDIA = 'application/json';

function mediaOf({ headers }: FastifyRequest): string {
  return (headers['content-type'] ?? '').split(';', 1)[0].trim().toLowerCase();
}

function findOtlpFault(request: FastifyRequest): string | undefined {
  const media = mediaOf(request);
  if (media !== JSON_MEDIA && media !== PROTOBUF) {
    return `unsupported Content-Type "${media}"; want ${PROTOBUF} or ${JSON_MEDIA}`;
  }
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'gzip' || encoding === 'identity') return undefined;
  return `unsupported Content-Encoding "${encoding}"; want gzip, or none`;
}

/** `ExportMetricsServiceResponse`, empty where everything was taken. */
function formatOtlp({ rejectedCount, message }: OtlpOutcome, isJson: boolean): string | Buffer {
  if (isJson) {
    const partialSuccess = { rejectedDataPoints: String(rejectedCount), errorMessage: message };
    return JSON.stringify(message === '' ? {} : { partialSuccess });
  }
  const writer = new ProtoWriter();
  if (message !== '') {
    const start = writer.begin(1);
    writer.int(1, rejectedCount);
    writer.string(2, message);
    writer.end(start);
  }
  return Buffer.from(writer.finish());
}

/** INVALID_ARGUMENT and UNAVAILABLE, of google.rpc.Code. */
function formatStatus(message: string, status: number, isJson: boolean): string | Buffer {
  const code = status < 500 ? 3 : 14;
  if (isJson) return JSON.stringify({ code, message });
  const writer = new ProtoWriter();
  writer.int(1, code);
  writer.string(2, message);
  return Buffer.from(writer.finish());
}

const NOTHING_WRITTEN = { samplesWritten: 0, histogramsWritten: 0, exemplarsWritten: 0 };

async function sendFailure(reply: FastifyReply, error: unknown, log: Log): Promise<FastifyReply> {
  const { status, message, isBug } = answerError(error);
  if (isBug) log.error('a request of remote write or read failed', { error: describeError(error) });
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
