/** What the system tells a server: to stop, to reload, and that something has gone wrong. */
import { EXIT } from '../cli/index.ts';
import { AppError, describeError, errorMessage, type Log } from '../platform/index.ts';

/** The promise is five seconds; what has not ended by then is cut off. */
const STOP_TIMEOUT_MS = 4_500;

/**
 * A fault that nobody caught: what it left half done nobody knows, so the process ends rather than
 * go on with it (ADR 0090). The store and the records survive that as they survive `kill -9`.
 */
export function endAtOnce(log: Log, error: unknown, origin: string): void {
  const fault = describeError(error);
  log.error('a fault in Nines ends it; please report this', { origin, error: fault });
  process.exit(EXIT.failed);
}

/** The timer keeps nothing alive: where all closes in time the process ends without it. */
export function limitStop(log: Log): void {
  const deadline = setTimeout(() => {
    log.error('stopping took too long; what was on disk stays', { limitMs: STOP_TIMEOUT_MS });
    process.exit(EXIT.failed);
  }, STOP_TIMEOUT_MS);
  deadline.unref();
}

/** The first SIGTERM or SIGINT ends in order; a second one, as one during the start, at once. */
export async function waitForStop(): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  process.once('SIGTERM', () => resolve('SIGTERM'));
  process.once('SIGINT', () => resolve('SIGINT'));
  return promise;
}

export interface Hangups {
  /** Says how to reload; a signal that came before is answered now. */
  reloadWith(reload: () => Promise<void>): void;
}

/** SIGHUP reloads. It is listened for from the first moment on, since unheard it would kill. */
export function listenForHangups(log: Log): Hangups {
  let reload: (() => Promise<void>) | undefined;
  let isDue = false;
  const answer = (): void => {
    if (reload === undefined) {
      isDue = true;
      return;
    }
    reload().catch((error: unknown) => {
      // A refused configuration has said so already; anything else is news.
      const isSaid = error instanceof AppError && error.code === 'CONFIG_REFUSED';
      if (!isSaid) log.error('reload failed', { error: errorMessage(error) });
    });
  };
  process.on('SIGHUP', answer);
  return {
    reloadWith(how) {
      reload = how;
      if (isDue) answer();
    },
  };
}
