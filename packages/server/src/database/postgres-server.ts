/**
 * A throw-away PostgreSQL for tests, from the programs of the machine's packages.
 *
 * It listens on a socket in its own temporary folder, so that no port can be taken, and ends with
 * the process that started it.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const INSTALLED = '/usr/lib/postgresql';

/** On a busy machine the first start takes some seconds. */
const START_TIMEOUT_MS = 60_000;

export interface PostgresServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** The folder of the newest installed server's programs, where there is one that can be run. */
export function findPostgresPrograms(): string | undefined {
  if (!existsSync(INSTALLED)) return undefined;
  const versions = readdirSync(INSTALLED).sort((a, b) => Number(b) - Number(a));
  return versions
    .map((version) => join(INSTALLED, version, 'bin'))
    .find((folder) => existsSync(join(folder, 'initdb')));
}

/** Makes a cluster in a temporary folder and starts its server. */
export async function startPostgres(): Promise<PostgresServer> {
  const programs = findPostgresPrograms();
  if (programs === undefined) throw new Error(`no PostgreSQL in ${INSTALLED}`);
  const folder = mkdtempSync(join(tmpdir(), 'nines-postgres-'));
  chmodSync(folder, 0o777);
  const data = join(folder, 'data');
  const create = asOrdinaryUser([
    join(programs, 'initdb'),
    `--pgdata=${data}`,
    '--username=postgres',
    '--auth=trust',
    '--encoding=UTF8',
    '--no-locale',
    '--no-sync',
  ]);
  execFileSync(create.command, create.parameters, { cwd: folder, stdio: 'pipe' });
  // Tests do not outlive the process, so its disk need not either.
  const settings = {
    listen_addresses: '',
    unix_socket_directories: folder,
    fsync: 'off',
    full_page_writes: 'off',
    shared_buffers: '16MB',
  };
  const start = asOrdinaryUser([
    join(programs, 'postgres'),
    '-D',
    data,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  const server = spawn(start.command, start.parameters, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const killAtExit = (): void => void server.kill('SIGQUIT');
  process.once('exit', killAtExit);
  await waitUntilReady(server);
  return {
    url: `postgres://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`,
    async stop() {
      const exit = once(server, 'exit');
      server.kill('SIGQUIT');
      await exit;
      process.off('exit', killAtExit);
      rmSync(folder, { recursive: true });
    },
  };
}

/** PostgreSQL refuses to run as root; and it shall not outlive this process, even where that is killed. */
function asOrdinaryUser(command: readonly string[]): {
  readonly command: string;
  readonly parameters: readonly string[];
} {
  const user = ['--reuid', 'postgres', '--regid', 'postgres', '--clear-groups'];
  const parameters = ['--pdeathsig', 'QUIT', ...(process.getuid?.() === 0 ? user : [])];
  return { command: 'setpriv', parameters: [...parameters, ...command] };
}

async function waitUntilReady(server: ChildProcess): Promise<void> {
  const { stderr } = server;
  if (stderr === null) throw new Error('PostgreSQL was started without a log');
  const deadline = AbortSignal.timeout(START_TIMEOUT_MS);
  const lines: string[] = [];
  for await (const line of createInterface({ input: stderr, signal: deadline })) {
    lines.push(line);
    if (line.includes('database system is ready to accept connections')) {
      stderr.resume();
      return;
    }
  }
  throw new Error(`PostgreSQL did not start: ${lines.join('\n')}`);
}
