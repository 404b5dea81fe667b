/** What the graph of an alert shows. */
import type { AlertSummary } from '@nines/contract';
import type { MatrixSeries } from '../api/prometheus.ts';
import type { Mark } from '../graph/annotations.ts';
import type { Span } from '../graph/span.ts';
import { t } from '../messages/translate.ts';

const MINUTE_MS = 60_000;
/** What was normal before it began, and whether it stayed over. */
const BEFORE_MS = 45 * MINUTE_MS;
const AFTER_MS = 30 * MINUTE_MS;

/** From before it began until now, or until a while after it was over. */
export function chooseSpan(alert: AlertSummary, nowMs: number): Span {
  const fromMs = alert.activeAt - BEFORE_MS;
  if (alert.resolvedAt === null || alert.resolvedAt + AFTER_MS > nowMs) {
    return { kind: 'since', fromMs };
  }
  return { kind: 'between', fromMs, toMs: alert.resolvedAt + AFTER_MS };
}

export function listMarks(alert: AlertSummary): readonly Mark[] {
  const marks = [
    { at: alert.firedAt, label: t('alert.mark.fired'), isUrgent: true },
    { at: alert.acknowledgedAt, label: t('alert.mark.acknowledged'), isUrgent: false },
    { at: alert.resolvedAt, label: t('alert.mark.resolved'), isUrgent: false },
  ];
  return marks.flatMap(({ at, label, isUrgent }) =>
    at === null ? [] : [{ atMs: at, label, isUrgent }],
  );
}

/**
 * The series that this alert is about: those whose labels do not contradict its own. An alert
 * whose rule renamed its labels shows all of them.
 */
export function selectSeries(
  series: readonly MatrixSeries[],
  labels: AlertSummary['labels'],
): readonly MatrixSeries[] {
  const own = series.filter(({ metric }) =>
    Object.entries(metric).every(
      ([name, value]) =>
        name === '__name__' || labels[name] === undefined || labels[name] === value,
    ),
  );
  return own.length === 0 ? series : own;
}
