/**
 * Counting: how many events a counter's samples stand for, to the request.
 *
 * PromQL's `increase` extrapolates to the ends of its window and so gives 2,112.7 where 2,113 were
 * counted. Here each sample adds the difference to the one before it, and nothing else:
 *
 * - A counter that dropped was reset; its new value is counted whole. So is one whose process
 *   started anew in between, although it may have overtaken its old value by then.
 * - A series that was never seen counts its first value whole where it is known to have begun at
 *   zero within our sight: its target was scraped before, without it (the first 500 of a service
 *   makes a series of its own), or its process started after counting began. Else nobody knows how
 *   much of it is old, and the first value is only where counting starts.
 * - A series that ended and comes back goes on from its last value; staleness markers end nothing.
 *
 * What happened between a process's last scrape and its end is in no sample, and in no count.
 */
import { isStale, type Samples } from '../series/index.ts';
import { CLOCK_SKEW_MS, START_JITTER_MS } from './limits.ts';

/** The last sample of a counter that was looked at. */
export interface Mark {
  readonly timeMs: number;
  readonly value: number;
  /** When the process behind it started, as it says itself; undefined: it does not. */
  readonly processStartedMs: number | undefined;
}

export interface CountRules {
  /** Samples up to here are counted already; they only say where counting goes on. */
  readonly countedUntilMs: number;
  /** When the first event may have been counted. */
  readonly countingSinceMs: number;
  readonly processStartedMs: (atMs: number) => number | undefined;
  /** The last sample of the series before an instant, for one that was not seen yet. */
  readonly findMark: (beforeMs: number) => Mark | undefined;
  /** Whether the target was scraped before an instant; it did not have the series then. */
  readonly isTargetKnown: (beforeMs: number) => boolean;
  /** Takes the events that a sample adds; never 0. */
  readonly add: (timeMs: number, increment: number) => void;
}

/** Counts the samples of one series that are newer than its mark; answers the new mark. */
export function countSeries(
  samples: Samples,
  mark: Mark | undefined,
  rules: CountRules,
): Mark | undefined {
  let last = mark;
  for (let i = 0; i < samples.count; i++) {
    const timeMs = samples.timesMs[i];
    const value = samples.values[i];
    const isOld = last !== undefined && timeMs <= last.timeMs;
    // A counter is a finite number from zero on; what else stands there is a fault of the target.
    if (isOld || isStale(samples.bits, i) || !Number.isFinite(value) || value < 0) continue;
    if (samples.histograms?.[i] !== undefined) continue;
    const next = { timeMs, value, processStartedMs: rules.processStartedMs(timeMs) };
    if (timeMs > rules.countedUntilMs) {
      const increment = countIncrement(last, next, rules);
      if (increment !== 0) rules.add(timeMs, increment);
    }
    last = next;
  }
  return last;
}

function countIncrement(mark: Mark | undefined, next: Mark, rules: CountRules): number {
  const { timeMs, value, processStartedMs } = next;
  const before = mark ?? rules.findMark(timeMs);
  if (before !== undefined) return increaseOf(before, next);
  const isYoung = processStartedMs !== undefined && processStartedMs >= rules.countingSinceMs;
  return isYoung || rules.isTargetKnown(timeMs) ? value : 0;
}

function increaseOf(before: Mark, next: Mark): number {
  const isReset = next.value < before.value || isRestarted(before, next);
  return isReset ? next.value : next.value - before.value;
}

/** Whether another process stands behind the newer sample. */
function isRestarted(before: Mark, next: Mark): boolean {
  const { processStartedMs } = next;
  if (processStartedMs === undefined) return false;
  if (before.processStartedMs === undefined) return processStartedMs > before.timeMs;
  // Some clients work their start out anew each time, so it trembles; a restart moves it past the
  // last sample, which no trembling does.
  const hasMoved = processStartedMs > before.processStartedMs + START_JITTER_MS;
  return hasMoved && processStartedMs > before.timeMs - CLOCK_SKEW_MS;
}
