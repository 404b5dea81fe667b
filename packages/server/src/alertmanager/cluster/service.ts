/** The cluster in a running process: its clock, its connections, the engine that it feeds. */
import {
  type Clock,
  errorMessage,
  type Log,
  type Timer,
  unavailable,
} from '../../platform/index.ts';
import type { Replica } from '../replica.ts';
import type { Alertmanager, Peers } from '../service.ts';
import {
  answerMessage,
  type ClusterNow,
  createCluster,
  isConfirmed,
  leaveCluster,
  nextClusterAtMs,
  noteAnswer,
  positionOf,
  publish,
  takeMessage,
  tickCluster,
} from './cluster.ts';
import { CLOCK_SKEW_MS_MAX, CONFIRM_MS_MAX, LEAVE_MS_MAX, SAID_MAX } from './limits.ts';
import type { ClusterMetrics } from './metrics.ts';
import type { Message } from './model.ts';
import { listPresent } from './outbox.ts';
import { readMessage } from './read-message.ts';
import type { ClusterDecision, ClusterOptions, ClusterState } from './state.ts';

/** Posts a message to a peer; answers the body of its answer. Rejects where there is none. */
export type PostMessage = (what: {
  readonly address: string;
  readonly text: string;
  /** Whether it is to say no more than that we are there. */
  readonly isProbe: boolean;
  readonly signal: AbortSignal;
}) => Promise<string>;

export interface ClusterStatus {
  readonly name: string;
  readonly status: 'settling' | 'ready';
  /** Who is there, this instance included. */
  readonly peers: readonly { readonly name: string; readonly address: string }[];
}

export interface Cluster extends Peers {
  /** Begins to look for peers; the engine begins to notify once they have told what they know. */
  start(engine: Pick<Alertmanager, 'absorb' | 'replica' | 'start'>): void;
  /** Takes a message that came from a host; answers the body of the answer. */
  take(text: string, host: string): Promise<string>;
  status(): ClusterStatus;
  /** Says good-bye to those who are there, for a bound at most. */
  stop(): Promise<void>;
}

export interface ClusterServiceOptions {
  readonly options: ClusterOptions;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: ClusterMetrics;
  readonly post: PostMessage;
}

/** Builds the service; nothing is sent before `start`. */
export function openCluster(options: ClusterServiceOptions): Cluster {
  return new ClusterService(options);
}

type Engine = Parameters<Cluster['start']>[0];

interface Waiter {
  readonly news: Partial<Replica>;
  readonly resolve: () => void;
}

class ClusterService implements Cluster {
  readonly #state: ClusterState;
  readonly #context: ClusterServiceOptions;
  readonly #abort = new AbortController();
  readonly #waiters = new Set<Waiter>();
  readonly #underWay = new Set<Promise<void>>();
  /** Why posts to an address fail, or clocks differ; said once until it changes. */
  readonly #saidOf = new Map<string, string>();
  #engine: Engine | undefined;
  #timer: Timer | undefined;

