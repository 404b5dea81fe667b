/** Reads the body of an answer: bounded as it comes, and bounded again as it is unpacked. */
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, gunzipSync } from 'node:zlib';
import { invalid, limitExceeded, systemErrorCode, timedOut } from '../platform/index.ts';
import { describeNetworkError, type FetchedBody, type FetchRequest } from './fetch-body.ts';
import { REFUSED_BODY_BYTES_MAX, UNPACK_AT_ONCE_BYTES_MAX } from './limits.ts';

/** What bounds the reading of a body. */
export type BodyBounds = Pick<FetchRequest, 'url' | 'bodyBytesMax' | 'signal'>;

/** Why something was broken off. */
export function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('aborted');
}

/** Lets go of an answer whose body is not wanted; a short one is read so that the connection stays. */
export function discard(response: IncomingMessage): void {
  const length = Number(response.headers['content-length'] ?? Number.NaN);
  // The request's own handler has reported what there is to report.
  response.on('error', () => {});
  if (length <= REFUSED_BODY_BYTES_MAX) response.resume();
  else response.destroy();
}

/** The whole body, unpacked. */
export async function readBody(
  response: IncomingMessage,
  request: BodyBounds,
): Promise<FetchedBody> {
  const bytes = await collect(response, request);
  const contentType = response.headers['content-type'] ?? '';
  const encoding = response.headers['content-encoding'] ?? 'identity';
  return { bytes: await unpack(bytes, encoding, request.bodyBytesMax), contentType };
}

/** Undoes the Content-Encoding of a body; what takes long works on a copy. */
export async function unpack(
  bytes: Buffer,
  encoding: string,
  bodyBytesMax: number,
): Promise<Buffer> {
  if (encoding === 'identity') return bytes;
  if (encoding === 'gzip') return decompress(bytes, bodyBytesMax);
  throw invalid('SCRAPE_ENCODING', `unsupported Content-Encoding "${encoding}"`);
}

async function collect(response: IncomingMessage, request: BodyBounds): Promise<Buffer> {
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

/** Why a body is not whole: the time was up before its end. */
export function incomplete(reason: Error, sizeBytes: number): Error {
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
    // The pool works while the memory of the bytes may be used for others.
    return (
      small ?? (await gunzipAsync(Buffer.from(bytes), { maxOutputLength: bodyBytesMax, chunkSize }))
    );
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

/** Why a body was not read. */
export function tooLarge(bodyBytesMax: number): Error {
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
