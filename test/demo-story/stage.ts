/** The demo as a newcomer starts it: a clean clone, `npm ci`, `npm run demo`. */
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createScratchFolder } from '../harness/server.ts';
import { waitUntil } from '../harness/wait.ts';
import { type CleanMachine, runCommand, startCommand } from '../verify/clean-machine.ts';

export interface Stage {
  /** The one-time link that the terminal shows. */
  readonly link: string;
  readonly url: string;
  /** When `npm ci` had ended, by `performance.now()`. */
  readonly installedAtMs: number;
  readonly installSeconds: number;
  /** When the terminal showed the link, since then. */
  readonly readyMs: number;
  /** Where the demo keeps its files. */
  readonly dataDir: string;
  /** Ends it, and waits for the end. */
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;

/** Installs and starts; throws with what was said where that fails. */
export async function openStage(machine: CleanMachine): Promise<Stage> {
  const beganMs = performance.now();
  const install = await runCommand(machine, ['npm', 'ci']);
  if (install.code !== 0) throw new Error(`npm ci: ${install.output}`);
  const installedAtMs = performance.now();
  const dataDir = join(createScratchFolder(), 'demo');
  const args = ['--listen', '127.0.0.1:0', '--data', dataDir];
  const npm = startCommand(machine, ['npm', 'run', 'demo', '--', ...args], true);
  process.once('exit', () => interrupt(npm));
  const said = await waitForLink(npm);
  return {
    ...said,
    installedAtMs,
    installSeconds: Math.round((installedAtMs - beganMs) / 100) / 10,
    readyMs: Math.round(performance.now() - installedAtMs),
    dataDir,
    stop: async () => stop(npm),
  };
}

interface Said {
  readonly link: string;
  readonly url: string;
}

async function waitForLink(npm: ChildProcess): Promise<Said> {
  let said = '';
  for (const stream of [npm.stdout, npm.stderr]) {
    stream?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  }
  return waitUntil(
    'the link in the terminal',
    async () => {
      if (npm.exitCode !== null) throw new Error(`the demo ended:\n${said}`);
      const link = /https?:\/\/\S+#token=\S+/.exec(said)?.[0];
      const url = /ready on (\S+)/.exec(said)?.[1];
      return link === undefined || url === undefined ? undefined : { link, url };
    },
    START_TIMEOUT_MS,
  );
}

/** As Ctrl-C does: to npm and to all that it has started. */
function interrupt({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGINT');
}

async function stop(npm: ChildProcess): Promise<void> {
  if (npm.exitCode !== null || npm.signalCode !== null) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  npm.once('close', () => resolve());
  interrupt(npm);
  await promise;
}
