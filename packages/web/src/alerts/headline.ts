/** The first lines of the alert pages: what, since when, how bad, what now? */
import type { AlertDetail, AlertList, AlertSummary } from '@nines/contract';
import { formatDuration } from '../format/duration.ts';
import { formatCompact } from '../format/number.ts';
import { capitalize } from '../format/sentence.ts';
import { viewerTime } from '../format/time.ts';
import type { SentencePart } from '../kit/sentence.ts';
import { t } from '../messages/translate.ts';

export function describeAlert(
  { alert, rule }: AlertDetail,
  nowMs: number,
): readonly SentencePart[] {
  const what = `${alert.summary.replace(/[.!]+$/, '')}.`;
  switch (alert.state) {
    case 'firing': {
      const tone = alert.output === 'log' ? 'plain' : alert.output;
      return [
        { tone, text: what },
        plain(describeSince(alert, nowMs)),
        plain(describeHolder(alert, nowMs)),
      ];
    }
    case 'pending': {
      const dueAt = alert.activeAt + (rule?.forMs ?? 0);
      return [
        plain(what),
        plain(t('alert.headline.pending', { time: viewerTime.short(dueAt, nowMs) })),
      ];
    }
    case 'resolved':
      return [plain(what), plain(describeEnd(alert, nowMs))];
  }
}

function describeSince(alert: AlertSummary, nowMs: number): string {
  const at = alert.firedAt ?? alert.activeAt;
  const params = { time: viewerTime.short(at, nowMs), duration: formatDuration(nowMs - at) };
  return alert.value === null
    ? t('alert.headline.since', params)
    : t('alert.headline.sinceValue', { ...params, value: formatCompact(alert.value) });
}

/** Who has it; before that, whether it is kept quiet: then nobody is called. */
export function describeHolder(alert: AlertSummary, nowMs: number): string {
  if (alert.silence !== null) {
    const time = viewerTime.short(alert.silence.until, nowMs);
    return t('alert.headline.silenced', { person: capitalize(alert.silence.by), time });
  }
  if (alert.acknowledgedAt === null) return t('board.headline.unowned.one');
  const time = viewerTime.short(alert.acknowledgedAt, nowMs);
  return t('board.headline.owned.one', { person: capitalize(alert.acknowledgedBy ?? '?'), time });
}

function describeEnd(alert: AlertSummary, nowMs: number): string {
  const endAt = alert.resolvedAt ?? nowMs;
  const duration = formatDuration(endAt - (alert.firedAt ?? alert.activeAt));
  const time = viewerTime.short(endAt, nowMs);
  return alert.resolvedBy === null
    ? t('alert.headline.ended', { duration, time })
    : t('alert.headline.resolved', { duration, time, person: capitalize(alert.resolvedBy) });
}

/** Over all alerts, whatever the filter. */
export function describeCounts(counts: AlertList['counts']): readonly SentencePart[] {
  const pending =
    counts.pending === 0 ? [] : [plain(t('alerts.headline.pending', { count: counts.pending }))];
  if (counts.page + counts.ticket + counts.log === 0) {
    return [plain(t('alerts.headline.none')), ...pending];
  }
  const parts: SentencePart[] = [];
  if (counts.page > 0) {
    parts.push({ tone: 'page', text: t('board.headline.pages', { count: counts.page }) });
  }
  if (counts.ticket > 0) {
    const tone = counts.page > 0 ? 'plain' : 'ticket';
    parts.push({ tone, text: t('board.headline.tickets', { count: counts.ticket }) });
  }
  if (counts.log > 0) parts.push(plain(t('alerts.headline.logs', { count: counts.log })));
  return [...parts, ...pending];
}

function plain(text: string): SentencePart {
  return { tone: 'plain', text };
}
