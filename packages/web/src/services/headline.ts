/** The first line of a service: is it well? */
import type {
  ServiceList,
  ServiceSignals,
  ServiceStanding,
  ServiceSummary,
  SignalKind,
  SloSummary,
} from '@nines/contract';
import { formatBudgetLeft, formatBurnRate, urgencyOf } from '../chips/objective-words.ts';
import { capitalize } from '../format/sentence.ts';
import { viewerTime } from '../format/time.ts';
import { formatUnit } from '../format/unit.ts';
import type { SentencePart } from '../kit/sentence.ts';
import { t } from '../messages/translate.ts';

/** What the declared and the seen do not have in common; what they have, where that is all. */
export function describeCatalogue({ services }: ServiceList): readonly SentencePart[] {
  const count = (standing: ServiceStanding) =>
    services.filter((one) => one.standing === standing).length;
  const [unowned, unseen, owned] = [count('unowned'), count('unseen'), count('owned')];
  const differences = [
    ...(unowned === 0 ? [] : [t('services.headline.unowned', { count: unowned })]),
    ...(unseen === 0 ? [] : [t('services.headline.unseen', { count: unseen })]),
  ].map((text): SentencePart => ({ tone: 'ticket', text }));
  if (differences.length === 0) {
    return [
      plain(t(owned === 0 ? 'services.headline.none' : 'services.headline.all', { count: owned })),
    ];
  }
  return [
    ...differences,
    ...(owned === 0 ? [] : [plain(t('services.headline.owned', { count: owned }))]),
  ];
}

/** How well a service is, from the worst that is known of it to what its users see. */
export function describeService(
  signals: ServiceSignals,
  /** What the board says of it; undefined where it does not know it. */
  summary: ServiceSummary | undefined,
): readonly SentencePart[] {
  const name = capitalize(signals.service);
  const trouble = summary === undefined ? [] : describeTrouble(summary, signals.now);
  const seen = describeSeen(signals);
  const slo = summary?.slo ?? null;
  const left = slo?.budgetLeftRatio ?? null;
  const isBurning = slo?.state === 'burning' || slo?.state === 'exhausted';
  const budget =
    left === null || isBurning
      ? []
      : [plain(t('service.headline.budget', { share: formatBudgetLeft(left) }))];
  if (trouble.length > 0) return [...trouble, ...seen, ...budget];
  if (summary?.targetsTotal === 0) return [plain(t('service.headline.noTargets', { name }))];
  return [
    plain(t('service.headline.well', { name })),
    ...(seen.length === 0 ? [plain(t('service.headline.blind'))] : seen),
    ...budget,
  ];
}

function describeTrouble(summary: ServiceSummary, nowMs: number): readonly SentencePart[] {
  const burning =
    summary.slo === null ? [] : describeBudget(summary.slo, capitalize(summary.name), nowMs);
  const alerts = burning.length > 0 ? [] : describeOpen(summary);
  return [...burning, ...alerts, ...describeDown(summary, burning.length + alerts.length > 0)];
}

function describeBudget(slo: SloSummary, name: string, nowMs: number): readonly SentencePart[] {
  const level = urgencyOf(slo, nowMs);
  const tone = level === 'page' || level === 'ticket' ? level : 'plain';
  if (slo.state === 'exhausted') return [{ tone, text: t('service.headline.spent', { name }) }];
  if (slo.state !== 'burning') return [];
  const rate = formatBurnRate(slo.burnRate);
  const text = t('service.headline.burning', { name, rate });
  if (slo.exhaustedAt === null) return [{ tone, text }];
  const time = viewerTime.short(slo.exhaustedAt, nowMs);
  return [{ tone, text }, plain(t('service.headline.gone', { time }))];
}

function describeOpen({ name: plainName, firing }: ServiceSummary): readonly SentencePart[] {
  const name = capitalize(plainName);
  if (firing.page > 0) {
    return [{ tone: 'page', text: t('service.headline.pages', { name, count: firing.page }) }];
  }
  if (firing.ticket === 0) return [];
  const text = t('service.headline.tickets', { name, count: firing.ticket });
  return [{ tone: 'ticket', text }];
}

function describeDown(summary: ServiceSummary, isToldAlready: boolean): readonly SentencePart[] {
  const total = summary.targetsTotal;
  const name = isToldAlready ? summary.name : capitalize(summary.name);
  const count = total - summary.targetsUp;
  if (count === 0) return [];
  const text =
    count === total
      ? t('service.headline.allDown', { name, count })
      : t('service.headline.down', { name, count, total });
  return [{ tone: isToldAlready ? 'plain' : 'ticket', text }];
}

/** What its users see: failures, then how long they wait. */
function describeSeen(signals: ServiceSignals): readonly SentencePart[] {
  const errors = firstValue(signals, 'errors', 'ratio');
  const latency = firstValue(signals, 'latency', 'seconds');
  const parts: SentencePart[] = [];
  if (errors === 0) parts.push(plain(t('service.headline.noErrors')));
  else if (errors !== undefined) {
    parts.push(plain(t('service.headline.errors', { value: formatUnit('ratio', errors) })));
  }
  if (latency !== undefined) {
    parts.push(plain(t('service.headline.latency', { value: formatUnit('seconds', latency) })));
  }
  return parts;
}

/** The tail of what is slow, the sum of what fails: the largest line says both. */
function firstValue(
  { signals }: ServiceSignals,
  kind: SignalKind,
  unit: 'ratio' | 'seconds',
): number | undefined {
  const signal = signals.find((one) => one.kind === kind && one.unit === unit);
  const p99 = signal?.lines.find(({ name }) => name === 'p99');
  if (p99 !== undefined) return p99.value ?? undefined;
  if (kind === 'latency') return undefined;
  const values = (signal?.lines ?? []).flatMap(({ value }) => (value === null ? [] : [value]));
  return values.length === 0 ? undefined : Math.max(...values);
}

function plain(text: string): SentencePart {
  return { tone: 'plain', text };
}
