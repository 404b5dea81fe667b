/**
 * A stage for tests of the manager: a clock that is moved by hand, expressions whose results the
 * test sets, a store of alerts that can fail or hang, and a list of what was written.
 */
import { createManualClock, createSilentLog, type ManualClock } from '../platform/index.ts';
import {
  createLabels,
  formatHistogram,
  formatSeries,
  labelsKey,
  parseHistogramSeries,
} from '../series/index.ts';
import type { AlertInstance, AlertTransition } from './alert-state.ts';
import type { RuleSample, VectorSample } from './engine.ts';
import { createRuleManager, type RuleManager, type RuleManagerOptions } from './manager.ts';
import type { AlertRule, RecordingRule, RuleGroup } from './rule.ts';

const PLACE = { file: 'r.yml', line: 1, column: 1 };

/** An alerting rule whose expression is its name. */
export function alertRule(name: string, fields: Partial<AlertRule> = {}): AlertRule {
  return {
    kind: 'alert',
    name,
    expression: name,
    labels: [],
    annotations: [],
    forMs: 0,
    keepFiringForMs: 0,
    place: PLACE,
    ...fields,
  };
}

/** A recording rule. */
export function recordingRule(name: string, expression: string): RecordingRule {
  return { kind: 'record', name, expression, labels: [], place: PLACE };
}

/** A group with an interval of ten seconds. */
export function ruleGroup(
  name: string,
  rules: RuleGroup['rules'],
  fields: Partial<RuleGroup> = {},
): RuleGroup {
  return {
    file: 'r.yml',
    name,
    intervalMs: 10_000,
    queryOffsetMs: undefined,
    limit: 0,
    labels: [],
    rules,
    ...fields,
  };
}

/** One element of a result. */
export function sample(value: number, labels: Record<string, string> = {}): VectorSample {
  return { value, labels: createLabels(labels) };
}

/** One element of a result that is a native histogram, in Prometheus' test notation. */
export function nativeSample(notation: string, labels: Record<string, string> = {}): VectorSample {
  const [{ histogram }] = parseHistogramSeries(notation);
  return { value: Number.NaN, histogram, labels: createLabels(labels) };
}

/** Alerts on record, as a slice keeps them: a change offered twice changes nothing the second time. */
export class AlertStore {
  readonly alerts = new Map<string, AlertInstance>();
  readonly transitions: AlertTransition[] = [];
  /** What the next calls do instead of storing. */
  failure: 'none' | 'fails' | 'hangs' = 'none';
  /** Called when a change is about to be stored. */
  onPersist: (transitions: readonly AlertTransition[]) => void = () => {};

  readonly persist = async (transitions: readonly AlertTransition[]): Promise<void> => {
    this.onPersist(transitions);
    await Promise.resolve();
    if (this.failure === 'fails') throw new Error('disk is full');
    if (this.failure === 'hangs') await new Promise(() => {});
    for (const transition of transitions) this.#store(transition);
  };

  readonly restore = async (): Promise<readonly AlertInstance[]> => {
    await Promise.resolve();
    if (this.failure === 'fails') throw new Error('disk is away');
    return [...this.alerts.values()];
  };

  #store(transition: AlertTransition): void {
    const { alert } = transition;
    const key = `${alert.ruleKey} ${labelsKey(alert.labels)}`;
    this.transitions.push(transition);
    if (alert.state === 'inactive') this.alerts.delete(key);
    else this.alerts.set(key, alert);
  }

  /** What was stored since the last call: `firing 60s: reason`. */
  takeChanges(): readonly string[] {
    return this.transitions
      .splice(0)
      .map(({ kind, alert, reason }) => `${kind} ${formatSeries(alert.labels)}: ${reason}`);
  }
}

/** What an expression gives; a function is called with the instant. */
export type Result = readonly VectorSample[] | ((atMs: number) => readonly VectorSample[]);

export interface Stage {
  readonly clock: ManualClock;
  readonly store: AlertStore;
  /** Results by expression. */
  readonly results: Map<string, Result>;
  readonly manager: RuleManager;
  /** What was written since the last call: `name{labels} value @ms`, `stale` for a marker. */
  takeWritten(): readonly string[];
  /** A second manager on the same store and clock, as after a kill -9. */
  restart(): Stage;
  /** Moves the clock and evaluates what is due. */
  step(byMs?: number): Promise<void>;
}

/** Builds a stage at a full minute. */
export function createStage(
  options: Partial<RuleManagerOptions> = {},
  kept?: Pick<Stage, 'clock' | 'store' | 'results'>,
): Stage {
  const clock = kept?.clock ?? createManualClock(60_000_000);
  const store = kept?.store ?? new AlertStore();
  const results = kept?.results ?? new Map<string, Result>();
  let written: RuleSample[] = [];
  const evaluate = (expression: string, atMs: number): readonly VectorSample[] => {
    const result = results.get(expression) ?? [];
    return typeof result === 'function' ? result(atMs) : result;
  };
  const manager = createRuleManager({
    evaluate,
    evaluateRule: evaluate,
    write: (samples) => void written.push(...samples),
    persist: store.persist,
    restore: store.restore,
    clock,
    log: createSilentLog(),
    externalUrl: 'http://nines',
    restoredHoldMs: 0,
    ...options,
  });
  return {
    clock,
    store,
    results,
    manager,
    takeWritten() {
      const lines = written.map(({ labels, value, histogram, timeMs, isStale }) => {
        const float = isStale ? 'stale' : String(value);
        const shown = histogram === undefined ? float : formatHistogram(histogram);
        return `${formatSeries(labels)} ${shown} @${timeMs - 60_000_000}`;
      });
      written = [];
      return lines;
    },
    restart: () => createStage(options, { clock, store, results }),
    async step(byMs = 10_000) {
      clock.advance(byMs);
      await manager.evaluateDue();
    },
  };
}

/** Lets everything run that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** The states of all alerts, in the order of their rules. */
export function alertStates({ manager }: Stage): readonly string[] {
  return manager.activeAlerts().map(({ state }) => state);
}

/** The health of each rule, or what its last error says. */
export function ruleHealths({ manager }: Stage): readonly string[] {
  return manager
    .groups()
    .flatMap(({ rules }) => rules.map(({ health, lastError }) => lastError ?? health));
}
