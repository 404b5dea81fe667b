/** Instances on a network that a test breaks, with time that it moves; both cores, no process. */
import { assert, createManualClock, type Random, type Timer } from '../../platform/index.ts';
import { createLabels } from '../../series/index.ts';
import { acceptAlert } from '../alert.ts';
import { logKeyText } from '../dedup.ts';
import { createDispatch, nextAtMs, step } from '../dispatch.ts';
import type { Alert, LogEntry, Notification, Silence } from '../model.ts';
import type { Plan } from '../plan.ts';
import { listReplica, pickNewer, type Replica } from '../replica.ts';
import type { Decision, DispatchState, SendOutcome } from '../state.ts';
import { START_MS } from '../testing.ts';
import {
  answerMessage,
  type ClusterNow,
  createCluster,
  leaveCluster,
  nextClusterAtMs,
  noteAnswer,
  positionOf,
  publish,
  takeMessage,
  tickCluster,
} from './cluster.ts';
import { readMessage } from './read-message.ts';
import type { ClusterDecision, ClusterState } from './state.ts';

const RETENTION_MS = 120 * 3_600_000;
const PEER_TIMEOUT_MS = 15_000;
/** Longer than usual: most of the work of a simulated day would be probes. */
const PROBE_MS = 10_000;
const DISK_MS = 4;
/** As Prometheus: what is over is repeated for so long. */
const REPEATED_MS = 15 * 60_000;
const EVALUATION_MS = 30_000;

export interface Delivery {
  readonly atMs: number;
  readonly by: number;
  readonly notification: Notification;
}

/** What may go wrong, and how long things take. */
export interface Weather {
  readonly random: Random;
  /** From one instance to another, at most. */
  readonly networkMsMax: number;
  /** Until a receiver has what it is sent, at most. */
  readonly receiverMsMax: number;
  /** What a receiver answers. */
  answer(): SendOutcome;
  /** Whether a message gets through. */
  passes(from: number, to: number): boolean;
}

interface Truth {
  readonly name: string;
  readonly id: string;
  startsAtMs: number;
  endsAtMs: number | undefined;
}

/** Some instances, the Prometheus that tells them, and the receiver. */
export class ClusterWorld {
  readonly clock = createManualClock(START_MS);
  readonly instances: readonly Instance[];
  readonly delivered: Delivery[] = [];
  readonly weather: Weather;
  readonly #truth = new Map<string, Truth>();

  constructor(plan: Plan, count: number, weather: Weather) {
    this.weather = weather;
    this.instances = Array.from(
      { length: count },
      (_, at) => new Instance(this, at, { plan, count }),
    );
    this.#evaluate();
  }

  advance(byMs: number): void {
    this.clock.advance(Math.floor(byMs));
  }

  /** A time of up to so long, by chance. */
  upTo(ms: number): number {
    return Math.floor(this.weather.random.float() * ms);
  }

  fire(name: string, id: string): void {
    const key = `${name} ${id}`;
    const known = this.#truth.get(key);
    if (known !== undefined && known.endsAtMs === undefined) return;
    this.#truth.set(key, { name, id, startsAtMs: this.clock.now(), endsAtMs: undefined });
  }

  resolve(name: string, id: string): void {
    const known = this.#truth.get(`${name} ${id}`);
    if (known !== undefined) known.endsAtMs ??= this.clock.now();
  }

  /** Tells all instances that are up, each after its own way, again and again. */
  #evaluate(): void {
    const nowMs = this.clock.now();
    for (const [key, { endsAtMs }] of this.#truth) {
      if (endsAtMs !== undefined && endsAtMs + REPEATED_MS < nowMs) this.#truth.delete(key);
    }
    const told = [...this.#truth.values()].map((one) => ({ ...one }));
    for (const instance of this.instances) {
      this.clock.after(this.upTo(this.weather.networkMsMax), () => instance.post(told));
    }
    this.clock.after(EVALUATION_MS, () => this.#evaluate());
  }
}

/** One instance: its disk stays, the rest is of a start. */
export class Instance {
  readonly index: number;
  /** Kills between a delivery and the moment at which a peer could know of it. */
  exposedCount = 0;
  readonly #world: ClusterWorld;
  readonly #setup: { readonly plan: Plan; readonly count: number };
  readonly #disk = {
    alerts: new Map<string, Alert>(),
    silences: new Map<string, Silence>(),
    log: new Map<string, LogEntry>(),
  };
  #start = 0;
  #dispatch: DispatchState | undefined;
  #cluster: ClusterState | undefined;
  #isNotifying = false;
  #timer: Timer | undefined;
  /** Sent, delivered or about to be, and no peer told of it. */
  readonly #exposed = new Set<number>();

