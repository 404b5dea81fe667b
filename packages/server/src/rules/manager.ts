/**
 * Evaluates groups of rules, each at its own instants, and keeps the alerts' state on record.
 *
 * The manager does nothing by itself until `start`: `evaluateDue` runs what is due by the clock, so
 * that tests and simulations are their own masters of time. Groups run side by side where they
 * wait for the store; a group never runs twice at once, and instants that it misses are counted.
 */
import { assert, type Clock, errorMessage, type Log, type Timer } from '../platform/index.ts';
import { EMPTY_LABELS, type Labels } from '../series/index.ts';
import type { AlertInstance, AlertTransition } from './alert-state.ts';
import type { EvaluateInstant, EvaluateRule, WriteSamples } from './engine.ts';
import {
  evaluateGroup,
  type GroupEnvironment,
  type PersistTransitions,
  withTimeout,
} from './group-evaluation.ts';
import {
  DEFAULT_INTERVAL_MS,
  RESTORE_TIMEOUT_MS,
  RESTORED_HOLD_MS,
  RETRY_MS,
  SLEEP_MS_MAX,
} from './limits.ts';
import { endRetiredAlerts, endRetiredSeries, type RetiredRules } from './retirement.ts';
import type { RuleGroup } from './rule.ts';
import { assignRuleKeys } from './rule-key.ts';
import {
  createGroupRuntime,
  createRuleRuntime,
  type GroupRuntime,
  restoreAlerts,
  type RuleRuntime,
  updateRule,
} from './rule-runtime.ts';
import { type GroupView, viewGroup } from './rule-views.ts';
import { latestSlotMs, nextSlotMs } from './schedule.ts';

export interface RuleManagerOptions {
  readonly evaluate: EvaluateInstant;
  /** For rules' own expressions; where it is not given, they are evaluated as templates are. */
  readonly evaluateRule?: EvaluateRule;
  readonly write: WriteSamples;
  /**
   * Stores changes of alerts in one transaction. A change may be offered again with a later time
   * where the store failed or did not answer in time, so storing must be idempotent.
   */
  readonly persist: PersistTransitions;
  /** The active alerts on record, pending and firing. */
  readonly restore: () => Promise<readonly AlertInstance[]>;
  readonly clock: Clock;
  readonly log: Log;
  readonly externalUrl: string;
  /** Called for each change once it is stored. */
  readonly onTransition?: (transition: AlertTransition) => void;
  /** Lets other work run between two rules, such as a turn of the event loop. */
  readonly pause?: () => Promise<void>;
  /** How long restored alerts are held whose element is not there. */
  readonly restoredHoldMs?: number;
}

/** What the configuration says about all groups. */
export interface RuleSettings {
  readonly defaultIntervalMs?: number;
  readonly defaultQueryOffsetMs?: number;
  readonly externalLabels?: Labels;
}

export interface RuleStats {
  readonly groupCount: number;
  readonly ruleCount: number;
  readonly pendingCount: number;
  readonly firingCount: number;
  /** Totals since the start. */
  readonly evaluations: number;
  readonly failures: number;
  readonly missedIterations: number;
  /** Of the group evaluated last. */
  readonly lastDurationMs: number;
}

export interface RuleManager {
  /**
   * Puts a set of groups in force; rules that stay keep their state. Waits for evaluations under
   * way.
   */
  apply(groups: readonly RuleGroup[], settings?: RuleSettings): Promise<void>;
  /** Evaluates what is due by the clock, and waits for it. */
  evaluateDue(): Promise<void>;
  /** Evaluates on its own from here on. */
  start(): void;
  /** Stops, and waits for evaluations under way. */
  stop(): Promise<void>;
  groups(): readonly GroupView[];
  /** Pending and firing alerts. */
  activeAlerts(): readonly AlertInstance[];
  stats(): RuleStats;
}

/** Builds a manager without groups. */
export function createRuleManager(options: RuleManagerOptions): RuleManager {
  return new Manager(options);
}

class Manager implements RuleManager {
  readonly #options: RuleManagerOptions;
  #groups: readonly GroupRuntime[] = [];
  readonly #retired: RetiredRules = new Map();
  #settings: RuleSettings = {};
  #isApplied = false;
  #isRestored = false;
  #holdUntilMs = 0;
  /** Changes of the groups, one after the other. */
  #applying: Promise<void> = Promise.resolve();
  #applyingCount = 0;
  /** Restoring and retiring, which come before evaluating. */
  #preparing: Promise<void> | undefined;
  #nextRestoreMs = 0;
  #isStarted = false;
  #timer: Timer | undefined;
  #evaluations = 0;
  #failures = 0;
  #missedOfPast = 0;
  #lastDurationMs = 0;

