/**
 * What finds targets while we run.
 *
 * A discovery knows groups of targets and says when they have changed. It keeps what it knows when
 * the world fails it: a Consul that is away must not end the scraping of what it told of before.
 */
import type { Clock, Random, Timer } from '../../platform/index.ts';
import { errorMessage } from '../../platform/index.ts';
import type { TargetGroup } from '../config.ts';
import { RETRY_MS_MAX, RETRY_MS_MIN } from './limits.ts';

/** Who hears what a discovery finds; called at any time between `start` and `stop`. */
export interface DiscoverySink {
  /**
   * All groups that are known now. A group that has not changed is the same object as before,
   * where that is easy to tell.
   */
  onGroups(groups: readonly TargetGroup[]): void;
  /**
   * A part of it, a file or a service say, has failed, in words, or works (again) where there is no
   * reason; what was found before goes on to hold.
   */
  onProblem(part: string, reason: string | undefined): void;
}

export interface Discovery {
  start(sink: DiscoverySink): void;
  /** Ends requests under way; the sink hears nothing more. */
  stop(): void;
}

/** Time and chance, which all discoveries need. */
export interface DiscoveryTools {
  readonly clock: Clock;
  readonly random: Random;
}

export interface RepeatOptions extends DiscoveryTools {
  /** Does one round; the signal fires on stop. */
  readonly round: (signal: AbortSignal) => Promise<void>;
  /** From the beginning of one round to that of the next, where it did not fail. */
  readonly intervalMs: number;
  /** Called after each round: why it failed; undefined: it did not. */
  readonly onOutcome: (reason: string | undefined) => void;
}

export interface Repeated {
  /** Does a round as soon as there is none under way. */
  wake(): void;
  stop(): void;
}

/**
 * Does rounds until it is stopped, never two at once. After a failure the next comes sooner than
 * the interval, with pauses that double and vary, so that a server that comes back is not met by
 * everybody at once.
 */
export function repeat(options: RepeatOptions): Repeated {
  const { clock, random, round, intervalMs, onOutcome } = options;
  const abort = new AbortController();
  let timer: Timer | undefined;
  let failureCount = 0;
  let isUnderWay = false;
  let isWoken = false;
  const schedule = (delayMs: number): void => {
    timer?.cancel();
    timer = clock.after(delayMs, () => void run());
  };
  const pauseMs = (elapsedMs: number): number => {
    if (failureCount === 0) return Math.max(0, intervalMs - elapsedMs);
    const growing = Math.min(RETRY_MS_MIN * 2 ** (failureCount - 1), RETRY_MS_MAX);
    return Math.min(growing, Math.max(intervalMs, RETRY_MS_MIN)) * (0.5 + random.float() / 2);
  };
  const run = async (): Promise<void> => {
    isUnderWay = true;
    isWoken = false;
    const startMs = clock.monotonicMs();
    try {
      await round(abort.signal);
      failureCount = 0;
      if (!abort.signal.aborted) onOutcome(undefined);
    } catch (error) {
      failureCount++;
      if (!abort.signal.aborted) onOutcome(errorMessage(error));
    }
    isUnderWay = false;
    if (!abort.signal.aborted) schedule(isWoken ? 0 : pauseMs(clock.monotonicMs() - startMs));
  };
  schedule(0);
  return {
    wake() {
      isWoken = true;
      if (!isUnderWay && !abort.signal.aborted) schedule(0);
    },
    stop() {
      timer?.cancel();
      abort.abort(new Error('the discovery is stopped'));
    },
  };
}

/** A signal that fires with another one, and when a time is up. */
export function withTimeout(
  clock: Clock,
  signal: AbortSignal,
  timeoutMs: number,
): { readonly signal: AbortSignal; done(): void } {
  const timer = new AbortController();
  const handle = clock.after(timeoutMs, () => {
    timer.abort(new Error(`no answer within ${Math.round(timeoutMs / 1000)} s`));
  });
  return { signal: AbortSignal.any([signal, timer.signal]), done: () => handle.cancel() };
}

/** A discovery that asks for everything again at an interval. */
export function createPolling(
  options: DiscoveryTools & {
    readonly intervalMs: number;
    readonly find: (
      signal: AbortSignal,
      onProblem: DiscoverySink['onProblem'],
    ) => Promise<readonly TargetGroup[]>;
    readonly onStop?: () => void;
  },
): Discovery {
  let repeated: Repeated | undefined;
  return {
    start(sink) {
      repeated = repeat({
        ...options,
        onOutcome: (reason) => sink.onProblem('', reason),
        async round(signal) {
          const groups = await options.find(signal, (part, reason) => {
            if (!signal.aborted) sink.onProblem(part, reason);
          });
          if (!signal.aborted) sink.onGroups(groups);
        },
      });
    },
    stop() {
      repeated?.stop();
      options.onStop?.();
    },
  };
}
