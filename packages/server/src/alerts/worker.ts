/**
 * The periodic part: what falls due, and the deliveries.
 *
 * A tick does not wait for the deliveries that it begins: a receiver that hangs must not keep the
 * other channels' pages. Each delivery notes its own outcome when it ends, and its place goes to the
 * next page that is due, so that a thousand pages leave as fast as their receivers take them.
 */
import type { Catalog } from '../catalog/index.ts';
import { BROWSER, type Notifier, type Outcome, PERSON_PREFIX } from '../notify/index.ts';
import { type Clock, errorMessage, type Log } from '../platform/index.ts';
import type { AlertBook } from './book.ts';
import { beginDraft, type DecisionContext } from './draft.ts';
import type { Expiry } from './expiry.ts';
import type { InternalAlerts } from './internal.ts';
import { hasDeadline, passTime } from './lifecycle.ts';
import {
  BROWSER_CALL_MS,
  CHANGES_PER_TICK_MAX,
  CLOCK_JUMP_MS,
  IN_FLIGHT_MAX,
  IN_FLIGHT_PER_CHANNEL_MAX,
  NEVER_FIRED_KEPT_MS,
  PURGE_EVERY_MS,
  RESOLVED_KEPT_MS,
} from './limits.ts';
import { createMessage, findService } from './message.ts';
import type { AlertsMetrics } from './metrics.ts';
import type { AlertFile, Change, Page } from './model.ts';
import {
  type BrowserHops,
  claimPage,
  isPageDue,
  noteHops,
  recoverPages,
  settlePage,
  tryAtOnce,
} from './paging.ts';
import { createRecordsWatch } from './records-watch.ts';
import type { Serial } from './serial.ts';
import { isSilenceChanged, reviewSilence } from './silencing.ts';
import type { AlertStore } from './store.ts';

export interface WorkerOptions {
  readonly book: AlertBook;
  readonly store: AlertStore;
  readonly serial: Serial;
  readonly internal: InternalAlerts;
  readonly catalog: Catalog;
  readonly notifier: Pick<Notifier, 'deliver'>;
  readonly expiry: Expiry;
  /** How the last attempt at a page went through the browser; asked once. */
  readonly takeBrowserHops: (pageId: string) => BrowserHops | undefined;
  readonly context: () => DecisionContext;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: AlertsMetrics;
}

interface Claim {
  readonly file: AlertFile;
  readonly page: Page;
}