  constructor(
    world: ClusterWorld,
    index: number,
    setup: { readonly plan: Plan; readonly count: number },
  ) {
    this.#world = world;
    this.index = index;
    this.#setup = setup;
  }

  /** Whether something is on its way to a receiver. */
  get isSending(): boolean {
    return (this.#dispatch?.sendings.size ?? 0) > 0;
  }

  get state(): DispatchState {
    assert(this.#dispatch !== undefined, 'it is down');
    return this.#dispatch;
  }

  start(): void {
    const nowMs = this.#world.clock.now();
    this.#start++;
    const { alerts, silences, log } = this.#disk;
    this.#dispatch = createDispatch(
      {
        plan: this.#setup.plan,
        random: this.#world.weather.random,
        stored: {
          alerts: [...alerts.values()],
          silences: [...silences.values()],
          log: [...log.values()],
        },
      },
      nowMs,
    );
    const name = `am-${String(nowMs).padStart(15, '0')}-${this.index}`;
    this.#cluster = createCluster(
      {
        name,
        run: `${name}-${this.#start}`,
        label: '',
        host: `h${this.index}`,
        port: 9094,
        peers: Array.from({ length: this.#setup.count }, (_, at) => `h${at}:9094`),
        peerTimeoutMs: PEER_TIMEOUT_MS,
        probeIntervalMs: PROBE_MS,
        pushPullIntervalMs: 60_000,
        settleTimeoutMs: 60_000,
        reconnectIntervalMs: 10_000,
        reconnectTimeoutMs: 6 * 3_600_000,
      },
      nowMs,
    );
    this.#tickCluster();
  }

  /** Ends it with nothing said. */
  kill(): void {
    this.exposedCount += this.#exposed.size;
    this.#exposed.clear();
    this.#dispatch = undefined;
    this.#cluster = undefined;
    this.#isNotifying = false;
    this.#timer?.cancel();
    this.#start++;
  }

  /** Ends it as a stop does, where nothing is on its way. */
  stop(): void {
    if (this.#cluster !== undefined) this.#join(leaveCluster(this.#cluster, this.#now()));
    this.kill();
  }

  post(told: readonly Truth[]): void {
    if (this.#dispatch === undefined) return;
    const { plan } = this.#setup;
    const at = { nowMs: this.#world.clock.now(), resolveTimeoutMs: plan.resolveTimeoutMs };
    const alerts = told.map(({ name, id, startsAtMs, endsAtMs }) =>
      acceptAlert(
        {
          labels: createLabels({ alertname: name, id }),
          annotations: createLabels({}),
          startsAtMs,
          endsAtMs: endsAtMs ?? at.nowMs + 4 * 60_000,
          generatorUrl: '',
        },
        at,
      ),
    );
    this.#apply(step(this.#dispatch, { kind: 'alerts', alerts }, at.nowMs));
    for (const { fingerprint } of alerts) {
      const alert = this.state.alerts.get(fingerprint);
      if (alert !== undefined && !this.state.settled.has(fingerprint)) {
        this.#disk.alerts.set(fingerprint, alert);
      }
    }
  }

  /** Stores a silence, and tells peers. */
  silence(silence: Silence): void {
    this.#disk.silences.set(silence.id, silence);
    this.#apply(step(this.state, { kind: 'silences', silences: [silence] }, silence.updatedAtMs));
    this.#publish({ silences: [silence] });
  }

  #after(delayMs: number, run: () => void): void {
    const start = this.#start;
    this.#world.clock.after(delayMs, () => {
      if (this.#start === start) run();
    });
  }

  #now(): ClusterNow {
    const readReplica = (): Replica => listReplica(this.state);
    return { nowMs: this.#world.clock.now(), readReplica };
  }

  #tickCluster(): void {
    if (this.#cluster === undefined) return;
    this.#join(tickCluster(this.#cluster, this.#now()));
    const dueMs = nextClusterAtMs(this.#cluster) ?? 0;
    const delayMs = Math.min(PROBE_MS, Math.max(1, dueMs - this.#world.clock.now()));
    this.#after(delayMs, () => this.#tickCluster());
  }

  #join(decisions: readonly ClusterDecision[]): void {
    for (const decision of decisions) {
      if (decision.kind === 'post') this.#send(decision);
      if (decision.kind === 'settled') {
        this.#isNotifying = true;
        const { heardSinceMs: sinceMs } = decision;
        const nowMs = this.#world.clock.now();
        this.#apply(step(this.state, { kind: 'heard', sinceMs }, nowMs));
      }
    }
  }

  #send({ postId, address, text }: Extract<ClusterDecision, { kind: 'post' }>): void {
    const { clock, weather, instances } = this.#world;
    const target = instances.find(({ index }) => `h${index}:9094` === address);
    const way = (): number => this.#world.upTo(weather.networkMsMax);
    const answer = (said: string | undefined): void => {
      if (this.#cluster === undefined) return;
      const message = said === undefined ? undefined : readMessage(said).message;
      this.#join(noteAnswer(this.#cluster, { postId, message }, this.#now()));
    };
    // What is on its way goes on when its sender is killed.
    clock.after(way(), () => {
      const arrives = target !== undefined && weather.passes(this.index, target.index);
      const said = arrives ? target.#take(text, `h${this.index}`) : undefined;
      const comesBack = said !== undefined && weather.passes(target?.index ?? 0, this.index);
      const start = this.#start;
      const delayMs = arrives ? DISK_MS + way() : 500;
      clock.after(delayMs, () => {
        if (this.#start === start) answer(comesBack ? said : undefined);
      });
    });
  }

  #take(text: string, host: string): string | undefined {
    if (this.#cluster === undefined || this.#dispatch === undefined) return undefined;
    const { message, faults } = readMessage(text);
    assert(faults.length === 0, `a message is not read: ${faults[0]}`);
    const taken = takeMessage(this.#cluster, { message, host }, this.#now());
    this.#join(taken.decisions);
    const nowMs = this.#world.clock.now();
    const replica = pickNewer(this.#dispatch, taken.replica, { nowMs, retentionMs: RETENTION_MS });
    this.#apply(step(this.#dispatch, { kind: 'replica', replica }, nowMs));
    for (const silence of replica.silences) this.#disk.silences.set(silence.id, silence);
    for (const entry of replica.log) this.#disk.log.set(logKeyText(entry), entry);
    for (const { alert, isSettled } of replica.alerts) {
      const joined = this.state.alerts.get(alert.fingerprint);
      if (joined !== undefined && !isSettled) this.#disk.alerts.set(alert.fingerprint, joined);
    }
    const answer = answerMessage(this.#cluster, taken, nowMs);
    this.#join(answer.decisions);
    return answer.text;
  }

  #publish(news: Partial<Replica>): void {
    if (this.#cluster !== undefined) this.#join(publish(this.#cluster, news, this.#now()));
  }

  #apply(decisions: readonly Decision[]): void {
    for (const decision of decisions) this.#carryOut(decision);
    this.#sleep();
  }

  #sleep(): void {
    if (this.#dispatch === undefined || !this.#isNotifying) return;
    const dueMs = nextAtMs(this.#dispatch);
    this.#timer?.cancel();
    if (dueMs === undefined) return;
    const { clock } = this.#world;
    this.#timer = clock.after(Math.max(0, dueMs - clock.now()), () => this.#tick());
  }

  #tick(): void {
    const nowMs = this.#world.clock.now();
    if (this.#dispatch === undefined || this.#cluster === undefined) return;
    const waitMs = positionOf(this.#cluster) * PEER_TIMEOUT_MS;
    const tick = { kind: 'tick', retentionMs: RETENTION_MS, waitMs } as const;
    this.#apply(step(this.#dispatch, tick, nowMs));
  }

  #carryOut(decision: Decision): void {
    switch (decision.kind) {
      case 'send':
        return this.#notify(decision.sendId, decision.notification);
      case 'record': {
        const { sendId, entry } = decision;
        this.#exposed.delete(sendId);
        this.#publish({ log: [entry] });
        this.#after(DISK_MS, () => {
          this.#disk.log.set(logKeyText(entry), entry);
          const nowMs = this.#world.clock.now();
          this.#apply(step(this.state, { kind: 'recorded', sendId, entry }, nowMs));
        });
        return undefined;
      }
      case 'settled':
        for (const fingerprint of decision.fingerprints) this.#disk.alerts.delete(fingerprint);
        return undefined;
      case 'suppressed':
      case 'given up':
        return undefined;
    }
  }

  #notify(sendId: number, notification: Notification): void {
    const { clock, weather, delivered } = this.#world;
    const outcome = weather.answer();
    const start = this.#start;
    if (outcome.state === 'delivered') this.#exposed.add(sendId);
    clock.after(this.#world.upTo(weather.receiverMsMax), () => {
      if (outcome.state === 'delivered') {
        delivered.push({ atMs: clock.now(), by: this.index, notification });
      }
      clock.after(this.#world.upTo(weather.receiverMsMax), () => {
        if (this.#start !== start || this.#dispatch === undefined) return;
        this.#apply(step(this.#dispatch, { kind: 'outcome', sendId, outcome }, clock.now()));
      });
    });
  }
}
