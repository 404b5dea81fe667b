/** The program: hands the command line over to `cli`; `serve` loads the server. */
import type { ReadAhead } from './app/read-ahead.ts';

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
  const argv = process.argv.slice(2);
  const ahead = argv[0] === 'serve' ? await beginReading(argv.slice(1)) : undefined;
  try {
    process.exitCode = await run(argv, ahead);
  } finally {
    await ahead?.stop();
  }
}

/** The first thing of a server, before the command line itself is loaded. */
async function beginReading(args: readonly string[]): Promise<ReadAhead | undefined> {
  const { readAhead } = await import('./app/read-ahead.ts');
  return readAhead(args);
}

async function run(argv: readonly string[], ahead: ReadAhead | undefined): Promise<number> {
  const { runCli } = await import('./cli/index.ts');
  return runCli(argv, {
    env: process.env,
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    stdin: () => process.stdin,
    // Loaded when asked for: `nines ack` at three in the morning does not wait for a TSDB.
    loadApp: async () => import('./app/index.ts'),
    loadAlertmanager: async () => (await import('./app/alertmanager/run.ts')).runAlertmanager,
    async loadServer() {
      const app = await import('./app/index.ts');
      return async (options) => app.serve(options, ahead);
    },
  });
}
