/** A world for the engine: time that a test moves, receivers that a test breaks. */
import { createSeededRandom } from '../platform/index.ts';
import { createLabels, createMatcher, labelValue, type Matcher } from '../series/index.ts';
import { acceptAlert } from './alert.ts';
import { createDispatch, nextAtMs, step, type Stored } from './dispatch.ts';
import type { Alert, LogEntry, Notification, Silence } from './model.ts';
import type { Plan, PlannedInhibition, PlannedIntegration, PlannedRoute } from './plan.ts';
import type { Decision, DispatchState, SendOutcome } from './state.ts';

export const START_MS = Date.UTC(2026, 0, 5, 9);
const RETENTION_MS = 120 * 3_600_000;

export function equalTo(name: string, value: string): Matcher {
  return createMatcher(name, '=', value);
}

/** A plan of one route, but for what a test is about. */
export function createPlan(
  what: {
    readonly route?: Partial<PlannedRoute>;
    readonly routesOf?: Plan['routesOf'];
    readonly inhibitions?: readonly PlannedInhibition[];
    readonly integrations?: readonly PlannedIntegration[];
    readonly isWithin?: Plan['isWithin'];
    /** Default an hour: most stories end before. */
    readonly resolveTimeoutMs?: number;
  } = {},
): Plan {
  const route = createRoute(what.route);
  const integrations = what.integrations ?? [
    { integration: 'webhook', index: 0, sendsResolved: true },
  ];
  return {
    routesOf: what.routesOf ?? (() => [route]),
    inhibitions: what.inhibitions ?? [],
    isWithin: what.isWithin ?? (() => false),
    integrationsOf: () => integrations,
    receivers: [{ name: route.receiver, labels: { name: route.receiver } }],
    receiverLabels: (name) => (name === route.receiver ? { name } : undefined),
    resolveTimeoutMs: what.resolveTimeoutMs ?? 3_600_000,
  };
}

export function createRoute(fields: Partial<PlannedRoute> = {}): PlannedRoute {
  return {
    id: '{}',
    key: '{}',
    receiver: 'ops',
    groupBy: ['alertname'],
    groupWaitMs: 30_000,
    groupIntervalMs: 300_000,
    repeatIntervalMs: 14_400_000,
    muteTimeIntervals: [],
    activeTimeIntervals: [],
    ...fields,
  };
}

export interface World {
  readonly state: DispatchState;
  /** All that was delivered, in a line each: when, to whom, why, what fires, what is over. */
  readonly lines: readonly string[];
  readonly delivered: readonly Notification[];
  readonly attemptCount: () => number;
  nowMs(): number;
  /** Alerts by their `id` label, in the group `alertname`. */
  fire(name: string, ...ids: readonly string[]): void;
  resolve(name: string, ...ids: readonly string[]): void;
  silence(matchers: readonly Matcher[], forMs: number): void;
  /** Moves time on, with all that falls due on the way. */
  advance(byMs: number): void;
  changePlan(plan: Plan): void;
  /** What receivers answer from now on. */
  answer(how: (notification: Notification) => SendOutcome): void;
  /** Ends the process and starts it on what is on disk. */
  restart(downMs?: number): void;
}

/** Builds a world around a plan. */
export function createWorld(plan: Plan): World {
  return new TestWorld(plan);
}

