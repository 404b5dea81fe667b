/** The first lines of the objectives: how much may still go wrong, and where did it go? */
import type { SloSummary } from '@nines/contract';
import {
  formatBudgetLeft,
  formatBurnRate,
  formatDays,
  formatEvents,
  urgencyOf,
} from '../chips/objective-words.ts';
import { formatDuration } from '../format/duration.ts';
import { viewerTime } from '../format/time.ts';
import type { SentencePart } from '../kit/sentence.ts';
import { t } from '../messages/translate.ts';

/** Of a list: how many burn, and what becomes of the worst. */
export function describeObjectives(
  slos: readonly SloSummary[],
  nowMs: number,
): readonly SentencePart[] {
  const total = slos.length;
  if (total === 0) return [plain(t('objectives.headline.none'))];
  const { burning = [], exhausted = [], unmeasured = [], fine = [] } = groupByState(slos);
  const isAllFine = fine.length === total;
  if (isAllFine) return [plain(t('objectives.headline.fine', { count: total }))];
  const hasTrouble = burning.length + exhausted.length > 0;
  return [
    ...describeBurning(burning, total, nowMs),
    ...describeExhausted(exhausted, total, burning.length === 0),
    ...(unmeasured.length === 0
      ? []
      : [plain(t('objectives.headline.unmeasured', { count: unmeasured.length }))]),
    ...(fine.length === 0
      ? []
      : [
          plain(
            t(hasTrouble ? 'objectives.headline.others' : 'objectives.headline.fine', {
              count: fine.length,
            }),
          ),
        ]),
  ];
}

/** Of one: what is left, what becomes of it, and how much went wrong. */
export function describeObjective(slo: SloSummary, nowMs: number): readonly SentencePart[] {
  const name = slo.displayName;
  const { budgetLeftRatio, exhaustedAt, countedSinceMs } = slo;
  if (budgetLeftRatio === null || countedSinceMs === null) {
    return [plain(t('objective.headline.unmeasured', { name }))];
  }
  const window = formatDays(slo.windowMs);
  const failures = plain(
    t('objective.headline.failures', {
      count: slo.badCount,
      bad: formatEvents(slo.badCount),
      time: viewerTime.short(Math.max(slo.fromMs, countedSinceMs), nowMs),
    }),
  );
  if (budgetLeftRatio <= 0) {
    const bad = formatEvents(slo.badCount);
    const budget = formatEvents(slo.budgetCount);
    const text = t('objective.headline.spent', { name, window, bad, budget });
    return [{ tone: toneOf(slo, nowMs), text }];
  }
  const share = formatBudgetLeft(budgetLeftRatio);
  if (exhaustedAt === null) {
    return [plain(t('objective.headline.fine', { name, share, window })), failures];
  }
  const left = formatDuration(Math.max(0, exhaustedAt - nowMs));
  const tone = toneOf(slo, nowMs);
  const key = tone === 'page' ? 'objective.headline.gone' : 'objective.headline.lasts';
  return [{ tone, text: t(key, { name, window, left, share }) }, failures];
}

function describeBurning(
  burning: readonly SloSummary[],
  total: number,
  nowMs: number,
): readonly SentencePart[] {
  const [worst] = burning;
  if (worst === undefined) return [];
  const isUrgent = burning.some((slo) => urgencyOf(slo, nowMs) === 'page');
  const tone = isUrgent ? 'page' : 'ticket';
  const count = burning.length;
  return [
    { tone, text: t('objectives.headline.burning', { count, total }) },
    plain(describeWorst(worst, nowMs)),
  ];
}

function describeWorst(worst: SloSummary, nowMs: number): string {
  const name = worst.displayName;
  if (worst.exhaustedAt === null) {
    return t('objectives.headline.fast', { name, rate: formatBurnRate(worst.burnRate) });
  }
  if (urgencyOf(worst, nowMs) === 'page') {
    return t('objectives.headline.gone', { name, time: viewerTime.clock(worst.exhaustedAt) });
  }
  const duration = formatDays(worst.exhaustedAt - nowMs);
  return t('objectives.headline.lasts', { name, duration });
}

function describeExhausted(
  exhausted: readonly SloSummary[],
  total: number,
  isFirst: boolean,
): readonly SentencePart[] {
  const count = exhausted.length;
  if (count === 0) return [];
  return isFirst
    ? [{ tone: 'ticket', text: t('objectives.headline.exhaustedFirst', { count, total }) }]
    : [plain(t('objectives.headline.exhausted', { count }))];
}

function groupByState(slos: readonly SloSummary[]) {
  return Object.groupBy(slos, ({ state }) => state);
}

function toneOf(slo: SloSummary, nowMs: number): SentencePart['tone'] {
  const level = urgencyOf(slo, nowMs);
  return level === 'page' || level === 'ticket' ? level : 'plain';
}

function plain(text: string): SentencePart {
  return { tone: 'plain', text };
}
