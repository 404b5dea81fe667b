/** What an answer must be, and reading its body within bounds. */
import type { IncomingHttpHeaders } from 'node:http';
import { pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflateRaw } from 'node:zlib';
import { errorMessage } from '../platform/index.ts';
import type { HttpAnswer } from './http-hop.ts';
import { BODY_BYTES_MAX, FIRST_BYTES_MAX } from './limits.ts';
import type { HeaderMatch, HttpModule } from './module.ts';
import type { ProbeRun } from './run.ts';

export function judgeStatus(run: ProbeRun, http: HttpModule, status: number): boolean {
  const { validStatusCodes } = http;
  if (validStatusCodes.length === 0) {
    return (status >= 200 && status < 300) || run.fail(`status ${status}, wanted 2xx`);
  }
  if (validStatusCodes.includes(status)) return true;
  return run.fail(`status ${status}, wanted ${validStatusCodes.join(', ')}`);
}

export function judgeHeaders(
  run: ProbeRun,
  http: HttpModule,
  headers: IncomingHttpHeaders,
): boolean {
  const { failIfHeaderMatches, failIfHeaderNotMatches } = http;
  const reasons = [
    ...failIfHeaderMatches.map((match) => findHeaderFault(match, headers, true)),
    ...failIfHeaderNotMatches.map((match) => findHeaderFault(match, headers, false)),
  ];
  const reason = reasons.find((one) => one !== undefined);
  if (reason === undefined) return true;
  run.set('probe_failed_due_to_regex', 1);
  return run.fail(reason);
}

function findHeaderFault(
  { header, regexp, allowsMissing }: HeaderMatch,
  headers: IncomingHttpHeaders,
  isForbidden: boolean,
): string | undefined {
  const values = [headers[header.toLowerCase()] ?? []].flat();
  if (values.length === 0) return allowsMissing ? undefined : `the header ${header} is missing`;
  const doesMatch = values.some((value) => regexp.matcher(value).find());
  if (doesMatch !== isForbidden) return undefined;
  return `the header ${header} ${isForbidden ? 'matches' : 'does not match'} ${regexp.pattern()}`;
}

export async function judgeBody(
  run: ProbeRun,
  input: { readonly http: HttpModule; readonly answer: HttpAnswer; readonly isGood: boolean },
): Promise<boolean> {
  const { http, answer, isGood } = input;
  const hasChecks = http.failIfBodyMatches.length + http.failIfBodyNotMatches.length > 0;
  const isKept = isGood && hasChecks;
  const read = await readBody(run, { http, answer, isKept });
  run.set('probe_http_uncompressed_body_length', read.byteCount);
  if (read.fault !== undefined) {
    if (isKept) run.set('probe_failed_due_to_regex', 1);
    return run.fail(read.fault);
  }
  if (!isKept) return true;
  const reason = findBodyFault(http, Buffer.concat(read.chunks).toString('utf8'));
  if (reason === undefined) return true;
  run.set('probe_failed_due_to_regex', 1);
  return run.fail(reason);
}

function findBodyFault(http: HttpModule, text: string): string | undefined {
  const matching = http.failIfBodyMatches.find((regexp) => regexp.matcher(text).find());
  if (matching !== undefined) return `the body matches ${matching.pattern()}`;
  const missing = http.failIfBodyNotMatches.find((regexp) => !regexp.matcher(text).find());
  return missing === undefined ? undefined : `the body does not match ${missing.pattern()}`;
}

interface ReadBody {
  readonly byteCount: number;
  readonly chunks: readonly Buffer[];
  readonly fault: string | undefined;
}

async function readBody(
  run: ProbeRun,
  input: { readonly http: HttpModule; readonly answer: HttpAnswer; readonly isKept: boolean },
): Promise<ReadBody> {
  const { http, answer, isKept } = input;
  const said = http.bodyBytesMax === 0 ? BODY_BYTES_MAX : http.bodyBytesMax;
  const bytesMax = Math.min(said, BODY_BYTES_MAX);
  const chunks: Buffer[] = [];
  let byteCount = 0;
  let fault: string | undefined;
  const stop = (): void => answer.close();
  run.signal.addEventListener('abort', stop, { once: true });
  try {
    const body = decompress(http.compression, answer.body);
    const stream: AsyncIterable<Uint8Array> = body;
    for await (const chunk of stream) {
      const bytes = Buffer.from(chunk);
      noteFirstBytes(run, bytes);
      byteCount += bytes.length;
      if (isKept) chunks.push(bytes);
      if (byteCount <= bytesMax) continue;
      fault = `the body is larger than ${bytesMax} bytes`;
      byteCount = bytesMax;
      break;
    }
    run.signal.throwIfAborted();
  } catch (error) {
    const cause: unknown = run.signal.aborted ? run.signal.reason : error;
    fault = `cannot read the body: ${errorMessage(cause)}`;
  } finally {
    run.signal.removeEventListener('abort', stop);
  }
  return { byteCount, chunks, fault };
}

/** What is printable of the first bytes, whatever follows. */
export function noteFirstBytes(run: ProbeRun, bytes: Uint8Array): void {
  const room = FIRST_BYTES_MAX - run.evidence.firstBytes.length;
  if (room > 0) run.evidence.firstBytes += Buffer.from(bytes.subarray(0, room)).toString('utf8');
}

/** The file says how a body must be compressed; one that is not fails to unpack. */
function decompress(compression: string, body: Readable): Readable {
  const unpack = createUnpacker(compression);
  if (unpack === undefined) return body;
  return pipeline(body, unpack, () => {});
}

function createUnpacker(compression: string): Transform | undefined {
  switch (compression.toLowerCase()) {
    case '':
    case 'identity':
      return undefined;
    case 'gzip':
      return createGunzip();
    case 'deflate':
      return createInflateRaw();
    case 'br':
      return createBrotliDecompress();
    default:
      throw new Error(`compression "${compression}" is not known`);
  }
}

export function judgeTls(run: ProbeRun, http: HttpModule, isTls: boolean): boolean {
  if (isTls && http.failIfSsl) return run.fail('the last request went over TLS');
  if (!isTls && http.failIfNotSsl) return run.fail('the last request did not go over TLS');
  return true;
}
