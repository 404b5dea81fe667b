/** A real server in a process of its own, as a user starts it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, createClient } from '@nines/contract';
import { projectEnv, ROOT } from '../../tools/run-step.ts';

export interface RunningServer {
  readonly url: string;
  readonly process: ChildProcess;
  readonly dataDir: string;
  /** Lets its bearer act as the local operator. */
  readonly token: string;
  /** All that it has printed so far. */
  output(): string;
  /** Calls the API as the local operator. */
  readonly client: Client;
  /** GETs a path as the local operator; answers parsed JSON, or text where it is not JSON. */
  get(path: string): Promise<unknown>;
  /** POSTs to a path outside of the API as the local operator; answers the text. */
  post(path: string): Promise<string>;
  /** Sends a signal and waits for the end; answers the exit code, or the signal's name. */
  stop(signal?: NodeJS.Signals): Promise<number | string>;
}

export interface ServerOptions {
  /** The text of nines.yaml; undefined: none. */
  readonly config?: string;
  /** Other files beside it, by name. */
  readonly files?: Readonly<Record<string, string>>;
  readonly dataDir?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const START_TIMEOUT_MS = 20_000;

/** One listener for all, since a test may start many; the newest goes first, as a stack. */
const atExit = new Set<() => void>();
process.once('exit', () => {
  for (const act of [...atExit].reverse()) act();
});

/** Makes a folder that is gone when the process ends. */
export function createScratchFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'nines-'));
  atExit.add(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** Starts a server on a free port and waits until it says that it is ready. */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const folder = createScratchFolder();
  const dataDir = options.dataDir ?? join(folder, 'data');
  for (const [name, text] of Object.entries(options.files ?? {})) {
    writeFileSync(join(folder, name), text);
  }
  const config = join(folder, 'nines.yaml');
  if (options.config !== undefined) writeFileSync(config, options.config);
  const child = spawn(
    join(ROOT, 'node_modules', '.bin', 'node'),
    [
      join(ROOT, 'packages/server/bin/nines.mjs'),
      'serve',
      '--listen',
      '127.0.0.1:0',
      '--data',
      dataDir,
      ...(options.config === undefined ? [] : ['--config', config]),
      ...(options.args ?? []),
    ],
    { cwd: folder, env: projectEnv(options.env), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const kill = (): void => void child.kill('SIGKILL');
  atExit.add(kill);
  child.once('exit', () => atExit.delete(kill));
  const output = await waitForLine(child, /ready on (http\S+)/).catch((error: unknown) => {
    // Left alive it would hold up the test that could not begin, and all that come after it.
    kill();
    throw error;
  });
  return connect({ child, dataDir, output });
}

/** Runs the command line to its end. */
export async function runCommandLine(
  args: readonly string[],
  options: { readonly cwd?: string } = {},
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const bin = join(ROOT, 'node_modules', '.bin', 'node');
  const entry = join(ROOT, 'packages/server/bin/nines.mjs');
  const child = spawn(bin, [entry, ...args], { cwd: options.cwd ?? ROOT, env: projectEnv() });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.once('close', resolve);
  return { code: await promise, stdout, stderr };
}

interface Output {
  text: string;
  readonly match: string;
}

async function waitForLine(child: ChildProcess, pattern: RegExp): Promise<Output> {
  const output = { text: '', match: '' };
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Error(`not ready:\n${output.text}`)), START_TIMEOUT_MS);
  const take = (chunk: Buffer): void => {
    output.text += chunk.toString();
    const match = pattern.exec(output.text);
    if (match === null || output.match !== '') return;
    output.match = match[1];
    resolve();
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  child.once('exit', (code) => reject(new Error(`ended with ${code}:\n${output.text}`)));
  await promise.finally(() => clearTimeout(timer));
  return output;
}

function connect(what: {
  readonly child: ChildProcess;
  readonly dataDir: string;
  readonly output: Output;
}): RunningServer {
  const { child, dataDir, output } = what;
  const url = output.match;
  const local: unknown = JSON.parse(readFileSync(join(dataDir, 'server.json'), 'utf8'));
  const token = hasToken(local) ? local.token : '';
  const request = async (
    method: string,
    path: string,
    body: unknown,
  ): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: parse(await response.text()) };
  };
  return {
    url,
    process: child,
    dataDir,
    token,
    output: () => output.text,
    client: createClient(async ({ method, path, body }) => request(method, path, body)),
    get: async (path) => (await request('GET', path, undefined)).body,
    post: async (path) => {
      const { body } = await request('POST', path, undefined);
      return typeof body === 'string' ? body : JSON.stringify(body);
    },
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) {
        return child.exitCode ?? child.signalCode ?? 0;
      }
      const { promise, resolve } = Promise.withResolvers<number | string>();
      child.once('exit', (code, name) => resolve(code ?? name ?? 0));
      child.kill(signal);
      return promise;
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function hasToken(value: unknown): value is { readonly token: string } {
  return typeof value === 'object' && value !== null && 'token' in value;
}
