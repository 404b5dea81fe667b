/** The program: parses the command line and hands over to `cli`; `serve` loads the server. */
import { runCli } from './cli/index.ts';

/** Runs one command; the process ends by itself when nothing is left to do. */
export async function main(): Promise<void> {
  process.exitCode = await runCli(process.argv.slice(2), {
    env: process.env,
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    stdin: () => process.stdin,
    // Loaded when asked for: `nines ack` at three in the morning does not wait for a TSDB.
    loadApp: async () => import('./app/index.ts'),
  });
}
