/** Alerts and pages as the contract shows them. */
import type { AlertSummary, HistoryEntry as HistoryView, PageView } from '@nines/contract';
import type { Service } from '../catalog/index.ts';
import { labelsRecord } from '../series/index.ts';
import { playbookOf, summaryOf } from './message.ts';
import type { AlertFile, HistoryEntry, Page, Silencing } from './model.ts';
import { describePaging } from './page-status.ts';
import { probationAuthor } from './policy.ts';

/** One line of a list. */
export function summarize(
  { alert, pages }: AlertFile,
  context: {
    readonly firedCount: number;
    readonly service: Service | undefined;
  },
): AlertSummary {
  const { service, firedCount } = context;
  return {
    id: alert.id,
    name: alert.name,
    output: alert.output,
    state: alert.state,
    service: alert.service ?? null,
    owner: service?.owner || null,
    labels: labelsRecord(alert.labels),
    summary: summaryOf(alert),
    description: alert.annotations.description ?? null,
    playbook: playbookOf(alert, service) ?? null,
    value: alert.value,
    activeAt: alert.activeAtMs,
    firedAt: alert.firedAtMs ?? null,
    acknowledgedAt: alert.acknowledgedAtMs ?? null,
    acknowledgedBy: alert.acknowledgedBy ?? null,
    resolvedAt: alert.resolvedAtMs ?? null,
    resolvedBy: alert.resolvedBy ?? null,
    silence: viewSilencing(alert.silence),
    probation: probationAuthor(alert.policy) ?? null,
    pageStatus: describePaging(alert, pages),
    nextStepAt: alert.nextStepAtMs ?? null,
    origin: alert.origin,
    tags: [...alert.tags],
    firedCount24h: firedCount,
  };
}

function viewSilencing(silence: Silencing | undefined): AlertSummary['silence'] {
  if (silence === undefined) return null;
  const { id, untilMs, by, comment } = silence;
  return { id, until: untilMs, by, comment };
}

/** One thing that happened. */
export function viewEntry({ atMs, kind, reason, actor }: HistoryEntry): HistoryView {
  return { at: atMs, kind, reason, actor: actor ?? null };
}

/** One message to one channel. */
export function viewPage(page: Page): PageView {
  return {
    id: page.id,
    channel: page.channel,
    step: page.step,
    state: page.state,
    dueAt: page.dueAtMs,
    deliveredAt: page.deliveredAtMs ?? null,
    attemptCount: page.attemptCount,
    lastError: page.lastError ?? null,
  };
}
