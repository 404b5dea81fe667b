/**
 * Periodic work, in one place.
 *
 * A task runs every interval, never twice at once: when a run takes longer than its interval the
 * missed runs are skipped and counted, they do not pile up. Every run gets an AbortSignal that
 * fires on stop, and `stop` waits for the runs under way.
 */
import type { Clock, Timer } from './clock.ts';
import { describeError } from './errors.ts';
import type { Log } from './log.ts';

export interface Task {
  readonly name: string;
  readonly intervalMs: number;
  /** Delay of the first run; default one interval. */
  readonly firstDelayMs?: number;
  run(signal: AbortSignal): Promise<void>;
}

export interface Scheduler {
  /** Starts a task; stop the answer to end it. */
  every(task: Task): { stop(): Promise<void> };
  /** Ends all tasks and waits for the runs under way. */
  stop(): Promise<void>;
}

/** Builds a scheduler on a clock; `onFailure` hears of each run that failed. */
export function createScheduler(
  clock: Clock,
  log: Log,
  onFailure: (taskName: string) => void = () => {},
): Scheduler {
  const running = new Set<{ stop(): Promise<void> }>();
  return {
    every(task) {
      const handle = startTask({
        task,
        clock,
        log,
        onFailure,
        onStop: () => running.delete(handle),
      });
      running.add(handle);
      return handle;
    },
    async stop() {
      await Promise.all([...running].map(async (handle) => handle.stop()));
    },
  };
}

function startTask(options: {
  readonly task: Task;
  readonly clock: Clock;
  readonly log: Log;
  readonly onFailure: (taskName: string) => void;
  readonly onStop: () => void;
}): { stop(): Promise<void> } {
  const { task, clock, log } = options;
  const abort = new AbortController();
  let underWay = Promise.resolve();
  let dueMs = clock.monotonicMs() + (task.firstDelayMs ?? task.intervalMs);
  let timer: Timer = clock.after(dueMs - clock.monotonicMs(), tick);

  function tick(): void {
    underWay = runOnce().then(() => {
      if (abort.signal.aborted) return;
      const nowMs = clock.monotonicMs();
      dueMs += task.intervalMs * Math.max(1, Math.ceil((nowMs - dueMs) / task.intervalMs));
      timer = clock.after(dueMs - nowMs, tick);
    });
  }

  async function runOnce(): Promise<void> {
    try {
      await task.run(abort.signal);
    } catch (error) {
      // A periodic task outlives one bad run; the next run tries again.
      if (abort.signal.aborted) return;
      options.onFailure(task.name);
      log.error('task failed', { task: task.name, error: describeError(error) });
    }
  }

  return {
    async stop() {
      abort.abort();
      timer.cancel();
      options.onStop();
      await underWay;
    },
  };
}
