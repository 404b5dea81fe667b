/** Asks for JSON over HTTP, bounded in time and size. */
import type { IncomingMessage } from 'node:http';
import { type Clock, unavailable } from '../../platform/index.ts';
import { discard, readBody } from '../http-body.ts';
import type { HttpClient } from '../http-client.ts';
import { withTimeout } from './discovery.ts';
import { ANSWER_BYTES_MAX, REQUEST_TIMEOUT_MS } from './limits.ts';

export interface Question {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** How much longer than usual an answer may take: the server was asked to hold it back. */
  readonly waitMs?: number;
}

export interface TextAnswer {
  readonly text: string;
  readonly headers: IncomingMessage['headers'];
}

/** The body of an answer with status 200; throws what people are shown. */
export async function askText(
  client: HttpClient,
  clock: Clock,
  question: Question,
): Promise<TextAnswer> {
  const { url, signal, waitMs = 0 } = question;
  const limited = withTimeout(clock, signal, REQUEST_TIMEOUT_MS + waitMs);
  try {
    const headers = { Accept: 'application/json', 'User-Agent': 'Nines', ...question.headers };
    const response = await client.send({ url, headers, signal: limited.signal });
    checkStatus(response, url);
    const bounds = { url, bodyBytesMax: ANSWER_BYTES_MAX, signal: limited.signal };
    const { bytes } = await readBody(response, bounds);
    return { text: Buffer.from(bytes).toString('utf8'), headers: response.headers };
  } catch (error) {
    throw unavailable('SCRAPE_DISCOVERY', describeFailure(url, error), { cause: error });
  } finally {
    limited.done();
  }
}

/** The same, as JSON. */
export async function askJson(
  client: HttpClient,
  clock: Clock,
  question: Question,
): Promise<{ readonly value: unknown; readonly headers: IncomingMessage['headers'] }> {
  const { text, headers } = await askText(client, clock, question);
  try {
    const value: unknown = JSON.parse(text);
    return { value, headers };
  } catch (cause) {
    const message = `${withoutQuery(question.url)} did not answer with JSON`;
    throw unavailable('SCRAPE_DISCOVERY', message, { cause });
  }
}

/** Throws where an answer is none; its body is let go. */
export function checkStatus(response: IncomingMessage, url: string): void {
  const { statusCode = 0, statusMessage = '' } = response;
  if (statusCode === 200) return;
  discard(response);
  const hint = statusCode === 401 || statusCode === 403 ? '; look at the credentials' : '';
  throw new Error(`HTTP status ${`${statusCode} ${statusMessage}`.trimEnd()}${hint} (${url})`);
}

function describeFailure(url: string, error: unknown): string {
  const why = error instanceof Error ? error.message : String(error);
  return `cannot ask ${withoutQuery(url)}: ${why.replace(` (${url})`, '')}`;
}

/** Queries are long, and may hold what is nobody's business. */
function withoutQuery(url: string): string {
  return url.replace(/\?.*$/s, '');
}
