/**
 * How instances of `nines alertmanager` reach each other: one route of plain HTTP on an address of
 * its own (docs/formats/alertmanager-cluster.md).
 *
 * Whoever reaches the address can silence and can keep notifications back, as with Alertmanager's: it
 * is for the network between instances. A page in somebody's browser is refused: browsers name the
 * page's origin, and ask before they send a body of this type.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { MESSAGE_BYTES_MAX, type PostMessage } from '../../alertmanager/index.ts';
import {
  AppError,
  createNodeServer,
  describeError,
  HttpAgent,
  httpRequest,
  invalid,
  limitExceeded,
  type Log,
} from '../../platform/index.ts';

const PATH = '/cluster/v1/messages';
const CONTENT_TYPE = 'application/vnd.nines.alertmanager-cluster+json';
/** Two peers of which each sends four messages at once, and one more of each start. */
const SOCKETS_MAX = 8;
/** Connections are kept between two probes. */
const KEEP_ALIVE_MS = 60_000;
/** An answer is a head without items. */
const REASON_CHARS_MAX = 200;

/** Answers messages of peers. */
export function createClusterServer(
  take: (text: string, host: string) => Promise<string>,
  log: Log,
): Server {
  const server = createNodeServer((request, response) => {
    void answer(request, take).then(
      (text) => reply(response, { status: 200, text }),
      (error: unknown) => {
        if (error instanceof AppError) {
          const status = error.kind === 'unavailable' ? 503 : 400;
          reply(response, { status, text: JSON.stringify(error.message) });
          return;
        }
        log.error('a message of a peer failed unexpectedly', { error: describeError(error) });
        reply(response, { status: 500, text: '"internal error"' });
      },
    );
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}

/** Closes it, connections that are kept too. */
export async function closeClusterServer(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeAllConnections();
  await promise;
}

async function answer(
  request: IncomingMessage,
  take: (text: string, host: string) => Promise<string>,
): Promise<string> {
  const { method, url, headers, socket } = request;
  if (headers.origin !== undefined) throw refused('it comes from a page in a browser');
  if (method !== 'POST' || url !== PATH) throw refused(`only POST ${PATH} is answered`);
  if (headers['content-type'] !== CONTENT_TYPE) throw refused(`want content-type ${CONTENT_TYPE}`);
  return take(await readText(request), hostOf(socket.remoteAddress ?? ''));
}

function refused(why: string): Error {
  return invalid('CLUSTER_REQUEST_INVALID', `no message of a peer: ${why}`);
}

/** As an address has it. */
function hostOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
  return plain.includes(':') ? `[${plain}]` : plain;
}

async function readText(stream: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    if (!(chunk instanceof Uint8Array)) continue;
    bytes += chunk.length;
    if (bytes > MESSAGE_BYTES_MAX) {
      throw limitExceeded('CLUSTER_MESSAGE_TOO_LARGE', `more than ${MESSAGE_BYTES_MAX} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function reply(
  response: ServerResponse,
  { status, text }: { readonly status: number; readonly text: string },
): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(text);
}

/** Posts messages to peers. */
export function createPostMessage(timeouts: {
  readonly probeTimeoutMs: number;
  readonly tcpTimeoutMs: number;
}): PostMessage {
  const agent = new HttpAgent({ keepAlive: true, maxSockets: SOCKETS_MAX });
  return async ({ address, text, isProbe, signal }) => {
    const timeoutMs = isProbe ? timeouts.probeTimeoutMs : timeouts.tcpTimeoutMs;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const request = httpRequest(`http://${address}${PATH}`, {
      method: 'POST',
      agent,
      signal: limit,
      headers: { 'content-type': CONTENT_TYPE, 'content-length': Buffer.byteLength(text) },
    });
    request.once('response', resolve);
    request.on('error', (error) => {
      const late = new Error(`no answer within ${timeoutMs} ms`, { cause: error });
      reject(limit.aborted && !signal.aborted ? late : error);
    });
    request.end(text);
    const response = await promise;
    const said = await readText(response);
    if (response.statusCode === 200) return said;
    throw new Error(`it answered ${response.statusCode}: ${said.slice(0, REASON_CHARS_MAX)}`);
  };
}
