/**
 * The life of one page: queued, sending, then delivered, failed or cancelled. Pure.
 *
 * `sending` is written before the attempt begins. After a kill, a page found in `sending` may or
 * may not have arrived; it is sent again with the same idempotency key, marked as a repeat: twice
 * is a nuisance, never is a broken promise.
 */
import { formatDuration } from '../platform/index.ts';
import {
  ATTEMPTS_MAX,
  isBrowserChannel,
  type Outcome,
  RETRY_AFTER_MS_MAX,
  retryDelayMs,
} from '../notify/index.ts';
import type { Draft } from './draft.ts';
import { cancelPage, escalateIfUnreachable } from './escalation.ts';
import { type Page, wantsPages } from './model.ts';
import { countSteps } from './policy.ts';
import { channelName, clockTime } from './sentences.ts';
import { describeSilencing } from './silencing.ts';

/** Why nobody is paged any more; undefined while somebody should be. */
export function findStopReason(draft: Draft): string | undefined {
  const alert = draft.alert();
  if (wantsPages(alert)) {
    const { silence } = alert;
    return silence === undefined ? undefined : `it was ${describeSilencing(silence, draft.nowMs)}`;
  }
  if (alert.resolvedAtMs !== undefined) {
    const by =
      alert.resolvedBy === undefined ? 'the alert ended' : `${alert.resolvedBy} resolved it`;
    return `${by} at ${clockTime(alert.resolvedAtMs)}`;
  }
  if (alert.acknowledgedAtMs === undefined) return 'the alert does not page';
  return `${alert.acknowledgedBy} acknowledged at ${clockTime(alert.acknowledgedAtMs)}`;
}

/** Whether a page is to be tried now. */
export function isPageDue(page: Page, nowMs: number): boolean {
  return page.state === 'queued' && page.nextAttemptAtMs <= nowMs;
}

/**
 * Lets the pages to channels that wait for their next attempt not wait any longer. The last attempt
 * keeps its time: somebody who reloads ten times must not use all of them up.
 */
export function tryAtOnce(draft: Draft, channels: ReadonlySet<string>): void {
  for (const page of draft.pages()) {
    if (!channels.has(page.channel) || page.state !== 'queued') continue;
    if (page.nextAttemptAtMs <= draft.nowMs || page.attemptCount >= ATTEMPTS_MAX - 1) continue;
    draft.setPage(page.id, { nextAttemptAtMs: draft.nowMs });
  }
}

/** Takes a page from the queue for one attempt. */
export function claimPage(draft: Draft, pageId: string): void {
  const page = draft.getPage(pageId);
  draft.setPage(pageId, { state: 'sending', attemptCount: page.attemptCount + 1 });
  if (page.attemptCount > 0) return;
  // A page is claimed after its alert was committed, which is what those who test want to see.
  if (draft.alert().origin === 'test') draft.note('alert.stored', 'it and its page are on disk');
  const channel = channelName(page.channel);
  const stepCount = countSteps(draft.policyOf(draft.alert().policy));
  const what =
    page.kind === 'resolved'
      ? `telling ${channel} that the alert is over`
      : `paging ${channel}, step ${page.step} of ${Math.max(page.step, stepCount)}`;
  draft.note('page.sent', what, { pageId });
}

/** How an attempt went on its way through the browser. */
export interface BrowserHops {
  readonly handedAtMs: number;
  readonly openCount: number;
  /** When the first open page confirmed it; undefined: none did. */
  readonly shownAtMs: number | undefined;
}

/** Notes the hops of a test, each with its own time; of other pages, history tells less. */
export function noteHops(draft: Draft, pageId: string, hops: BrowserHops): void {
  if (draft.alert().origin !== 'test' || hops.openCount === 0) return;
  const { handedAtMs, openCount, shownAtMs } = hops;
  const pages = `${openCount} open page${openCount === 1 ? '' : 's'}`;
  draft.note('page.handed', `handed to ${pages}`, { pageId, atMs: handedAtMs });
  if (shownAtMs === undefined) return;
  draft.note('page.shown', 'the browser confirmed that it shows it', { pageId, atMs: shownAtMs });
}

/** Notes what became of an attempt, and decides what follows. */
export function settlePage(draft: Draft, pageId: string, outcome: Outcome): void {
  const page = draft.getPage(pageId);
  if (page.state !== 'sending') return;
  switch (outcome.state) {
    case 'delivered':
      return settleDelivered(draft, page, outcome.reason);
    case 'failed':
      return settleFailed(draft, page, outcome.reason);
    case 'retry':
      return settleRetry(draft, page, outcome);
  }
}

