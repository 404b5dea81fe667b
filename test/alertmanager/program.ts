/** Alertmanager and `nines alertmanager`, started alike. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NINES = fileURLToPath(new URL('../../packages/server/bin/nines.mjs', import.meta.url));
const START_TIMEOUT_MS = 30_000;

export interface RunningAlertmanager {
  readonly url: string;
  readonly processId: number;
  /** Sends JSON; answers the status and the body. */
  post(path: string, body: unknown): Promise<{ readonly status: number; readonly text: string }>;
  get(path: string): Promise<unknown>;
  /** Ends it; default by SIGTERM. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Starts one on a folder and a free port, and waits until it listens; no path: ours. */
export async function startAlertmanager(what: {
  readonly path?: string;
  readonly folder: string;
  readonly config: string;
  /** Beside those that every one is started with. */
  readonly flags?: readonly string[];
  /** Flags of a cluster; none: it is alone. */
  readonly cluster?: readonly string[];
}): Promise<RunningAlertmanager> {
  const file = join(what.folder, 'alertmanager.yml');
  writeFileSync(file, what.config);
  const head = what.path === undefined ? [process.execPath, NINES, 'alertmanager'] : [what.path];
  const [program, ...first] = head;
  const child = spawn(
    program,
    [
      ...first,
      `--config.file=${file}`,
      `--storage.path=${join(what.folder, 'data')}`,
      '--web.listen-address=127.0.0.1:0',
      ...(what.cluster ?? ['--cluster.listen-address=']),
      ...(what.flags ?? []),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const killAtExit = (): void => void child.kill('SIGKILL');
  process.once('exit', killAtExit);
  const ended = Promise.withResolvers<void>();
  child.once('exit', () => ended.resolve());
  const url = await readUrl(child.stderr, ended.promise);
  return {
    url,
    processId: child.pid ?? 0,
    async post(path, body) {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(url + path, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      return { status: answer.status, text: await answer.text() };
    },
    async get(path) {
      const answer = await fetch(url + path);
      const parsed: unknown = await answer.json();
      return parsed;
    },
    async stop(signal = 'SIGTERM') {
      process.removeListener('exit', killAtExit);
      child.kill(signal);
      await ended.promise;
    },
  };
}

async function readUrl(stderr: NodeJS.ReadableStream, ended: Promise<void>): Promise<string> {
  let said = '';
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const fail = (why: string): void => reject(new Error(`it ${why}; it said:\n${said}`));
  const timer = setTimeout(() => fail('does not listen'), START_TIMEOUT_MS);
  stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    const address = /Listening on.* address=(\S+:[1-9]\d*)/.exec(said)?.[1];
    if (address !== undefined) resolve(`http://${address}`);
  });
  void ended.then(() => fail('ended'));
  return promise.finally(() => clearTimeout(timer));
}
