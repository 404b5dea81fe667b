/**
 * The engine in a running process: its clock, its disk, its receivers.
 *
 * What is accepted is on disk before the answer, and what was delivered is on disk before the engine
 * knows of it. Batches of the store are written in the order of the calls, so the order of events is
 * the order on disk. Where the disk refuses, an alert still counts in memory (its sender is answered
 * an error and repeats it), and so does a delivery: repeating a page to people at every turn because
 * the disk is full helps nobody; a restart in that state may repeat it once.
 */
import {
  type Clock,
  describeError,
  errorMessage,
  limitExceeded,
  type Log,
  type Random,
  type Timer,
} from '../platform/index.ts';
import { acceptAlert, type PostedAlert } from './alert.ts';
import { collect, createDispatch, type DispatchEvent, nextAtMs, step } from './dispatch.ts';
import { ALERTS_MAX, SENDS_AT_ONCE_MAX, SLEEP_MS_MAX } from './limits.ts';
import type { AlertmanagerMetrics } from './metrics.ts';
import {
  type Alert,
  isResolvedAt,
  type LogEntry,
  type Notification,
  type Silence,
} from './model.ts';
import type { Plan } from './plan.ts';
import { listReplica, pickNewer, type Replica } from './replica.ts';
import { expireSilence, planSilence, silenceNotFound, type SilenceWish } from './silence.ts';
import type { Decision, DispatchState, SendOutcome } from './state.ts';
import type { AlertmanagerStore } from './store.ts';
import { createUuid } from './uuid.ts';

/** Makes one attempt. Never throws. */
export type SendNotification = (
  notification: Notification,
  signal: AbortSignal,
) => Promise<SendOutcome>;

/** The other instances that share its state. */
export interface Peers {
  /** How long a turn waits for those that come before us. */
  waitMs(): number;
  /** Tells them; who is away learns of it on coming back. */
  publish(news: Partial<Replica>): void;
  /** Resolves once those that are there have it on disk, or after a bound. Never rejects. */
  confirmed(news: Partial<Replica>): Promise<void>;
}

/** No other instance. */
export const NO_PEERS: Peers = {
  waitMs: () => 0,
  publish() {},
  async confirmed() {},
};

export interface Alertmanager {
  /** For looking only. */
  readonly state: DispatchState;
  /** Takes alerts in; answers once they are on disk. */
  post(alerts: readonly PostedAlert[]): Promise<void>;
  /** Makes or changes a silence; answers its id once it is on disk. */
  setSilence(wish: SilenceWish): Promise<string>;
  /** Ends a silence; throws `SILENCE_NOT_FOUND`. */
  expireSilence(id: string): Promise<void>;
  /** Puts another configuration into force. */
  apply(plan: Plan): void;
  /** Forgets what is old. */
  collect(): Promise<void>;
  /** Everything that a peer may lack. */
  replica(): Replica;
  /** Takes in what a peer knows; answers once what is newer than ours is on disk. */
  absorb(replica: Replica): Promise<void>;
  /**
   * Begins to notify. `heardSinceMs`: a peer that has told what it knows has heard all senders since
   * then; undefined: there is none.
   */
  start(heardSinceMs?: number): void;
  /** Begins nothing more, and waits for what is on its way, up to a bound. */
  stop(): Promise<void>;
}

export interface AlertmanagerOptions {
  readonly plan: Plan;
  readonly store: AlertmanagerStore;
  readonly send: SendNotification;
  readonly peers: Peers;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: AlertmanagerMetrics;
  readonly retentionMs: number;
  /** How long stopping waits for deliveries under way. */
  readonly stopMs: number;
}

/** Loads what is on disk, and builds the service; nothing is notified before `start`. */
export async function openAlertmanager(options: AlertmanagerOptions): Promise<Alertmanager> {
  const { store, plan, random, clock } = options;
  const state = createDispatch({ plan, random, stored: await store.load() }, clock.now());
  return new AlertmanagerService(state, options);
}

interface QueuedSend {
  readonly sendId: number;
  readonly notification: Notification;
}

class AlertmanagerService implements Alertmanager {
  readonly state: DispatchState;
  readonly #options: AlertmanagerOptions;
  /** Attempts that wait for a free place. Bounded by the integrations of the groups. */
  readonly #queue: QueuedSend[] = [];
  #sendingCount = 0;
  /** Attempts and writes that stopping waits for. */
  readonly #underWay = new Set<Promise<void>>();
  readonly #abort = new AbortController();
  #timer: Timer | undefined;
  #isRunning = false;
  /** Peers may have told all that they know only now: it does not begin any more. */
  #isStopped = false;
  /** Silences are changed one after another: each change is planned on what is stored. */
  #silenceTurn: Promise<unknown> = Promise.resolve();