function settleDelivered(draft: Draft, page: Page, reason: string): void {
  draft.setPage(page.id, {
    state: 'delivered',
    deliveredAtMs: draft.nowMs,
    lastError: undefined,
  });
  const channel = channelName(page.channel);
  const verb = page.kind === 'resolved' ? `told ${channel} that it is over` : `paged ${channel}`;
  const stop = page.kind === 'page' ? findStopReason(draft) : undefined;
  const late = stop === undefined ? '' : `; it was on its way when ${stop}`;
  const sentence = `${verb}, delivered ${clockTime(draft.nowMs)} ${reason}${late}`;
  draft.note('page.delivered', sentence, { pageId: page.id });
  if (draft.alert().state === 'resolved') queueResolved(draft);
}

function settleFailed(draft: Draft, page: Page, reason: string): void {
  draft.setPage(page.id, { state: 'failed', lastError: reason });
  const what = page.kind === 'resolved' ? 'tell' : 'page';
  const sentence = `could not ${what} ${channelName(page.channel)}: ${reason}`;
  draft.note('page.failed', sentence, { pageId: page.id });
  escalateIfUnreachable(draft);
}

function settleRetry(draft: Draft, page: Page, outcome: Outcome & { state: 'retry' }): void {
  const stop = findObstacle(draft, page);
  if (stop !== undefined) {
    draft.setPage(page.id, { lastError: outcome.reason });
    const failed = `${stop}; the attempt under way did not succeed: ${outcome.reason}`;
    cancelPage(draft, draft.getPage(page.id), failed);
    return;
  }
  if (page.attemptCount >= ATTEMPTS_MAX) {
    const tried = `gave up after ${page.attemptCount} attempts`;
    settleFailed(draft, page, `${tried}, the last because ${outcome.reason}`);
    return;
  }
  const delayMs = retryDelayMs({ ...outcome, attemptCount: page.attemptCount }, draft.random);
  draft.setPage(page.id, {
    state: 'queued',
    nextAttemptAtMs: draft.nowMs + delayMs,
    isRepeat: page.isRepeat || outcome.mayHaveArrived,
    lastError: outcome.reason,
  });
  // Ten times the same line would hide the ones that matter.
  if (outcome.reason === page.lastError) return;
  const again = formatDuration(Math.max(1000, Math.round(delayMs / 1000) * 1000));
  const sentence = `${channelName(page.channel)} not reached: ${outcome.reason}; next try in ${again}`;
  draft.note('page.retried', sentence, { pageId: page.id });
}

/** Why a page that was not delivered is not to be tried again; undefined where it is. */
function findObstacle(draft: Draft, page: Page): string | undefined {
  if (page.kind === 'page') return findStopReason(draft) ?? findSuccessor(draft, page);
  // Told now, the end would close at the receiver what it was paged for again.
  return draft.alert().state === 'firing' ? 'it was reopened' : undefined;
}

/** A later step may have sent to the same channel while this attempt was under way. */
function findSuccessor(draft: Draft, page: Page): string | undefined {
  const pages = draft.pages();
  // By their order: when paging began anew, pages of later steps may be older.
  const at = pages.findIndex(({ id }) => id === page.id);
  const later = pages
    .slice(at + 1)
    .find((other) => other.channel === page.channel && other.kind === 'page');
  return later === undefined ? undefined : `step ${later.step} sent it anew`;
}

/** Puts back what was under way when Nines was killed. */
export function recoverPages(draft: Draft): void {
  for (const page of draft.pages()) {
    if (page.state !== 'sending') continue;
    const stop = findObstacle(draft, page);
    if (stop !== undefined) {
      cancelPage(draft, page, `${stop}; whether the attempt under way arrived is not known`);
      continue;
    }
    draft.setPage(page.id, { state: 'queued', isRepeat: true, nextAttemptAtMs: draft.nowMs });
    const channel = channelName(page.channel);
    const verb = page.kind === 'resolved' ? `told ${channel} that it is over` : `paged ${channel}`;
    const sentence = `Nines was stopped while it ${verb}; sent again, which may be a repeat`;
    draft.note('page.repeated', sentence, { pageId: page.id });
  }
}

/** Tells the webhooks that got the page that the alert is over; open pages see it by themselves. */
export function queueResolved(draft: Draft): void {
  const last = new Map<string, Page>();
  for (const page of draft.pages()) {
    const counts = page.state === 'delivered' || (page.kind === 'resolved' && isQueuedOrSent(page));
    if (counts && !isBrowserChannel(page.channel)) last.set(page.channel, page);
  }
  for (const { channel, kind, step } of last.values()) {
    if (kind === 'page') draft.addPage({ kind: 'resolved', channel, step });
  }
}

function isQueuedOrSent(page: Page): boolean {
  return page.state === 'queued' || page.state === 'sending' || page.state === 'failed';
}

/** Holds every deadline to its own wait, for a wall clock that went back. */
export function pullNearer(draft: Draft): void {
  for (const page of draft.pages()) {
    if (page.state !== 'queued' || page.nextAttemptAtMs - draft.nowMs <= RETRY_AFTER_MS_MAX)
      continue;
    draft.setPage(page.id, { nextAttemptAtMs: draft.nowMs });
  }
}