class TestWorld implements World {
  state: DispatchState;
  readonly lines: string[] = [];
  readonly delivered: Notification[] = [];
  readonly #disk = {
    alerts: new Map<string, Alert>(),
    silences: new Map<string, Silence>(),
    log: new Map<string, LogEntry>(),
  };
  readonly #random = createSeededRandom(7);
  #nowMs = START_MS;
  #attempts = 0;
  #answer: (notification: Notification) => SendOutcome = () => ({ state: 'delivered' });

  constructor(plan: Plan) {
    this.state = createDispatch({ plan, random: this.#random, stored: this.#stored() }, START_MS);
  }

  attemptCount = (): number => this.#attempts;
  nowMs(): number {
    return this.#nowMs;
  }
  answer(how: (notification: Notification) => SendOutcome): void {
    this.#answer = how;
  }
  fire(name: string, ...ids: readonly string[]): void {
    this.#post(name, ids, undefined);
  }
  resolve(name: string, ...ids: readonly string[]): void {
    this.#post(name, ids, this.#nowMs);
  }
  silence(matchers: readonly Matcher[], forMs: number): void {
    const silence: Silence = {
      id: `silence-${this.state.silences.size}`,
      matchers,
      startsAtMs: this.#nowMs,
      endsAtMs: this.#nowMs + forMs,
      updatedAtMs: this.#nowMs,
      createdBy: 'ana',
      comment: 'known',
      annotations: {},
    };
    this.#disk.silences.set(silence.id, silence);
    step(this.state, { kind: 'silences', silences: [silence] }, this.#nowMs);
  }
  changePlan(plan: Plan): void {
    this.#carryOut(step(this.state, { kind: 'plan', plan }, this.#nowMs));
  }
  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (;;) {
      const nextMs = nextAtMs(this.state);
      if (nextMs === undefined || nextMs > untilMs) break;
      this.#nowMs = Math.max(this.#nowMs, nextMs);
      const tick = { kind: 'tick', retentionMs: RETENTION_MS, waitMs: 0 } as const;
      this.#carryOut(step(this.state, tick, this.#nowMs));
    }
    this.#nowMs = untilMs;
  }
  restart(downMs = 0): void {
    this.#nowMs += downMs;
    const { plan } = this.state;
    const stored = this.#stored();
    this.state = createDispatch({ plan, random: this.#random, stored }, this.#nowMs);
  }

  #stored(): Stored {
    const { alerts, silences, log } = this.#disk;
    return {
      alerts: [...alerts.values()],
      silences: [...silences.values()],
      log: [...log.values()],
    };
  }

  #post(name: string, ids: readonly string[], endsAtMs: number | undefined): void {
    const at = { nowMs: this.#nowMs, resolveTimeoutMs: this.state.plan.resolveTimeoutMs };
    const alerts = ids.map((id) => {
      const labels = createLabels({ alertname: name, id });
      const annotations = createLabels({});
      const given = { labels, annotations, startsAtMs: undefined, generatorUrl: '' };
      return acceptAlert({ ...given, endsAtMs }, at);
    });
    this.#carryOut(step(this.state, { kind: 'alerts', alerts }, this.#nowMs));
    for (const { fingerprint } of alerts) {
      const alert = this.state.alerts.get(fingerprint);
      if (alert !== undefined) this.#disk.alerts.set(fingerprint, alert);
    }
  }

  #carryOut(decisions: readonly Decision[]): void {
    for (const decision of decisions) this.#carryOutOne(decision);
  }

  #carryOutOne(decision: Decision): void {
    switch (decision.kind) {
      case 'send':
        return this.#send(decision.sendId, decision.notification);
      case 'record':
        this.#disk.log.set(
          JSON.stringify([decision.entry.groupKey, decision.entry]),
          decision.entry,
        );
        return this.#carryOut(step(this.state, { ...decision, kind: 'recorded' }, this.#nowMs));
      case 'settled':
        for (const fingerprint of decision.fingerprints) this.#disk.alerts.delete(fingerprint);
        return undefined;
      case 'suppressed':
      case 'given up':
        return undefined;
    }
  }

  #send(sendId: number, notification: Notification): void {
    this.#attempts++;
    const outcome = this.#answer(notification);
    if (outcome.state === 'delivered') {
      this.delivered.push(notification);
      this.lines.push(this.#describe(notification));
    }
    this.#carryOut(step(this.state, { kind: 'outcome', sendId, outcome }, this.#nowMs));
  }

  #describe({ receiver, reason, alerts }: Notification): string {
    const ids = (isResolved: boolean): string =>
      alerts
        .filter((one) => one.isResolved === isResolved)
        .map(({ alert }) => labelValue(alert.labels, 'id'))
        .join(',');
    const seconds = (this.#nowMs - START_MS) / 1000;
    return `${seconds} s ${receiver}: ${reason}; firing [${ids(false)}] over [${ids(true)}]`;
  }
}