  constructor(options: RuleManagerOptions) {
    this.#options = options;
  }

  async apply(groups: readonly RuleGroup[], settings: RuleSettings = {}): Promise<void> {
    this.#applyingCount++;
    const turn = this.#applying.then(async () => {
      try {
        await this.#settle();
        this.#replaceGroups(groups, settings);
      } finally {
        this.#applyingCount--;
        this.#schedule();
      }
    });
    // The caller hears of a failure; those who only wait for their turn need not.
    this.#applying = turn.catch(() => {});
    await turn;
  }

  async evaluateDue(): Promise<void> {
    // Between the last of these and `#preparing` being set nothing else may run.
    while (this.#applyingCount > 0) await this.#applying;
    if (!this.#isApplied) return;
    await this.#prepare();
    if (!this.#isRestored) return;
    await Promise.all(this.#startDue());
    this.#endSeries();
  }

  start(): void {
    this.#isStarted = true;
    this.#schedule();
  }

  async stop(): Promise<void> {
    this.#isStarted = false;
    this.#timer?.cancel();
    await this.#applying;
    await this.#settle();
  }

  groups(): readonly GroupView[] {
    return this.#groups.map(viewGroup);
  }

  activeAlerts(): readonly AlertInstance[] {
    return this.#rules().flatMap(({ active }) => [...active.values()]);
  }

  stats(): RuleStats {
    const alerts = this.activeAlerts();
    const firingCount = alerts.filter(({ state }) => state === 'firing').length;
    const missed = this.#groups.reduce((sum, { missedCount }) => sum + missedCount, 0);
    return {
      groupCount: this.#groups.length,
      ruleCount: this.#rules().length,
      pendingCount: alerts.length - firingCount,
      firingCount,
      evaluations: this.#evaluations,
      failures: this.#failures,
      missedIterations: this.#missedOfPast + missed,
      lastDurationMs: this.#lastDurationMs,
    };
  }

  #rules(): readonly RuleRuntime[] {
    return this.#groups.flatMap(({ rules }) => rules);
  }

  /** Waits for everything under way. */
  async #settle(): Promise<void> {
    await this.#preparing;
    await Promise.all(this.#groups.map(async ({ underWay }) => underWay));
  }

  #replaceGroups(groups: readonly RuleGroup[], settings: RuleSettings): void {
    const known = new Map(this.#retired);
    for (const runtime of this.#rules()) known.set(runtime.key, runtime);
    const previous = new Map(this.#groups.map((runtime) => [groupKey(runtime.group), runtime]));
    const defaults = {
      intervalMs: settings.defaultIntervalMs ?? DEFAULT_INTERVAL_MS,
      queryOffsetMs: settings.defaultQueryOffsetMs ?? 0,
    };
    const nowMs = this.#options.clock.now();
    const keys = assignRuleKeys(groups);
    this.#groups = groups.map((group, g) => {
      const rules = group.rules.map((rule, r) => {
        const key = keys[g][r];
        const runtime = known.get(key);
        known.delete(key);
        if (runtime === undefined) return createRuleRuntime(key, group.name, rule);
        return updateRule(runtime, rule);
      });
      const before = previous.get(groupKey(group));
      previous.delete(groupKey(group));
      return createGroupRuntime(group, rules, { defaults, previous: before, nowMs });
    });
    for (const gone of previous.values()) this.#missedOfPast += gone.missedCount;
    this.#retired.clear();
    for (const [key, runtime] of known) this.#retired.set(key, runtime);
    this.#settings = settings;
    this.#isApplied = true;
  }

  /** Reads the alerts on record, once, and ends those of rules that are gone. */
  async #prepare(): Promise<void> {
    this.#preparing ??= this.#prepareOnce().finally(() => {
      this.#preparing = undefined;
    });
    await this.#preparing;
  }

  async #prepareOnce(): Promise<void> {
    if (!this.#isRestored) await this.#restore();
    if (this.#isRestored) await endRetiredAlerts(this.#retired, this.#environment());
  }

  /** Until the alerts on record are known nothing is evaluated: all would seem to start anew. */
  async #restore(): Promise<void> {
    const { clock, log, restore } = this.#options;
    if (clock.now() < this.#nextRestoreMs) return;
    try {
      const alerts = await withTimeout(clock, RESTORE_TIMEOUT_MS, restore());
      this.#takeOver(alerts);
      this.#holdUntilMs = clock.now() + (this.#options.restoredHoldMs ?? RESTORED_HOLD_MS);
      this.#isRestored = true;
    } catch (error) {
      this.#nextRestoreMs = clock.now() + RETRY_MS;
      log.error('cannot read the active alerts; rules wait', { error: errorMessage(error) });
    }
  }

  #takeOver(alerts: readonly AlertInstance[]): void {
    const byRule = Map.groupBy(alerts, ({ ruleKey }) => ruleKey);
    for (const runtime of this.#rules()) {
      const own = byRule.get(runtime.key);
      if (own !== undefined) restoreAlerts(runtime, own);
      byRule.delete(runtime.key);
    }
    for (const [key, orphans] of byRule) this.#retired.set(key, createOrphan(key, orphans));
  }

  /** Starts the groups that are due; the answer resolves when they are done. */
  #startDue(): Promise<void>[] {
    if (this.#applyingCount > 0) return [];
    const nowMs = this.#options.clock.now();
    for (const group of this.#groups) {
      // After the wall clock was set back, a group would wait for as long as it was set back.
      if (group.nextDueMs - nowMs > group.cadence.intervalMs) {
        group.nextDueMs = nextSlotMs(group.cadence, nowMs);
      }
      if (group.underWay !== undefined || group.nextDueMs > nowMs) continue;
      const slotMs = latestSlotMs(group.cadence, nowMs);
      this.#noteMissed(group, slotMs);
      group.nextDueMs = slotMs + group.cadence.intervalMs;
      group.underWay = this.#evaluate(group, slotMs);
    }
    return this.#groups.flatMap(({ underWay }) => (underWay === undefined ? [] : [underWay]));
  }

  /** Instants before this one that went by while the group ran or the process stood still. */
  #noteMissed(group: GroupRuntime, slotMs: number): void {
    const missed = Math.round((slotMs - group.nextDueMs) / group.cadence.intervalMs);
    if (missed === 0) return;
    group.missedCount += missed;
    this.#options.log.warn('evaluations of a group were missed', {
      group: group.group.name,
      missed,
      lastDurationMs: Math.round(group.evaluationDurationMs),
    });
  }

  async #evaluate(group: GroupRuntime, slotMs: number): Promise<void> {
    try {
      const outcome = await evaluateGroup(group, slotMs, this.#environment());
      this.#evaluations += outcome.evaluationCount;
      this.#failures += outcome.failureCount;
      this.#lastDurationMs = group.evaluationDurationMs;
    } catch (error) {
      // Rules' failures are their health; what arrives here is a bug in a listener or in here.
      const fields = { group: group.group.name, error: errorMessage(error) };
      this.#options.log.error('evaluation of a group broke off', fields);
    } finally {
      group.underWay = undefined;
      this.#schedule();
    }
  }

  /** Ends the series of removed rules once all groups were evaluated since the last change. */
  #endSeries(): void {
    if (this.#retired.size === 0) return;
    if (this.#groups.some(({ evaluationCount }) => evaluationCount === 0)) return;
    endRetiredSeries(this.#retired, this.#rules(), this.#options);
  }

  #environment(): GroupEnvironment {
    const options = this.#options;
    return {
      ...options,
      evaluateRule: options.evaluateRule ?? options.evaluate,
      externalLabels: this.#settings.externalLabels ?? EMPTY_LABELS,
      holdUntilMs: this.#holdUntilMs,
      onTransition: (transition) => options.onTransition?.(transition),
      pause: async () => options.pause?.(),
    };
  }

  /** Sleeps until the next group is due. */
  #schedule(): void {
    if (!this.#isStarted) return;
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(this.#sleepMs(), () => {
      void this.evaluateDue().catch((error: unknown) => {
        this.#options.log.error('evaluation broke off', { error: errorMessage(error) });
      });
      this.#schedule();
    });
  }

  #sleepMs(): number {
    const nowMs = this.#options.clock.now();
    if (this.#isApplied && !this.#isRestored) return Math.max(1, this.#nextRestoreMs - nowMs);
    const hasEnded = [...this.#retired.values()].some(({ active }) => active.size > 0);
    let sleepMs = hasEnded ? RETRY_MS : SLEEP_MS_MAX;
    for (const { underWay, nextDueMs } of this.#groups) {
      if (underWay === undefined) sleepMs = Math.min(sleepMs, nextDueMs - nowMs);
    }
    return Math.max(1, sleepMs);
  }
}

/** Alerts on record of a rule that is in no file any more. */
function createOrphan(key: string, alerts: readonly AlertInstance[]): RuleRuntime {
  assert(alerts.length > 0, 'an orphan has alerts');
  const [{ labels }] = alerts;
  const name = labels.values[labels.names.indexOf('alertname')] ?? key;
  const orphan = createRuleRuntime(key, '', {
    kind: 'record',
    name,
    expression: '',
    labels: [],
    place: { file: '', line: 0, column: 0 },
  });
  restoreAlerts(orphan, alerts);
  return orphan;
}

function groupKey(group: { readonly file: string; readonly name: string }): string {
  return `${group.file};${group.name}`;
}
