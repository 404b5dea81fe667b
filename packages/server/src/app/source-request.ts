/** One request to a source, and its answer within its bounds. */
import { AppError, limitExceeded } from '../platform/index.ts';
import { createRawQuery, createReadRequest, type SourceSelection } from '../remote/index.ts';
import type { HttpClient } from '../scrape/index.ts';
import { SOURCE_ERROR_CHARS_MAX } from './limits.ts';
import type { SourceConfig } from './source-config.ts';

/** In memory of its own, so that it can be handed to a thread. */
export type SourceBody = Uint8Array<ArrayBuffer>;

export interface SourceRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** What the answers to one question may take, and have left of it. */
export interface SourceBudget {
  /** Of each answer. */
  readonly answerBytesMax: number;
  readonly allBytesMax: number;
  leftBytes: number;
}

/** A budget of which nothing is spent yet. */
export function createBudget(answerBytesMax: number, allBytesMax: number): SourceBudget {
  return { answerBytesMax, allBytesMax, leftBytes: allBytesMax };
}

/** How requests say who sends them. */
export interface SourceSender {
  readonly version: string;
}

/** A request for the samples of a selection. */
export function createSamplesRequest(
  config: SourceConfig,
  selection: SourceSelection,
  sender: SourceSender,
): SourceRequest {
  if (config.protocol === 'promql') {
    return createFormRequest(config, sender, { path: 'query', form: createRawQuery(selection) });
  }
  return createReadPost(config, createReadRequest(selection), sender);
}

/** A request by remote read. */
export function createReadPost(
  config: SourceConfig,
  body: Uint8Array,
  sender: SourceSender,
): SourceRequest {
  const headers = {
    ...commonHeaders(config, sender),
    'Content-Type': 'application/x-protobuf',
    'Content-Encoding': 'snappy',
    'X-Prometheus-Remote-Read-Version': '0.1.0',
  };
  return { url: `${config.url}/api/v1/read`, method: 'POST', headers, body };
}

/** A question to Prometheus' API. */
export interface FormQuestion {
  /** Below /api/v1. */
  readonly path: string;
  readonly form: Iterable<readonly [string, string]> | Readonly<Record<string, string>>;
  /** In the URL, for what knows no other way. */
  readonly isGet?: boolean;
}

/** A request to Prometheus' API. */
export function createFormRequest(
  config: SourceConfig,
  sender: SourceSender,
  { path, form, isGet = false }: FormQuestion,
): SourceRequest {
  const params = new URLSearchParams(
    Symbol.iterator in form ? [...form].map(([name, value]) => [name, value]) : form,
  );
  // Another Nines must not ask its own sources in turn, which may be us.
  params.append('scope', 'local');
  const url = `${config.url}/api/v1/${path}`;
  const headers = commonHeaders(config, sender);
  if (isGet) return { url: `${url}?${params.toString()}`, method: 'GET', headers };
  const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
  return { url, method: 'POST', headers: { ...headers, ...type }, body: params.toString() };
}

function commonHeaders(
  { headers }: SourceConfig,
  { version }: SourceSender,
): Readonly<Record<string, string>> {
  return { ...headers, 'User-Agent': `nines/${version}` };
}

/** Too much is the question's doing, not the source's: nothing is said against the source. */
export function isTooLarge(error: unknown): boolean {
  return error instanceof AppError && error.code === 'QUERY_SOURCE_TOO_LARGE';
}

/** The body of the answer. Throws where there is none, or none that fits into the budget. */
export async function sendToSource(
  client: HttpClient,
  request: SourceRequest,
  { signal, budget }: { readonly signal: AbortSignal; readonly budget: SourceBudget },
): Promise<SourceBody> {
  const response = await client.send({ ...request, signal });
  const isGood = response.statusCode === 200;
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response) {
    if (!(chunk instanceof Uint8Array)) continue;
    sizeBytes += chunk.length;
    chunks.push(chunk);
    if (isGood) spend(budget, chunk.length, sizeBytes);
    else if (sizeBytes > SOURCE_ERROR_CHARS_MAX) break;
  }
  if (!isGood) {
    const said = Buffer.concat(chunks).toString().slice(0, SOURCE_ERROR_CHARS_MAX).trim();
    throw new Error(`it answered ${response.statusCode ?? 0}${said === '' ? '' : `: ${said}`}`);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

const MIB = 1024 * 1024;

/** Holds one answer, and all of a question together, to their bounds as they come in. */
function spend(budget: SourceBudget, bytes: number, answerBytes: number): void {
  budget.leftBytes -= bytes;
  const { answerBytesMax, allBytesMax, leftBytes } = budget;
  if (answerBytes <= answerBytesMax && leftBytes >= 0) return;
  throw limitExceeded(
    'QUERY_SOURCE_TOO_LARGE',
    `more than ${answerBytesMax / MIB} MiB of one answer, or ${allBytesMax / MIB} MiB ` +
      'of all; narrow the selectors or shorten the range',
  );
}
