/**
 * Burn rates: how fast the budget goes, and when that is worth an alert.
 *
 * The parameter is the share of the budget that may be gone before somebody hears of it (the
 * Workbook's table 5-8: 2 % within an hour, 5 % within six, 10 % within three days), not the
 * factor: the share means the same whatever the window is, while 14.4 on a week is 8.6 % of it.
 * The factor follows: share × window / long. A short window of a twelfth ends the alert soon after
 * the failures end.
 */
import { formatDuration, parseDuration } from '../platform/index.ts';
import { ALERT_WINDOW_MS_MIN, ALERTS_PER_SLO_MAX, BURN_RATE_MIN, HOLD_MS_MAX } from './limits.ts';
import type { BurnRateAlert } from './model.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Windows of these lengths keep the Workbook's: the difference is in the factor. */
const MONTH_MS_MIN = 28 * DAY_MS;
const MONTH_MS_MAX = 31 * DAY_MS;
const SHORT_PART = 12;

const WORKBOOK: readonly Omit<BurnRateAlert, 'shortMs'>[] = [
  { output: 'page', budgetRatio: 0.02, longMs: HOUR_MS },
  { output: 'page', budgetRatio: 0.05, longMs: 6 * HOUR_MS },
  { output: 'ticket', budgetRatio: 0.1, longMs: 3 * DAY_MS },
];

/** Lengths that people say. */
const SENSIBLE_MS: readonly number[] = [
  ...[10, 15, 20, 30].map((count) => count * 1_000),
  ...[1, 2, 3, 5, 10, 15, 20, 30].map((count) => count * MINUTE_MS),
  ...[1, 2, 3, 4, 6, 8, 12, 18].map((count) => count * HOUR_MS),
  ...[1, 2, 3, 5, 7, 10, 14, 21, 28].map((count) => count * DAY_MS),
];

/** The Workbook's alerts for a window: for a month as they are, for others scaled, rounded down. */
export function defaultAlerts(windowMs: number): readonly BurnRateAlert[] {
  const isMonth = windowMs >= MONTH_MS_MIN && windowMs <= MONTH_MS_MAX;
  return WORKBOOK.map(({ output, budgetRatio, longMs }) => {
    const scaledMs = isMonth ? longMs : roundDown((longMs * windowMs) / (30 * DAY_MS));
    return { output, budgetRatio, longMs: scaledMs, shortMs: shortOf(scaledMs) };
  });
}

/** Down, because a shorter window asks for a faster burn: never an alert within the budget. */
function roundDown(lengthMs: number): number {
  return SENSIBLE_MS.findLast((sensibleMs) => sensibleMs <= lengthMs) ?? SENSIBLE_MS[0];
}

function shortOf(longMs: number): number {
  return Math.max(ALERT_WINDOW_MS_MIN, Math.round(longMs / SHORT_PART / 1000) * 1000);
}

/** How many times faster than even the budget must burn to fire; digits as in the rule's text. */
export function burnRateThreshold(alert: BurnRateAlert, windowMs: number): number {
  return Number(((alert.budgetRatio * windowMs) / alert.longMs).toPrecision(12));
}

/** The ratio of bad events that is allowed; 0.1 + 0.2 is not 0.30000000000000004 here. */
export function allowedRatio(objective: number): number {
  return Number((1 - objective).toPrecision(12));
}

/** The same threshold as a ratio of bad events. */
export function errorRatioThreshold(
  alert: BurnRateAlert,
  of: { readonly windowMs: number; readonly objective: number },
): number {
  return burnRateThreshold(alert, of.windowMs) * allowedRatio(of.objective);
}

/** How long the last ratio of a window holds where nothing is measured any more. */
export function holdMsOf({ longMs }: BurnRateAlert): number {
  return Math.min(HOLD_MS_MAX, longMs);
}

/** How long a whole budget lasts at a burn rate. */
export function exhaustionMs(burnRate: number, windowMs: number): number {
  return windowMs / burnRate;
}

const ENTRY = /^(?<output>page|ticket)\s+(?<percent>\d+(?:\.\d+)?)\s*%\s+(?<windows>\S+)$/;

/**
 * Reads `page 2% 1h/5m, page 5% 6h, ticket 10% 3d/6h`: output, share of the budget, long window,
 * and short window where it is not a twelfth. Answers what is wrong, as a sentence, instead.
 */
