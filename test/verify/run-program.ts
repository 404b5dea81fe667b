/** A program of this project, run to its end for what it prints. */
import { spawn } from 'node:child_process';
import { projectEnv, ROOT } from '../../tools/run-step.ts';

/** Its errors go to the terminal; who takes longer than the time given is ended, and has no code. */
export async function runProgram(program: {
  readonly file: string;
  readonly args: readonly string[];
  readonly timeoutMs: number;
}): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(program.file, program.args, {
    cwd: ROOT,
    env: projectEnv(),
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: program.timeoutMs,
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject);
  child.once('close', resolve);
  return { code: await promise, output };
}