/** Owns the deliveries under way. */
export class AlertWorker {
  readonly #options: WorkerOptions;
  readonly #abort = new AbortController();
  /** The deliveries under way, and their channels. */
  readonly #underWay = new Map<Promise<void>, string>();
  /** Taking up the next pages, where a delivery has ended. */
  #refilling: Promise<void> | undefined;
  /** Channels of people who have opened a page since they were last looked at. */
  readonly #browsersNew = new Set<string>();
  #browsersDueMs = 0;
  readonly #checkClock: (nowMs: number) => void;
  readonly #purgeIfDue: () => Promise<void>;
  readonly #watchRecords: () => Promise<void>;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#checkClock = createClockCheck(options.clock, options.log);
    this.#purgeIfDue = createPurge(options);
    this.#watchRecords = createRecordsWatch(options);
  }

  /** Puts back what an earlier process left under way. Once, before the first tick. */
  async recover(): Promise<void> {
    const { book, serial, context } = this.#options;
    await serial.run(async () => {
      const changes = [...book.files()].flatMap((file) => {
        const draft = beginDraft(file, context());
        recoverPages(draft);
        return draft.finish() ?? [];
      });
      await book.commitAnyway(changes);
    });
  }

  /** Does what is due, and begins the deliveries that are due. */
  async tick(nowMs: number): Promise<void> {
    const { book, serial, internal, expiry } = this.#options;
    this.#checkClock(nowMs);
    await serial.run(async () => {
      await book.catchUp();
      // Before time passes: what nobody means any more is not to be reopened.
      await expiry.endUnsaid(nowMs);
      await this.#passTime();
      await this.#answerBrowsers();
      await this.#sendDue(nowMs);
    });
    await internal.forgetUnseen();
    await this.#watchRecords();
    await this.#purgeIfDue();
  }

  /** Sends what is due without waiting for the next tick. */
  sendNow(): void {
    this.#refilling ??= this.#refill();
  }

  /** A browser was opened: the pages that wait for one are sent with the next tick. */
  noteBrowser(login: string): void {
    this.#browsersNew.add(`${PERSON_PREFIX}${login}`);
  }

  /** Waits for the deliveries under way. */
  async settle(): Promise<void> {
    do {
      await Promise.all(this.#underWay.keys());
      // A turn under way may be about to begin more.
      await this.#options.serial.run(async () => {});
    } while (this.#underWay.size > 0 || this.#refilling !== undefined);
  }

  /** Calls the deliveries under way off, and notes that they are to be tried again. */
  async stop(): Promise<void> {
    const { book, serial } = this.#options;
    this.#abort.abort();
    await this.settle();
    await serial.run(async () => book.flush());
  }

  async #passTime(): Promise<void> {
    const { book, context } = this.#options;
    const changes: Change[] = [];
    for (const file of book.files()) {
      const isDue = hasDeadline(file) || isSilenceChanged(file, context());
      const change = isDue ? passTime(file, context()) : undefined;
      if (change !== undefined) changes.push(change);
      if (changes.length >= CHANGES_PER_TICK_MAX) break;
    }
    await book.commitAnyway(changes);
  }

  /** Once a second at the most: a page that reloads all the time must not use up the attempts. */
  async #answerBrowsers(): Promise<void> {
    const { book, context, clock } = this.#options;
    if (this.#browsersNew.size === 0 || clock.monotonicMs() < this.#browsersDueMs) return;
    const channels = new Set([BROWSER, ...this.#browsersNew]);
    this.#browsersNew.clear();
    this.#browsersDueMs = clock.monotonicMs() + BROWSER_CALL_MS;
    const changes: Change[] = [];
    for (const file of book.files()) {
      if (changes.length >= CHANGES_PER_TICK_MAX) break;
      const draft = beginDraft(file, context());
      tryAtOnce(draft, channels);
      const change = draft.finish();
      if (change !== undefined) changes.push(change);
    }
    await book.commitAnyway(changes);
  }

  /** Begins the deliveries that are due, once they are written down as begun. */
  async #sendDue(nowMs: number): Promise<void> {
    const { book, context } = this.#options;
    if (this.#abort.signal.aborted) return;
    const claims: Claim[] = [];
    const changes: Change[] = [];
    for (const [alertId, pageIds] of pickDue(book.files(), [...this.#underWay.values()], nowMs)) {
      const file = book.findFile(alertId);
      if (file === undefined) continue;
      const draft = beginDraft(file, context());
      // A silence may have begun since time was last looked at.
      reviewSilence(draft);
      const claimed = pageIds.filter((id) => draft.getPage(id).state === 'queued');
      for (const id of claimed) claimPage(draft, id);
      const change = draft.finish();
      if (change === undefined) continue;
      changes.push(change);
      for (const id of claimed) claims.push({ file: change.file, page: draft.getPage(id) });
    }
    await book.commitAnyway(changes);
    for (const claim of claims) this.#begin(claim);
  }

  #begin(claim: Claim): void {
    const delivery = this.#deliver(claim)
      // The page stays `sending` and is sent again after the next start.
      .catch((error: unknown) => this.#report(error))
      .finally(() => {
        this.#underWay.delete(delivery);
        this.sendNow();
      });
    this.#underWay.set(delivery, claim.page.channel);
  }

  /** Comes after the outcomes that wait to be noted, and so fills the places of all of them. */
  async #refill(): Promise<void> {
    const { serial, clock } = this.#options;
    try {
      await serial.run(async () => {
        this.#refilling = undefined;
        await this.#sendDue(clock.now());
      });
    } catch (error) {
      // The next tick sends what is due.
      this.#report(error);
    }
  }

  #report(error: unknown): void {
    this.#options.log.error('delivery broke', { error: errorMessage(error) });
  }

  async #deliver({ file, page }: Claim): Promise<void> {
    const { catalog, notifier, serial } = this.#options;
    const message = createMessage(file.alert, page, findService(catalog, file.alert));
    const outcome = await notifier.deliver(page.channel, message, this.#abort.signal);
    await serial.run(async () => this.#settleDelivery(page, outcome));
  }

  async #settleDelivery({ id, alertId, dueAtMs }: Page, outcome: Outcome): Promise<void> {
    const { book, context, metrics, takeBrowserHops } = this.#options;
    const hops = takeBrowserHops(id);
    const file = book.findFile(alertId);
    if (file === undefined) return;
    const draft = beginDraft(file, context());
    if (hops !== undefined) noteHops(draft, id, hops);
    settlePage(draft, id, outcome);
    const change = draft.finish();
    if (change !== undefined) await book.commitAnyway([change]);
    if (outcome.state === 'delivered') metrics.observeDelivery(draft.nowMs - dueAtMs);
  }
}

/** The pages to send now, the longest due first, as far as there are places; by alert. */
function pickDue(
  files: Iterable<AlertFile>,
  busyChannels: readonly string[],
  nowMs: number,
): ReadonlyMap<string, readonly string[]> {
  const due: Page[] = [];
  for (const { pages } of files) due.push(...pages.filter((page) => isPageDue(page, nowMs)));
  due.sort((a, b) => a.dueAtMs - b.dueAtMs);
  const busy = new Map<string, number>();
  const take = (channel: string) => busy.set(channel, (busy.get(channel) ?? 0) + 1);
  for (const channel of busyChannels) take(channel);
  let placeCount = IN_FLIGHT_MAX - busyChannels.length;
  const picked = new Map<string, string[]>();
  for (const page of due) {
    if (placeCount <= 0) break;
    if ((busy.get(page.channel) ?? 0) >= IN_FLIGHT_PER_CHANNEL_MAX) continue;
    take(page.channel);
    placeCount--;
    picked.set(page.alertId, [...(picked.get(page.alertId) ?? []), page.id]);
  }
  return picked;
}

/** Tells of steps of the wall clock: they explain pages that come early or late. */
function createClockCheck(clock: Clock, log: Log): (nowMs: number) => void {
  let lastWallMs: number | undefined;
  let lastMonotonicMs = 0;
  return (nowMs) => {
    const monotonicMs = clock.monotonicMs();
    if (lastWallMs !== undefined) {
      const stepMs = nowMs - lastWallMs - (monotonicMs - lastMonotonicMs);
      if (Math.abs(stepMs) > CLOCK_JUMP_MS) log.warn('the clock jumped', { byMs: stepMs });
    }
    lastWallMs = nowMs;
    lastMonotonicMs = monotonicMs;
  };
}

/** Removes old alerts, a bounded number at a time. */
function createPurge({ store, clock, log }: WorkerOptions): () => Promise<void> {
  let dueMs = clock.monotonicMs() + PURGE_EVERY_MS;
  return async () => {
    if (clock.monotonicMs() < dueMs) return;
    dueMs = clock.monotonicMs() + PURGE_EVERY_MS;
    const nowMs = clock.now();
    try {
      const before = {
        neverFiredMs: nowMs - NEVER_FIRED_KEPT_MS,
        resolvedMs: nowMs - RESOLVED_KEPT_MS,
      };
      const count = await store.purge(before);
      // A full batch means that there is more: the next tick goes on.
      if (count > 0) dueMs = clock.monotonicMs();
    } catch (error) {
      // Nothing is lost by purging an hour later.
      log.warn('cannot remove old alerts', { error: errorMessage(error) });
    }
  };
}
