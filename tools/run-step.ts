/** Runs one command of a longer run and says how it went. */
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The environment with the project's own commands first on the path. */
export function projectEnv(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const bin = join(ROOT, 'node_modules', '.bin');
  return { ...process.env, ...extra, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` };
}

/** Runs a command to its end, its output shown as it comes; answers its exit code. Quiet: errors only. */
export async function runCommand(
  command: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly isQuiet?: boolean } = {},
): Promise<number> {
  const [file, ...args] = command;
  const child = spawn(file, args, {
    cwd: ROOT,
    env: options.env ?? projectEnv(),
    stdio: ['inherit', options.isQuiet === true ? 'ignore' : 'inherit', 'inherit'],
  });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once('error', reject);
  child.once('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 128)));
  return promise;
}

/** Runs named steps one after the other and stops at the first that fails. */
export async function runSteps(
  steps: readonly { readonly name: string; readonly command: readonly string[] }[],
): Promise<boolean> {
  for (const { name, command } of steps) {
    const startedMs = performance.now();
    const code = await runCommand(command);
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    console.log(`${code === 0 ? '✔' : '✖'} ${name} (${seconds} s)`);
    if (code !== 0) return false;
  }
  return true;
}