  constructor(state: DispatchState, options: AlertmanagerOptions) {
    this.state = state;
    this.#options = options;
    options.metrics.watch(state, () => options.clock.now());
  }

  async post(posted: readonly PostedAlert[]): Promise<void> {
    const { clock, metrics, store } = this.#options;
    const { resolveTimeoutMs } = this.state.plan;
    const nowMs = clock.now();
    const alerts = posted.map((one) => acceptAlert(one, { nowMs, resolveTimeoutMs }));
    this.#assertRoom(alerts);
    const resolved = alerts.filter((alert) => isResolvedAt(alert, nowMs)).length;
    metrics.countReceived({ firing: alerts.length - resolved, resolved });
    this.#apply({ kind: 'alerts', alerts });
    const joined = new Map<string, Alert>();
    for (const { fingerprint } of alerts) {
      const alert = this.state.alerts.get(fingerprint);
      // Of what is settled nothing is kept on disk.
      if (alert !== undefined && !this.state.settled.has(fingerprint)) {
        joined.set(fingerprint, alert);
      }
    }
    if (joined.size > 0) await store.saveAlerts([...joined.values()]);
  }

  async setSilence(wish: SilenceWish): Promise<string> {
    const silences = await this.#inTurn(async () => {
      const context = { nowMs: this.#options.clock.now(), newId: createUuid(this.#options.random) };
      const planned = planSilence(wish, this.state.silences, context);
      await this.#options.store.saveSilences(planned);
      this.#apply({ kind: 'silences', silences: planned });
      return planned;
    });
    await this.#tellSilences(silences);
    return silences.at(-1)?.id ?? '';
  }

  async expireSilence(id: string): Promise<void> {
    const silences = await this.#inTurn(async () => {
      const silence = this.state.silences.get(id);
      if (silence === undefined) throw silenceNotFound();
      const ended = expireSilence(silence, this.#options.clock.now());
      if (ended === undefined) return [];
      await this.#options.store.saveSilences([ended]);
      this.#apply({ kind: 'silences', silences: [ended] });
      return [ended];
    });
    await this.#tellSilences(silences);
  }

  apply(plan: Plan): void {
    this.#apply({ kind: 'plan', plan });
  }

  async collect(): Promise<void> {
    const { clock, retentionMs, store } = this.#options;
    await this.#inTurn(async () => {
      const garbage = collect(this.state, retentionMs, clock.now());
      if (garbage.silences.length > 0) await store.removeSilences(garbage.silences);
      if (garbage.log.length > 0) await store.removeEntries(garbage.log);
    });
  }

  replica(): Replica {
    return listReplica(this.state);
  }

  async absorb(replica: Replica): Promise<void> {
    const { clock, store, retentionMs } = this.#options;
    const at = { nowMs: clock.now(), retentionMs };
    const { alerts, silences, log } = pickNewer(this.state, replica, at);
    // What was told counts at once: a turn of ours may be about to tell it again.
    this.#apply({ kind: 'replica', replica: { alerts, silences: [], log } });
    const joined = alerts
      .filter(({ isSettled }) => !isSettled)
      .map(({ alert }) => this.state.alerts.get(alert.fingerprint))
      .filter((alert) => alert !== undefined);
    await Promise.all([
      joined.length > 0 && store.saveAlerts(joined),
      silences.length > 0 && store.saveSilences(silences),
      log.length > 0 && store.mergeEntries(log),
    ]);
    const stored = pickNewer(this.state, { alerts: [], silences, log: [] }, at);
    if (stored.silences.length > 0) this.#apply({ kind: 'replica', replica: stored });
  }

  start(heardSinceMs?: number): void {
    if (this.#isStopped) return;
    this.#isRunning = true;
    this.#apply({ kind: 'heard', sinceMs: heardSinceMs });
    this.#tick();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#isRunning = false;
    this.#timer?.cancel();
    this.#queue.length = 0;
    const limit = this.#options.clock.after(this.#options.stopMs, () => this.#abort.abort());
    await Promise.allSettled(this.#underWay);
    limit.cancel();
    await this.#silenceTurn.catch(() => {});
  }

  #assertRoom(alerts: readonly Alert[]): void {
    const { alerts: known } = this.state;
    if (known.size + alerts.length <= ALERTS_MAX) return;
    const added = alerts.filter(({ fingerprint }) => !known.has(fingerprint)).length;
    if (known.size + added <= ALERTS_MAX) return;
    const message = `${known.size} alerts are known, at most ${ALERTS_MAX} are kept; none of these ${alerts.length} was taken`;
    throw limitExceeded('ALERTS_TOO_MANY', message);
  }

  async #tellSilences(silences: readonly Silence[]): Promise<void> {
    if (silences.length === 0) return;
    const { peers } = this.#options;
    peers.publish({ silences });
    await peers.confirmed({ silences });
  }

  async #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#silenceTurn.then(run, run);
    this.#silenceTurn = turn;
    return turn;
  }

  #apply(event: DispatchEvent): void {
    this.#carryOut(step(this.state, event, this.#options.clock.now()));
    if (this.#isRunning) this.#sleep();
  }

  #tick(): void {
    if (!this.#isRunning) return;
    const { retentionMs, peers } = this.#options;
    this.#apply({ kind: 'tick', retentionMs, waitMs: peers.waitMs() });
  }

  #sleep(): void {
    this.#timer?.cancel();
    const dueMs = nextAtMs(this.state);
    if (dueMs === undefined) return;
    const delayMs = Math.min(SLEEP_MS_MAX, Math.max(0, dueMs - this.#options.clock.now()));
    this.#timer = this.#options.clock.after(delayMs, () => this.#tick());
  }

  #carryOut(decisions: readonly Decision[]): void {
    for (const decision of decisions) this.#carryOutOne(decision);
    this.#sendQueued();
  }

  #carryOutOne(decision: Decision): void {
    const { metrics, log, store } = this.#options;
    switch (decision.kind) {
      case 'send':
        this.#queue.push(decision);
        break;
      case 'record':
        this.#follow(this.#record(decision.sendId, decision.entry));
        break;
      case 'settled':
        this.#follow(
          store.removeAlerts(decision.fingerprints).catch((error: unknown) => {
            // They stay on disk as over, and the log knows that everybody was told.
            log.warn('alerts that are over stay on disk', { error: errorMessage(error) });
          }),
        );
        break;
      case 'suppressed':
        metrics.countSuppressed(decision.by, decision.count);
        break;
      case 'given up': {
        const { receiver, integration, index, groupKey } = decision.notification;
        const { reason, attemptCount } = decision;
        metrics.countGivenUp(decision.notification);
        const fields = { receiver, integration: `${integration}[${index}]`, group: groupKey };
        log.error('notification not delivered', { ...fields, attempts: attemptCount, reason });
        break;
      }
    }
  }

  #sendQueued(): void {
    while (this.#isRunning && this.#sendingCount < SENDS_AT_ONCE_MAX) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      this.#sendingCount++;
      this.#follow(this.#send(next));
    }
  }

  async #send({ sendId, notification }: QueuedSend): Promise<void> {
    const { clock, metrics, log, send } = this.#options;
    const startMs = clock.monotonicMs();
    const outcome = await send(notification, this.#abort.signal).catch(
      (error: unknown): SendOutcome => {
        // A bug in one integration must not keep the others from being tried, nor this one for ever.
        log.error('an attempt to notify failed unexpectedly', { error: describeError(error) });
        return { state: 'retry', reason: errorMessage(error), retryAfterMs: undefined };
      },
    );
    this.#sendingCount--;
    metrics.countAttempt(notification, outcome.state, clock.monotonicMs() - startMs);
    if (outcome.state !== 'delivered') {
      const { receiver, groupKey } = notification;
      log.warn('attempt to notify failed', { receiver, group: groupKey, reason: outcome.reason });
    }
    this.#apply({ kind: 'outcome', sendId, outcome });
  }

  async #record(sendId: number, entry: LogEntry): Promise<void> {
    // Before the disk: it has happened, and a peer is about to tell the same.
    this.#options.peers.publish({ log: [entry] });
    try {
      await this.#options.store.saveEntry(entry);
    } catch (error) {
      const message = 'what was notified is not on disk; a restart may repeat it';
      this.#options.log.error(message, { group: entry.groupKey, error: errorMessage(error) });
    }
    this.#apply({ kind: 'recorded', sendId, entry });
  }

  #follow(work: Promise<void>): void {
    const followed = work.finally(() => this.#underWay.delete(followed));
    this.#underWay.add(followed);
  }
}