export function parseAlerts(text: string): readonly BurnRateAlert[] | string {
  if (text.trim() === 'none') return [];
  const entries = text.split(',').map((entry) => entry.trim());
  if (entries.length > ALERTS_PER_SLO_MAX) {
    return `${entries.length} alerts are too many; at most ${ALERTS_PER_SLO_MAX}`;
  }
  const alerts: BurnRateAlert[] = [];
  for (const entry of entries) {
    const alert = parseEntry(entry);
    if (typeof alert === 'string') return alert;
    const isTwice = alerts.some(
      (one) => one.longMs === alert.longMs && one.shortMs === alert.shortMs,
    );
    if (isTwice) return `the windows of "${entry}" stand twice`;
    alerts.push(alert);
  }
  return alerts;
}

function parseEntry(entry: string): BurnRateAlert | string {
  const groups = ENTRY.exec(entry)?.groups;
  if (groups === undefined) {
    return `cannot read "${entry}"; want such as "page 2% 1h/5m" or "ticket 10% 3d", or "none"`;
  }
  const budgetRatio = Number((Number(groups.percent) / 100).toPrecision(12));
  if (!(budgetRatio > 0 && budgetRatio <= 1)) {
    return `the share of the budget in "${entry}" must be above 0% and at most 100%`;
  }
  const [long, short, ...rest] = groups.windows.split('/');
  const longMs = findDuration(long);
  const shortMs = short === undefined ? shortOf(longMs ?? 0) : findDuration(short);
  if (longMs === undefined || shortMs === undefined || rest.length > 0) {
    return `cannot read the windows of "${entry}"; want such as 1h/5m`;
  }
  if (shortMs < ALERT_WINDOW_MS_MIN || shortMs > longMs) {
    const least = formatDuration(ALERT_WINDOW_MS_MIN);
    return `the short window of "${entry}" must be from ${least} up to the long one`;
  }
  return { output: groups.output === 'page' ? 'page' : 'ticket', budgetRatio, longMs, shortMs };
}

function findDuration(text: string): number | undefined {
  try {
    return parseDuration(text);
  } catch {
    // What is wrong with it is said with the whole entry.
    return undefined;
  }
}

/** What an alert is judged with. */
export interface AlertSurroundings {
  readonly windowMs: number;
  readonly objective: number;
  /** The time between samples of its counters; undefined: not known yet. */
  readonly sampleIntervalMs: number | undefined;
}

/** What is odd about an alert though allowed, in sentences. */
export function remarksOnAlert(alert: BurnRateAlert, of: AlertSurroundings): readonly string[] {
  const { windowMs, sampleIntervalMs } = of;
  const windows = `${formatDuration(alert.longMs)}/${formatDuration(alert.shortMs)}`;
  const name = `The ${alert.output} on ${formatPercent(alert.budgetRatio)} in ${windows}`;
  const threshold = burnRateThreshold(alert, windowMs);
  const ratio = errorRatioThreshold(alert, of);
  const remarks: string[] = [];
  if (ratio >= 1) {
    remarks.push(
      `${name} can never fire: ${formatPercent(ratio)} of the events would have to fail. ` +
        `Lower its share of the budget, or lengthen its window.`,
    );
  }
  if (threshold < BURN_RATE_MIN) {
    remarks.push(
      `${name} fires at ${formatFactor(threshold)}× the even pace, while the budget still lasts: ` +
        `raise its share, or shorten its window.`,
    );
  }
  if (alert.longMs > windowMs / 4) {
    const whole = formatDuration(windowMs);
    remarks.push(
      `${name} looks at more than a quarter of ${whole}: it tells late, and of failures long over.`,
    );
  }
  if (sampleIntervalMs !== undefined && alert.shortMs < 2 * sampleIntervalMs) {
    remarks.push(
      `${name} has a short window with room for less than two samples, which come every ` +
        `${formatDuration(sampleIntervalMs)}: it will flap. Scrape more often, or lengthen it.`,
    );
  }
  return remarks;
}

/** The share of the budget that one failure spends, of so many events in the whole window. */
export function oneFailureRatio(eventsPerWindow: number, objective: number): number {
  return 1 / (eventsPerWindow * allowedRatio(objective));
}

/** `0.02` is `2 %`, `0.12345` is `12.3 %`. */
export function formatPercent(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(3))} %`;
}

function formatFactor(factor: number): string {
  return String(Number(factor.toPrecision(2)));
}
