/**
 * What burns, in figures that belong together: each ratio with the counts that it was worked out
 * from. Rules judge by the ratios in the store, so these are the same ones, kept as they were
 * written (gauges.ts), and not new ones of a moment later.
 */
import { allowedRatio, burnRateThreshold, holdMsOf } from './burn-rate.ts';
import { BUDGET_KEY, errorRatioOf, type Judged } from './gauges.ts';
import type { BurnRateAlert, Counts, Slo } from './model.ts';
import { nominalMs, windowAt } from './time-window.ts';
import type { Counted } from './worker.ts';

/** A burning objective. */
export interface Burn {
  readonly slo: Slo;
  /** Of the pairs that hold, the one that burns fastest. */
  readonly pair: BurnRateAlert;
  /** Over its long window. */
  readonly burnRate: number;
  /** What the burn rate is of; undefined: nothing was counted since this process began. */
  readonly counts: Counts | undefined;
  /** Whether its short window has events now. */
  readonly isMeasured: boolean;
  /** The counts of the objective's own window. */
  readonly budget: Counts | undefined;
}

/** What both windows of a pair were judged by; undefined: not known. */
interface PairJudged {
  readonly pair: BurnRateAlert;
  readonly long: Judged | undefined;
  readonly short: Judged | undefined;
}

/**
 * Whether a pair holds as the rules see it. What nobody knows counts as holding: it is asked of
 * alerts that fire, and after a restart they do so by ratios that only the store still has.
 */
export function isPairHolding(counted: Counted, pair: BurnRateAlert, nowMs: number): boolean {
  const { slo } = counted.ledger;
  const { long, short } = judge(counted, pair, nowMs);
  const threshold = burnRateThreshold(pair, nominalMs(slo.window));
  const isFast = (ratio: number): boolean => ratio / allowedRatio(slo.objective) > threshold;
  return [long, short].every((one) => one === undefined || isFast(one.ratio));
}

/** The figures of an alert that fires; `value` is what its expression gave. */
export function describeBurning(
  counted: Counted,
  of: {
    readonly output: BurnRateAlert['output'];
    readonly value: number;
    readonly nowMs: number;
  },
): Burn | undefined {
  const { ledger } = counted;
  const { slo } = ledger;
  const { output, value, nowMs } = of;
  const pairs = slo.alerts.filter((alert) => alert.output === output);
  const holding = pairs.filter((pair) => isPairHolding(counted, pair, nowMs));
  const judged = (holding.length > 0 ? holding : pairs).map((pair) => judge(counted, pair, nowMs));
  const [worst] = judged.toSorted((a, b) => (b.long?.ratio ?? 0) - (a.long?.ratio ?? 0));
  if (worst === undefined) return undefined;
  const { pair, long } = worst;
  const within = (lengthMs: number): Counts | undefined =>
    ledger.countsWithin({ fromMs: nowMs - lengthMs, key: lengthMs }, nowMs);
  const { fromMs } = windowAt(slo.window, nowMs);
  return {
    slo,
    pair,
    burnRate: long === undefined ? value : long.ratio / allowedRatio(slo.objective),
    counts: long?.counts,
    isMeasured: errorRatioOf(within(pair.shortMs)) !== undefined,
    budget: ledger.countsWithin({ fromMs, key: BUDGET_KEY }, nowMs),
  };
}

function judge({ gauges }: Counted, pair: BurnRateAlert, nowMs: number): PairJudged {
  const at = { nowMs, holdMs: holdMsOf(pair) };
  return {
    pair,
    long: gauges.judgedAt(pair.longMs, at),
    short: gauges.judgedAt(pair.shortMs, at),
  };
}
