/** Reasons and causes in words. */
import type { WhyCause, WhyReason, WhyTimer } from '@nines/contract';
import { formatConfigDuration, formatDuration } from '../format/duration.ts';
import { formatValue, UNKNOWN } from '../format/number.ts';
import { toSentence } from '../format/sentence.ts';
import { viewerTime } from '../format/time.ts';
import { t } from '../messages/translate.ts';

/** A value, or a dash where it is no number. */
export function nameValue(value: number | null): string {
  return value === null ? UNKNOWN : formatValue(value);
}

/** How things stand, as sentences; `atMs` is the time that is explained. */
export function describeReason(reason: WhyReason, atMs: number): readonly string[] {
  const timeOf = (timeMs: number): string => viewerTime.short(timeMs, atMs);
  switch (reason.kind) {
    case 'firing': {
      const time = timeOf(reason.firedAt);
      if (reason.forMs === 0) return [t('why.firing.atOnce', { time })];
      return [t('why.firing', { time, duration: formatConfigDuration(reason.forMs) })];
    }
    case 'kept':
      return [t('why.kept', { time: timeOf(reason.since), until: timeOf(reason.untilMs) })];
    case 'pending': {
      const { leftMs, firesAt } = reason;
      return [t('why.pending', { left: formatDuration(leftMs), time: timeOf(firesAt) })];
    }
    case 'ended':
      return [t(reason.hasFired ? 'why.ended' : 'why.endedEarly', { time: timeOf(reason.at) })];
    case 'resolved':
      return [t('why.resolved', { person: reason.by, time: timeOf(reason.at) })];
    case 'silenced': {
      const { by: person, untilMs, comment } = reason;
      return [t('why.silenced', { person, time: timeOf(untilMs), comment: toSentence(comment) })];
    }
    case 'notYet':
      return [t('why.notYet', { time: timeOf(reason.activeAt) })];
    case 'origin':
      return describeOrigin(reason);
    case 'noRule':
      return [t('why.noRule')];
    case 'active':
      return describeActive(reason, atMs);
    case 'notEvaluated':
      return [t('why.notEvaluated', { time: timeOf(reason.nextAt) })];
    case 'late': {
      const interval = formatConfigDuration(reason.intervalMs);
      return [t('why.late', { time: timeOf(reason.lastAt), interval })];
    }
    case 'failing':
      return [t('why.failing', { error: toSentence(reason.error) })];
    case 'noMatch': {
      const { lastMatchedAt, searchedMs } = reason;
      if (lastMatchedAt !== null) return [t('why.noMatch', { time: timeOf(lastMatchedAt) })];
      return [t('why.noMatch.never', { duration: formatDuration(searchedMs) })];
    }
    case 'differs':
      return [t('why.differs', { count: reason.count })];
  }
}

function describeOrigin({ origin, sender }: WhyReason & { kind: 'origin' }): readonly string[] {
  if (origin === 'rule') return [];
  if (origin !== 'external') return [t(`origin.${origin}.text`)];
  return [t('why.external', { sender: sender ?? t('why.external.unknown') })];
}

function describeActive(
  { firingCount, pendingCount, firesAt }: WhyReason & { kind: 'active' },
  atMs: number,
): readonly string[] {
  const firing = firingCount === 0 ? [] : [t('why.active.firing', { count: firingCount })];
  if (firesAt === null) return firing;
  const left = formatDuration(firesAt - atMs);
  const time = viewerTime.short(firesAt, atMs);
  return [...firing, t('why.active.pending', { count: pendingCount, left, time })];
}

/** How the last series was lost, as sentences. */
export function describeCause(cause: WhyCause, atMs: number): readonly string[] {
  switch (cause.kind) {
    case 'limit': {
      const { operator, seriesCount: count } = cause;
      const values = { value: nameValue(cause.value), operator, limit: nameValue(cause.limit) };
      if (count <= 1) return [t('why.limit', values)];
      return [t('why.limit.closest', { ...values, count })];
    }
    case 'values': {
      const { operator, left, right } = cause;
      return [t('why.values', { operator, left: nameValue(left), right: nameValue(right) })];
    }
    case 'partner': {
      const { operator, leftCount: left, rightCount: right } = cause;
      return [t('why.partner', { operator, left, right })];
    }
    case 'excluded':
      return [t('why.excluded', { count: cause.seriesCount, by: cause.by })];
    case 'present':
      return [t('why.present', { count: cause.seriesCount, operand: cause.operand })];
    case 'window':
      return [t('why.window', { count: cause.seriesCount })];
    case 'operator':
      return [t('why.operator', { count: cause.seriesCount })];
    case 'noSamples':
      return describeNoSamples(cause, atMs);
    case 'otherLabels': {
      const { seriesCount: count, metric, without } = cause;
      const hints = without.map((one) =>
        t('why.without', { matcher: one.matcher, count: one.seriesCount }),
      );
      return [t('why.otherLabels', { count, metric }), ...hints];
    }
    case 'unknown':
      return [t('why.unknown', { error: toSentence(cause.reason) })];
  }
}

function describeNoSamples(
  { lastAt, target, searchedMs }: WhyCause & { kind: 'noSamples' },
  atMs: number,
): readonly string[] {
  if (lastAt === null) {
    if (searchedMs === 0) return [t('why.noSamples.nowhere')];
    return [t('why.noSamples.never', { duration: formatDuration(searchedMs) })];
  }
  const time = viewerTime.short(lastAt, atMs);
  if (target === null) return [t('why.noSamples', { time })];
  const { job, instance, health, lastError } = target;
  const seen = t('why.noSamples.target', { time, instance, job });
  if (health === 'gone') return [seen, t('why.target.gone')];
  if (health !== 'down') return [seen];
  return [seen, t('why.target.down', { error: toSentence(lastError ?? '') })];
}

/** What happens by itself, in words that follow a time. */
export function describeTimer({ kind, step, channels }: WhyTimer): string {
  const names = channels.join(', ');
  if (kind === 'attempt') return t('why.timer.attempt', { channels: names });
  if (kind !== 'step') return t(`why.timer.${kind}`);
  return step === null ? t('why.timer.lastStep') : t('why.timer.step', { step, channels: names });
}
