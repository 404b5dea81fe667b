/** The program: parses the command line and hands over to `cli`; `serve` loads the server. */
import { runCli } from './cli/index.ts';

/**
 * A reader that has seen enough, as `head` has, closes the pipe: what follows is for nobody, and no
 * reason to fail. The command goes on, since what it does besides (a backup, a server) still counts.
 */
function allowClosedPipe(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

/** Runs one command; the process ends by itself when nothing is left to do. */
export async function main(): Promise<void> {
  allowClosedPipe(process.stdout);
  allowClosedPipe(process.stderr);
  process.exitCode = await runCli(process.argv.slice(2), {
    env: process.env,
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    stdin: () => process.stdin,
    // Loaded when asked for: `nines ack` at three in the morning does not wait for a TSDB.
    loadApp: async () => import('./app/index.ts'),
    loadAlertmanager: async () => (await import('./app/alertmanager/run.ts')).runAlertmanager,
  });
}
