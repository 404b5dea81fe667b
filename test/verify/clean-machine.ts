/** A clean clone, and an environment in which there is hardly more than Node 20 and npm. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ROOT } from '../../tools/run-step.ts';
import { createScratchFolder } from '../harness/server.ts';

export interface CleanMachine {
  readonly cloneDir: string;
  readonly env: NodeJS.ProcessEnv;
  /** The machine's own Node, not ours. */
  readonly nodeVersion: string;
}

export interface Finished {
  readonly code: number | null;
  readonly output: string;
}

const REQUIRED = ['node', 'npm', 'npx', 'git'];
/** What npm's scripts and our launcher take from any Unix. */
const UNIX = ['sh', 'env', 'dirname', 'readlink', 'uname'];

/** Clones the last commit; answers what is missing where that cannot be done here. */
export function openCleanMachine(): CleanMachine | string {
  const folder = createScratchFolder();
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const name of [...REQUIRED, ...UNIX]) {
    const path = findOutside(name);
    if (path === undefined) return name;
    symlinkSync(path, join(bin, name));
  }
  const env = { ...withoutNpm(process.env), PATH: bin, HOME: process.env.HOME ?? folder };
  const cloneDir = join(folder, 'nines');
  execFileSync('git', ['clone', '--quiet', ROOT, cloneDir]);
  const nodeVersion = execFileSync(join(bin, 'node'), ['--version'], { encoding: 'utf8' }).trim();
  return { cloneDir, env, nodeVersion };
}

/** A program of the machine, not of this project. */
function findOutside(name: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '' && !folder.includes('node_modules'))
    .map((folder) => join(folder, name))
    .filter((path) => existsSync(path))
    .map((path) => realpathSync(path))[0];
}

/**
 * npm tells its scripts a lot. Its configuration must stay, but for how much it says: the check
 * reads its banner. The rest would not be there.
 */
function withoutNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const entries = Object.entries(env).filter(([name]) => {
    const isOfNpm = /^npm_(?!config_)|^npm_config_(loglevel|silent)$/i.test(name);
    return !isOfNpm && !['NODE_OPTIONS', 'NODE_ENV', 'NODE_PATH', 'INIT_CWD'].includes(name);
  });
  return Object.fromEntries(entries);
}

/** Starts a command in the clone; on request as the head of a group that can be ended as one. */
export function startCommand(
  machine: CleanMachine,
  command: readonly string[],
  isGroup = false,
): ChildProcess {
  const [file, ...args] = command;
  const { cloneDir, env } = machine;
  const path = file.includes('/') ? join(cloneDir, file) : join(env.PATH ?? '', file);
  return spawn(path, args, {
    cwd: cloneDir,
    env,
    detached: isGroup,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs a command in the clone to its end. */
export async function runCommand(
  machine: CleanMachine,
  command: readonly string[],
): Promise<Finished> {
  const child = startCommand(machine, command);
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject);
  child.once('close', resolve);
  return { code: await promise, output };
}