  constructor(context: ClusterServiceOptions) {
    this.#context = context;
    this.#state = createCluster(context.options, context.clock.now());
    context.metrics.watch(this.#state);
  }

  start(engine: Engine): void {
    this.#engine = engine;
    this.#tick();
  }

  waitMs(): number {
    return positionOf(this.#state) * this.#context.options.peerTimeoutMs;
  }

  publish(news: Partial<Replica>): void {
    this.#carryOut(publish(this.#state, news, this.#now()));
  }

  async confirmed(news: Partial<Replica>): Promise<void> {
    if (isConfirmed(this.#state, news)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiter = { news, resolve };
    this.#waiters.add(waiter);
    const limit = this.#context.clock.after(CONFIRM_MS_MAX, resolve);
    await promise;
    limit.cancel();
    this.#waiters.delete(waiter);
  }

  async take(text: string, host: string): Promise<string> {
    const { metrics, clock } = this.#context;
    if (this.#engine === undefined) throw unavailable('CLUSTER_STARTING', 'it is starting');
    metrics.countReceived(text);
    const message = this.#read(text, host);
    this.#compareClocks(message);
    const taken = takeMessage(this.#state, { message, host }, this.#now());
    this.#carryOut(taken.decisions);
    await this.#engine.absorb(taken.replica);
    const answer = answerMessage(this.#state, taken, clock.now());
    this.#carryOut(answer.decisions);
    return answer.text;
  }

  status(): ClusterStatus {
    const { name, host, port } = this.#state.options;
    const peers = listPresent(this.#state).map((peer) => ({
      name: peer.identity?.name ?? '',
      address: peer.address,
    }));
    return {
      name,
      status: this.#state.status === 'settling' ? 'settling' : 'ready',
      peers: [{ name, address: `${host === '' ? '0.0.0.0' : host}:${port}` }, ...peers],
    };
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    if (this.#engine === undefined) return;
    this.#carryOut(leaveCluster(this.#state, this.#now()));
    const limit = this.#context.clock.after(LEAVE_MS_MAX, () => this.#abort.abort());
    await Promise.allSettled(this.#underWay);
    limit.cancel();
    this.#abort.abort();
    this.#timer?.cancel();
  }

  #now(): ClusterNow {
    const { clock } = this.#context;
    const readReplica = (): Replica =>
      this.#engine?.replica() ?? { alerts: [], silences: [], log: [] };
    return { nowMs: clock.now(), readReplica };
  }

  #tick(): void {
    if (this.#abort.signal.aborted) return;
    this.#carryOut(tickCluster(this.#state, this.#now()));
    this.#timer?.cancel();
    const { clock, options } = this.#context;
    const dueMs = nextClusterAtMs(this.#state) ?? Number.POSITIVE_INFINITY;
    const delayMs = Math.min(options.probeIntervalMs, Math.max(0, dueMs - clock.now()));
    this.#timer = clock.after(delayMs, () => this.#tick());
  }

  #carryOut(decisions: readonly ClusterDecision[]): void {
    const { log, metrics } = this.#context;
    for (const decision of decisions) {
      switch (decision.kind) {
        case 'post':
          this.#follow(this.#post(decision));
          break;
        case 'joined':
          metrics.countJoined();
          log.info('a peer is there', { peer: decision.name, address: decision.address });
          break;
        case 'left':
          metrics.countLeft();
          log.warn('a peer is not there any more', {
            peer: decision.name,
            address: decision.address,
          });
          break;
        case 'settled':
          this.#settle(decision);
          break;
      }
    }
    for (const { news, resolve } of this.#waiters) if (isConfirmed(this.#state, news)) resolve();
  }

  #settle({ heardSinceMs, missing }: Extract<ClusterDecision, { kind: 'settled' }>): void {
    const { log } = this.#context;
    const fields = { position: positionOf(this.#state) };
    if (missing.length === 0) log.info('peers have told what they know; notifying begins', fields);
    else {
      const message = 'notifying begins without what these peers know';
      log.warn(message, { ...fields, peers: missing.join(' ') });
    }
    this.#engine?.start(heardSinceMs);
  }

  async #post(decision: Extract<ClusterDecision, { kind: 'post' }>): Promise<void> {
    const { post, metrics } = this.#context;
    const { postId, address, text, hasItems } = decision;
    metrics.countSent(text);
    let message: Message | undefined;
    try {
      const { signal } = this.#abort;
      message = this.#read(await post({ address, text, isProbe: !hasItems, signal }), address);
      this.#saidOf.delete(address);
    } catch (error) {
      this.#sayOnce(address, 'a peer does not answer', errorMessage(error));
    }
    this.#carryOut(noteAnswer(this.#state, { postId, message }, this.#now()));
  }

  #read(text: string, from: string): Message {
    const { message, faults } = readMessage(text);
    if (faults.length > 0) {
      this.#context.log.error('parts of a message of a peer are left out', {
        from,
        count: faults.length,
        first: faults[0],
      });
    }
    return message;
  }

  #compareClocks({ from, sentAtMs }: Message): void {
    const skewMs = sentAtMs - this.#context.clock.now();
    const key = `clock of ${from.name}`;
    if (Math.abs(skewMs) <= CLOCK_SKEW_MS_MAX) this.#saidOf.delete(key);
    else {
      const side = skewMs > 0 ? 'ahead of' : 'behind';
      this.#sayOnce(key, 'clocks of peers differ; of two changes the younger wins by them', side);
    }
  }

  #sayOnce(key: string, message: string, reason: string): void {
    if (this.#abort.signal.aborted || this.#saidOf.get(key) === reason) return;
    if (this.#saidOf.size >= SAID_MAX) this.#saidOf.clear();
    this.#saidOf.set(key, reason);
    this.#context.log.warn(message, { peer: key, reason });
  }

  #follow(work: Promise<void>): void {
    const followed = work.finally(() => this.#underWay.delete(followed));
    this.#underWay.add(followed);
  }
}
