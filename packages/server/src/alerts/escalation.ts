/**
 * Whom to tell next, and when: the pure core of paging.
 *
 * A firing alert with output `page` runs through the steps of its policy. A step queues a page for
 * each of its channels and gives people its wait to acknowledge; then the next step begins. An
 * acknowledgement or the end of the alert stops it at once. What is not sent is noted with why.
 *
 * Policies are looked up by name at each step, so an edited policy holds from the next step on.
 *
 * Deadlines are wall times, because they must survive a restart, and wall clocks jump. Forwards, a
 * deadline comes early, once: the next one is measured from now, so that an hour's outage leads to
 * one step, not to twelve. Backwards, no deadline may be further away than its own wait.
 */
import { formatDuration } from '../platform/index.ts';
import type { Draft } from './draft.ts';
import { type Page, wantsPages } from './model.ts';
import { countSteps, type EscalationPolicy, stepAt } from './policy.ts';
import { channelName, channelNames } from './sentences.ts';

/** Begins the first step, for an alert that has just fired or was reopened. */
export function beginEscalation(draft: Draft): void {
  draft.setAlert({ stepsBegun: 0, nextStepAtMs: undefined });
  beginStep(draft, draft.policyOf(draft.alert().policy));
}

/** Begins the next step when its time has come. */
export function escalateIfDue(draft: Draft): void {
  const { nextStepAtMs, stepsBegun, policy: name } = draft.alert();
  if (!wantsPages(draft.alert()) || nextStepAtMs === undefined) return;
  const policy = draft.policyOf(name);
  const waitMs = waitOf(policy, stepsBegun);
  if (nextStepAtMs - draft.nowMs > waitMs) {
    draft.setAlert({ nextStepAtMs: draft.nowMs + waitMs });
    return;
  }
  if (nextStepAtMs > draft.nowMs) return;
  goOn(draft, policy, `nobody acknowledged within ${formatDuration(waitMs)}`);
}

/**
 * Begins the next step without waiting when every page of the last one has failed for good and the
 * next one can reach somebody by another channel; the same channels are given their wait.
 */
export function escalateIfUnreachable(draft: Draft): void {
  const { stepsBegun, nextStepAtMs, policy: name } = draft.alert();
  if (!wantsPages(draft.alert()) || nextStepAtMs === undefined) return;
  const policy = draft.policyOf(name);
  if (stepsBegun >= countSteps(policy)) return;
  const pages = pagesOfStep(draft.pages(), stepsBegun);
  if (pages.length === 0 || pages.some((page) => page.state !== 'failed')) return;
  const failed = new Set(pages.map((page) => page.channel));
  if (stepAt(policy, stepsBegun).notify.every((channel) => failed.has(channel))) return;
  goOn(draft, policy, `step ${stepsBegun} reached nobody, as every page of it failed`);
}

/** Pages of the step since the last time it fired or was reopened: the newest of each channel. */
function pagesOfStep(pages: readonly Page[], step: number): readonly Page[] {
  const newest = new Map<string, Page>();
  for (const page of pages) {
    if (page.kind === 'page' && page.step === step) newest.set(page.channel, page);
  }
  return [...newest.values()];
}

/**
 * Stops the escalation: pages not yet under way are cancelled, each with the reason. What is under
 * way cannot be called back.
 */
export function stopEscalation(draft: Draft, because: string): void {
  for (const page of draft.pages()) {
    if (page.state === 'queued') cancelPage(draft, page, because);
  }
  const { nextStepAtMs, stepsBegun, policy: name } = draft.alert();
  if (nextStepAtMs === undefined) return;
  draft.setAlert({ nextStepAtMs: undefined });
  const policy = draft.policyOf(name);
  const stepCount = countSteps(policy);
  if (stepsBegun >= stepCount) return;
  const names = channelNames(stepAt(policy, stepsBegun).notify);
  const what = `step ${stepsBegun + 1} of ${stepCount} (${names})`;
  draft.note('page.not_sent', `${what} not sent because ${because}`);
}

/** Takes a page off the queue. */
export function cancelPage(draft: Draft, page: Page, because: string): void {
  draft.setPage(page.id, { state: 'cancelled' });
  const what = page.kind === 'resolved' ? 'the end of the alert was not sent' : 'not sent';
  const again = page.attemptCount > 0 ? ' again' : '';
  const reason = `${what}${again} to ${channelName(page.channel)} because ${because}`;
  draft.note('page.not_sent', reason, { pageId: page.id });
}

function goOn(draft: Draft, policy: EscalationPolicy, why: string): void {
  const { stepsBegun, policy: name } = draft.alert();
  const stepCount = countSteps(policy);
  if (stepsBegun >= stepCount) {
    draft.setAlert({ nextStepAtMs: undefined });
    const end = `policy "${policy.name}" has no further step, so nobody else is paged`;
    draft.note('page.not_sent', `${why}; ${end}`);
    return;
  }
  const names = channelNames(stepAt(policy, stepsBegun).notify);
  const changed = policy.name === name ? '' : ` of "${policy.name}", as "${name}" is gone`;
  const what = `going on to step ${stepsBegun + 1} of ${stepCount}${changed} (${names})`;
  draft.note('page.escalated', `${why}: ${what}`);
  beginStep(draft, policy);
}

function beginStep(draft: Draft, policy: EscalationPolicy): void {
  const index = draft.alert().stepsBegun;
  const { notify, waitMs } = stepAt(policy, index);
  for (const channel of notify) {
    for (const page of draft.pages()) {
      if (page.channel !== channel || page.state !== 'queued') continue;
      cancelPage(draft, page, `step ${index + 1} sends it anew`);
    }
    draft.addPage({ kind: 'page', channel, step: index + 1 });
  }
  draft.setAlert({ stepsBegun: index + 1, nextStepAtMs: draft.nowMs + waitMs });
}

/** The wait of the last step begun. */
function waitOf(policy: EscalationPolicy, stepsBegun: number): number {
  return stepAt(policy, Math.max(0, stepsBegun - 1)).waitMs;
}
