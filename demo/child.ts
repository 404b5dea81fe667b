/** A process that the demo starts, watches and ends. */
import { type ChildProcess, spawn } from 'node:child_process';

/** After this a process that was asked to end is ended. Nines promises to need five seconds. */
const STOP_TIMEOUT_MS = 8_000;

export interface Child {
  readonly name: string;
  readonly process: ChildProcess;
  /** How it ended: `exit code 1`, `SIGKILL`. */
  readonly ended: Promise<string>;
  hasEnded(): boolean;
  /** Asks it to end, and waits for that. */
  stop(): Promise<void>;
  /** Ends it as a crash would, without a word. */
  kill(): Promise<void>;
}

/** Runs a script of this repository on the Node that runs the demo. */
export function startChild(what: {
  readonly name: string;
  readonly args: readonly string[];
  /** Its standard output; what it says on standard error is shown as it is. */
  readonly stdout: 'pipe' | 'inherit';
  /** A channel for messages, as wide as node:child_process has it. */
  readonly hasChannel: boolean;
}): Child {
  const child = spawn(process.execPath, [...what.args], {
    stdio: ['ignore', what.stdout, 'inherit', ...(what.hasChannel ? ['ipc' as const] : [])],
  });
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  let isOver = false;
  const end = (how: string): void => {
    isOver = true;
    resolve(how);
  };
  child.once('error', (error) => end(error.message));
  child.once('exit', (code, signal) => end(signal ?? `exit code ${code ?? 'unknown'}`));
  return {
    name: what.name,
    process: child,
    ended,
    hasEnded: () => isOver,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await ended.finally(() => clearTimeout(timer));
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
