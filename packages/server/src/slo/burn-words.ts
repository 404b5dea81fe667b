/**
 * A burning objective in the words that whoever is woken reads first.
 *
 * An objective's name may be a noun or a sentence ("Payments succeed"), so it is never the subject
 * of another one. Ratios have two digits, which is what a person reads; counts are exact.
 */
import { allowedRatio, exhaustionMs } from './burn-rate.ts';
import type { Burn } from './burn.ts';
import { budgetLeftOf, errorRatioOf } from './gauges.ts';
import type { Slo } from './model.ts';
import { nominalMs } from './time-window.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Longest first; `from`: shorter estimates are told in the next unit. */
const UNITS = [
  { sizeMs: DAY_MS, from: 36 * HOUR_MS, one: 'day', many: 'days' },
  { sizeMs: HOUR_MS, from: 90 * MINUTE_MS, one: 'h', many: 'h' },
  { sizeMs: MINUTE_MS, from: 90 * SECOND_MS, one: 'min', many: 'min' },
  { sizeMs: SECOND_MS, from: 0, one: 's', many: 's' },
] as const;

/** Lengths with a word of their own. */
const LAST = new Map([
  [MINUTE_MS, 'the last minute'],
  [HOUR_MS, 'the last hour'],
  [DAY_MS, 'the last day'],
]);

/** `Payments succeed: budget burning 7.8× too fast`. */
export function summarizeBurn({ slo, pair, burnRate }: Burn): string {
  const name = slo.displayName;
  if (isTooFast(burnRate)) return `${name}: budget burning ${formatFactor(burnRate)}× too fast`;
  // At the even pace or below nothing is too fast; how much went says what it is.
  const share = (burnRate * pair.longMs) / nominalMs(slo.window);
  return `${name}: ${formatShare(share)} of the budget within ${formatSpan(pair.longMs)}`;
}

/** What failed, what is left, and how long that lasts. */
export function describeBurn(burn: Burn): string {
  const { slo } = burn;
  const sentences = [
    describeFailures(burn),
    describeSilence(burn),
    describeBudget(burn),
    `Objective: ${Number((slo.objective * 100).toPrecision(12))} %.`,
  ];
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

function describeFailures({ slo, pair, counts }: Burn): string {
  const ratio = errorRatioOf(counts);
  if (counts === undefined || ratio === undefined) return '';
  const bad = formatCount(Math.max(0, counts.total - counts.good));
  const noun = /request/i.test(slo.indicator.total.text) ? 'requests' : 'events';
  return (
    `${formatShare(ratio)} of ${noun} failed in ${formatLast(pair.longMs)}: ` +
    `${bad} of ${formatCount(counts.total)}.`
  );
}

function describeSilence({ pair, isMeasured }: Burn): string {
  return isMeasured ? '' : `Nothing was counted in ${formatLast(pair.shortMs)}.`;
}

function describeBudget({ slo, burnRate, budget }: Burn): string {
  const left = budgetLeftOf(budget, slo.objective);
  if (budget === undefined || left === undefined) return '';
  const name = budgetName(slo);
  if (left < 0) {
    const bad = formatCount(budget.total - budget.good);
    const allowed = Math.floor(budget.total * allowedRatio(slo.objective));
    const were =
      allowed === 0 ? 'none was' : allowed === 1 ? '1 was' : `${formatCount(allowed)} were`;
    return `${capitalize(name)} is overspent: ${bad} failed where ${were} allowed.`;
  }
  // Rounded down, as the page does: what is not there must not be counted on.
  const percent = Math.floor(left * 100);
  const share = percent >= 1 ? `${percent} %` : 'Less than 1 %';
  const lastsMs = left * exhaustionMs(burnRate, nominalMs(slo.window));
  const end = isTooFast(burnRate) ? `, gone in ${formatEstimate(lastsMs)} at this pace` : '';
  return `${share} of ${name} is left${end}.`;
}

function budgetName({ window }: Slo): string {
  if (window.kind === 'calendar') {
    const period = window.count === 1 ? window.unit.slice(0, -1) : 'period';
    return `this ${period}’s budget`;
  }
  const { durationMs } = window;
  if (durationMs % DAY_MS === 0) return `the ${durationMs / DAY_MS}-day budget`;
  if (durationMs % HOUR_MS === 0) return `the ${durationMs / HOUR_MS}-hour budget`;
  return `the ${Math.round(durationMs / MINUTE_MS)}-minute budget`;
}

/** Judged as it is shown: nothing burns "1× too fast". */
function isTooFast(burnRate: number): boolean {
  return Number(burnRate.toPrecision(2)) > 1;
}

/** Counts are whole, but for what targets count in parts. */
function formatCount(count: number): string {
  return groupDigits(Math.round(count * 100) / 100);
}

/**
 * Commas between thousands. `Intl` does the same with tables that take 7 MiB, in each process that
 * only loads this.
 */
function groupDigits(value: number): string {
  const [whole, fraction] = String(value).split('.', 2);
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** Two digits, and all that stand before the point. */
function formatFactor(factor: number): string {
  return groupDigits(factor >= 10 ? Math.round(factor) : Number(factor.toPrecision(2)));
}

/** `39 %`, `1.8 %`; not all where it is not all. */
function formatShare(ratio: number): string {
  const percent = formatFactor(ratio * 100);
  return `${ratio < 1 && percent === '100' ? '99' : percent} %`;
}

function formatLast(lengthMs: number): string {
  return LAST.get(lengthMs) ?? `the last ${formatSpan(lengthMs)}`;
}

/** A length that was declared, exactly: `10 min`, `1 h 30 min`, `3 days`. */
function formatSpan(lengthMs: number): string {
  const words: string[] = [];
  let restMs = lengthMs;
  for (const { sizeMs, one, many } of UNITS) {
    const count = Math.floor(restMs / sizeMs);
    if (count > 0) words.push(`${count} ${count === 1 ? one : many}`);
    restMs -= count * sizeMs;
  }
  return words.join(' ');
}

/** A length that is a guess, in one unit: `85 s`, `40 min`, `13 days`. */
function formatEstimate(lengthMs: number): string {
  const unit = UNITS.find(({ from }) => lengthMs >= from) ?? UNITS[UNITS.length - 1];
  return `${Math.max(1, Math.round(lengthMs / unit.sizeMs))} ${unit.many}`;
}

function capitalize(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
