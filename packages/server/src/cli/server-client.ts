/** Talks to a running server, as the page does. */
import { ApiError, type Client, createClient } from '@nines/contract';
import { errorMessage, systemErrorCode } from '../platform/index.ts';
import { type CliContext, type CommandInput, EXIT, type ExitCode } from './command.ts';
import { readLocalServer } from './local-server.ts';

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
}

/** Finds the server: `--url`, NINES_URL, else the one that runs on the data folder. */
export function connectServer(input: CommandInput, context: CliContext): ServerConnection {
  const dataDir = input.text('data') ?? 'data';
  const local = readLocalServer(dataDir);
  const named = input.text('url') ?? context.env.NINES_URL;
  const url = named ?? local?.url;
  if (url === undefined) {
    const message = `no server is known on ${dataDir}; start one (nines serve), or name it with --url`;
    throw new CliError(EXIT.unreachable, message);
  }
  const given = input.text('token') ?? context.env.NINES_TOKEN;
  const token = given ?? (named === undefined || named === local?.url ? local?.token : undefined);
  const send = createSend(url, token);
  const client = createClient(send);
  const guarded: Client = async (name, call) => explain(url, async () => client(name, call));
  const get = async (path: string): Promise<unknown> =>
    explain(url, async () => {
      const answer = await send({ method: 'GET', path, body: undefined });
      if (answer.status === 401) throw new ApiError(401, { code: '', message: 'sign-in needed' });
      return answer.body;
    });
  return { client: guarded, get };
}

function createSend(url: string, token: string | undefined): Parameters<typeof createClient>[0] {
  return async ({ method, path, body }) => {
    const response = await fetch(new URL(path, url), {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    const text = await response.text();
    return { status: response.status, body: parseJson(text) };
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
  if (error.status !== 401) return new CliError(EXIT.failed, error.message);
  const hint = 'make a token with: nines token create NAME, and pass it as --token or NINES_TOKEN';
  return new CliError(EXIT.unauthorized, `the server wants a token; ${hint}`);
}

function explainFailure(url: string, error: unknown): CliError {
  const why = systemErrorCode(error) ?? errorMessage(error);
  return new CliError(EXIT.unreachable, `cannot reach ${url}: ${why}`);
}
