/** Talks to a running server, as the page does. */
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ApiError, type Client, createClient, type Send } from '@nines/contract';
import { errorMessage, systemErrorCode } from '../platform/index.ts';
import { type CliContext, type CommandInput, EXIT, type ExitCode } from './command.ts';
import { readLocalServer } from './local-server.ts';
import { openAnswer, sendRequest } from './send-request.ts';

/** A failure of a command with its exit code; the message is all that the user sees. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** A command never waits longer for the server than a query may take. */
const REQUEST_TIMEOUT_MS = 125_000;

export interface ServerConnection {
  readonly client: Client;
  /** A request outside of the contract (Prometheus' API); answers parsed JSON. */
  get(path: string): Promise<unknown>;
  /** A request whose answer is a stream of any length, read until the signal says otherwise. */
  download(path: string, signal: AbortSignal): Promise<Readable>;
}

/** Finds the server: `--url`, NINES_URL, else the one that runs on the data folder. */
export function connectServer(input: CommandInput, context: CliContext): ServerConnection {
  const { url, token, certificate } = findServer(input, context);
  const send: Send = async ({ method, path, body }) => {
    const answer = await sendRequest({
      url: new URL(path, url),
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      certificate,
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    return { status: answer.status, body: parseJson(answer.text) };
  };
  const client = createClient(send);
  const guarded: Client = async (name, call) => explain(url, async () => client(name, call));
  const get = async (path: string): Promise<unknown> =>
    explain(url, async () => {
      const answer = await send({ method: 'GET', path, body: undefined });
      if (answer.status === 401) throw new ApiError(401, { code: '', message: 'sign-in needed' });
      return answer.body;
    });
  const download = async (path: string, signal: AbortSignal): Promise<Readable> =>
    explain(url, async () => {
      const headers: Record<string, string> =
        token === undefined ? {} : { authorization: `Bearer ${token}` };
      const outgoing = { url: new URL(path, url), method: 'GET', headers, certificate, signal };
      const { status, body } = await openAnswer({ ...outgoing, body: undefined });
      if (status === 200) return body;
      throw refusal(status, parseJson(await text(body)));
    });
  return { client: guarded, get, download };
}

/** What the server says of a request that it does not answer with what was asked for. */
function refusal(status: number, body: unknown): ApiError {
  const said = typeof body === 'object' && body !== null ? body : {};
  const code = 'code' in said && typeof said.code === 'string' ? said.code : 'UNKNOWN';
  const message =
    'message' in said && typeof said.message === 'string' ? said.message : `status ${status}`;
  return new ApiError(status, { code, message });
}

/** Where the server is, and what is needed to be let in and to trust it. */
function findServer(
  input: CommandInput,
  context: CliContext,
): { readonly url: string; readonly token?: string; readonly certificate?: string } {
  const dataDir = input.text('data') ?? 'data';
  const local = readLocalServer(dataDir);
  const named = input.text('url') ?? context.env.NINES_URL;
  const url = named ?? local?.url;
  if (url === undefined) {
    const message = `no server is known on ${dataDir}; start one (nines serve), or name it with --url`;
    throw new CliError(EXIT.unreachable, message);
  }
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
    const message = `cannot use "${url}" as a server; want a URL such as http://127.0.0.1:9999`;
    throw new CliError(EXIT.usage, message);
  }
  const isLocal = local !== undefined && url === local.url;
  const token =
    input.text('token') ?? context.env.NINES_TOKEN ?? (isLocal ? local.token : undefined);
  const certificate = isLocal ? local.certificate : undefined;
  return {
    url,
    ...(token === undefined ? {} : { token }),
    ...(certificate === undefined ? {} : { certificate }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not our server's answer; the status tells the user what to think of it.
    return undefined;
  }
}

async function explain<Answer>(url: string, call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    throw error instanceof ApiError ? explainAnswer(error) : explainFailure(url, error);
  }
}

function explainAnswer(error: ApiError): CliError {
  if (error.code === 'AUTH_ROLE_TOO_LOW') return new CliError(EXIT.unauthorized, error.message);
  if (error.status !== 401) return new CliError(EXIT.failed, error.message);
  const hint = 'make a token with: nines token create NAME, and pass it as --token or NINES_TOKEN';
  return new CliError(EXIT.unauthorized, `the server wants a token; ${hint}`);
}

/** What Node calls a certificate that nobody here vouches for. */
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/;

function explainFailure(url: string, error: unknown): CliError {
  const why = systemErrorCode(error) ?? errorMessage(error);
  if (UNTRUSTED.test(why)) {
    const hint = 'name the file of its authority in NODE_EXTRA_CA_CERTS';
    return new CliError(
      EXIT.unreachable,
      `the certificate of ${url} is not trusted here (${why}); ${hint}`,
    );
  }
  return new CliError(EXIT.unreachable, `cannot reach ${url}: ${why}`);
}
