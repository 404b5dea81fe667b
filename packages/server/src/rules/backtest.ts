/**
 * Runs one alerting rule over stored history: when it would have been pending, firing, resolved.
 *
 * The expression is evaluated over many instants by one question, which costs far less than one
 * for each instant and comes to the same, and the states are the server's own (`stepAlertRule`).
 * That is called only at instants where something can change: where an element of the result came
 * or went, or where the time of an alert is over. At all others it would answer what it answered
 * before; a rule whose labels are templates is stepped at each, because labels made of values tell
 * alerts apart. An evaluation that fails leaves all alerts as they are, as in the server; which
 * instants those are is found by asking for fewer at once.
 */
import { AppError, errorMessage } from '../platform/index.ts';
import { type Labels, labelsKey } from '../series/index.ts';
import {
  type ActiveAlerts,
  type AlertTransition,
  compileAlertRule,
  stepAlertRule,
} from './alert-state.ts';
import type { ExpansionContext } from './alert-template.ts';
import type { VectorSample } from './engine.ts';
import {
  BACKTEST_ELEMENTS_MAX,
  BACKTEST_INSTANTS_AT_ONCE,
  BACKTEST_PAUSE_ELEMENTS,
  BACKTEST_SAMPLES_AT_ONCE,
} from './limits.ts';
import type { AlertRule } from './rule.ts';
import { type Cadence, latestSlotMs } from './schedule.ts';

/** The elements of one label set over some instants; times rise. */
export interface ElementHistory {
  readonly labels: Labels;
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  /** Parallel to the values; undefined where the element is a value. */
  readonly histograms?: readonly VectorSample['histogram'][] | undefined;
}

/** Instants from one to another, both included. */
export interface Instants {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
}

/**
 * Evaluates an expression at all of some instants. `failed`: at one of them at least it cannot be
 * evaluated, and fewer may go well; `stopped`: there is no time left.
 */
export type EvaluateHistory = (
  expression: string,
  instants: Instants,
) => Promise<
  | { readonly kind: 'elements'; readonly elements: readonly ElementHistory[] }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'stopped' }
>;

export interface BacktestOptions {
  readonly rule: AlertRule;
  readonly groupName: string;
  readonly cadence: Cadence;
  /** How far in the past the expression is evaluated. */
  readonly queryOffsetMs: number;
  /** The most alerts that the rule may have; 0: only the bound that all rules have. */
  readonly limit: number;
  /** Instants from here on; those before them that its waits look back on are evaluated, too. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly evaluate: EvaluateHistory;
  /** How many instants may be asked for at once; 1 where the expression means its own range. */
  readonly instantsAtOnce?: number;
  /** How many elements are stepped at most. */
  readonly elementsMax?: number;
  readonly externalLabels: Labels;
  readonly externalUrl: string;
  /** Told of each change of an alert, in the order of time, those before `fromMs` included. */
  readonly onTransition: (transition: AlertTransition) => void;
  /** Lets other work run. */
  readonly pause: () => Promise<void>;
}

export interface BacktestOutcome {
  /** Instants of the range, and how many of them were evaluated. */
  readonly instantCount: number;
  readonly evaluatedCount: number;
  /** The last instant that was evaluated; undefined: none. */
  readonly evaluatedToMs: number | undefined;
  /** Why it ended before the end: no time, or alerts that change all the time. */
  readonly cutBy: 'time' | 'work' | undefined;
  /** Evaluations of the range that failed, and why the first of them did. */
  readonly failedCount: number;
  readonly failure: string | undefined;
  /** Why a label could not be made. */
  readonly templateError: string | undefined;
  /** What the end left. */
  readonly active: ActiveAlerts;
}

/**
 * The first instant that the states at the beginning of the range depend on, and one more: what
 * has held for as long as is known then fires before the range, not at its first instant.
 */
export function warmUpFromMs(rule: AlertRule, cadence: Cadence, fromMs: number): number {
  const slotMs = firstSlotMs(cadence, fromMs);
  const waitMs = rule.forMs + rule.keepFiringForMs;
  return slotMs - (Math.ceil(waitMs / cadence.intervalMs) + 1) * cadence.intervalMs;
}

/** The first instant at or after a time. */
function firstSlotMs(cadence: Cadence, timeMs: number): number {
  const slotMs = latestSlotMs(cadence, timeMs);
  return slotMs === timeMs ? slotMs : slotMs + cadence.intervalMs;
}

/** Runs a rule over history. Throws what `evaluate` throws. */
export async function backtestRule(options: BacktestOptions): Promise<BacktestOutcome> {
  const { rule, cadence, queryOffsetMs } = options;
  const { intervalMs } = cadence;
  const most = options.instantsAtOnce ?? BACKTEST_INSTANTS_AT_ONCE;
  const lastMs = latestSlotMs(cadence, options.toMs);
  const run = new Backtest(options);
  let nextMs = warmUpFromMs(rule, cadence, options.fromMs);
  let count = Math.min(most, 100);
  while (nextMs <= lastMs) {
    const asked = Math.min(count, (lastMs - nextMs) / intervalMs + 1);
    const fromMs = nextMs - queryOffsetMs;
    const toMs = fromMs + (asked - 1) * intervalMs;
    const result = await options.evaluate(rule.expression, { fromMs, toMs, stepMs: intervalMs });
    if (result.kind === 'stopped') return run.finish('time');
    if (result.kind === 'failed') {
      if (asked === 1) {
        run.fail(nextMs, result.message);
        nextMs += intervalMs;
      }
      count = Math.max(1, Math.floor(asked / 4));
      continue;
    }
    if (!(await run.step(result.elements, { slotMs: nextMs, count: asked }))) {
      return run.finish('work');
    }
    nextMs += asked * intervalMs;
    count = Math.min(most, fitSamples(result.elements, asked), asked * 4);
  }
  return run.finish(undefined);
}

/** How many instants may be asked for next, where the result is as dense as it was. */
function fitSamples(elements: readonly ElementHistory[], instantCount: number): number {
  const sampleCount = elements.reduce((sum, { timesMs }) => sum + timesMs.length, 0);
  const perInstant = Math.max(1, sampleCount) / instantCount;
  return Math.max(1, Math.floor(BACKTEST_SAMPLES_AT_ONCE / perInstant));
}

/** Instants whose results have come. */
interface Chunk {
  /** The first, as the rule sees it: without its offset. */
  readonly slotMs: number;
  readonly count: number;
}

/** One element's way through a chunk. */
interface Cursor {
  readonly element: ElementHistory;
  /** Of the sample that comes next. */
  next: number;
}

class Backtest {
  readonly #options: BacktestOptions;
  readonly #rule: ReturnType<typeof compileAlertRule>;
  readonly #context: ExpansionContext;
  readonly #isStepped: boolean;
  #active: ActiveAlerts = new Map();
  /** Keys of the elements that the last result had. */
  #present: ReadonlySet<string> = new Set();
  /** The next instant at which time alone changes something; -Infinity: the very next. */
  #dueMs = Infinity;
  #elementCount = 0;
  #pauseAt = BACKTEST_PAUSE_ELEMENTS;
  #evaluatedCount = 0;
  #failedCount = 0;
  #failure: string | undefined;
  #templateError: string | undefined;
  #evaluatedToMs: number | undefined;

  constructor(options: BacktestOptions) {
    const { rule, groupName, externalLabels, externalUrl } = options;
    this.#options = options;
    // Annotations say what an alert is like, not when it is there.
    const { annotate: _, ...bare } = { ...rule, annotations: [] };
    this.#rule = compileAlertRule(bare, { key: '', groupName });
    this.#isStepped = rule.labels.some(([, text]) => text.includes('{{'));
    const environment = {
      externalUrl,
      nowMs: 0,
      query: () => {
        throw new Error('a backtest does not run queries of templates');
      },
    };
    this.#context = {
      externalLabels,
      environment,
      onError: (message) => {
        this.#templateError ??= message;
      },
    };
  }

  /** Steps through the instants of a chunk; false: that would be too much work. */
  async step(elements: readonly ElementHistory[], chunk: Chunk): Promise<boolean> {
    const { cadence, queryOffsetMs, elementsMax = BACKTEST_ELEMENTS_MAX } = this.#options;
    const firstMs = chunk.slotMs - queryOffsetMs;
    const keys = elements.map(({ labels }) => labelsKey(labels));
    const isChanged = this.#findChanges({ elements, keys }, { ...chunk, slotMs: firstMs });
    const cursors = elements.map((element): Cursor => ({ element, next: 0 }));
    for (let i = 0; i < chunk.count; i++) {
      const slotMs = chunk.slotMs + i * cadence.intervalMs;
      const isDue = this.#isStepped || isChanged[i] === 1 || slotMs >= this.#dueMs;
      if (isDue) this.#stepAt(slotMs, samplesAt(cursors, firstMs + i * cadence.intervalMs));
      this.#noteEvaluated(slotMs);
      if (this.#elementCount > elementsMax) return false;
      if (this.#elementCount >= this.#pauseAt) {
        this.#pauseAt = this.#elementCount + BACKTEST_PAUSE_ELEMENTS;
        await this.#options.pause();
      }
    }
    return true;
  }

  /** Marks the instants at which an element is there that was not there before, or is gone. */
  #findChanges(
    { elements, keys }: { elements: readonly ElementHistory[]; keys: readonly string[] },
    { slotMs, count }: Chunk,
  ): Uint8Array {
    const { intervalMs } = this.#options.cadence;
    const isChanged = new Uint8Array(count);
    const last = new Set<string>();
    elements.forEach(({ timesMs }, e) => {
      let before = this.#present.has(keys[e]) ? -1 : -2;
      for (const timeMs of timesMs) {
        const at = Math.round((timeMs - slotMs) / intervalMs);
        if (at !== before + 1) {
          isChanged[at] = 1;
          if (before >= -1) isChanged[before + 1] = 1;
        }
        before = at;
      }
      if (before === count - 1) last.add(keys[e]);
      else if (before >= -1) isChanged[before + 1] = 1;
    });
    const own = new Set(keys);
    for (const key of this.#present) if (!own.has(key)) isChanged[0] = 1;
    this.#present = last;
    return isChanged;
  }

  #stepAt(nowMs: number, samples: readonly VectorSample[]): void {
    this.#elementCount += samples.length + this.#active.size + 1;
    const context = {
      ...this.#context,
      environment: { ...this.#context.environment, nowMs },
    };
    const { limit, onTransition } = this.#options;
    const before = { rule: this.#rule, active: this.#active, limit };
    try {
      const { active, transitions } = stepAlertRule({ ...before, samples, nowMs, context });
      this.#active = active;
      this.#dueMs = this.#findDue();
      for (const transition of transitions) onTransition(transition);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      // Alerts that end in time may let the next instant go well although nothing else changes.
      this.#dueMs = -Infinity;
      this.#noteFailure(nowMs, errorMessage(error));
    }
  }

  /** When the first of the waits that are under way is over. */
  #findDue(): number {
    const { forMs, keepFiringForMs } = this.#options.rule;
    let dueMs = Infinity;
    for (const { state, activeAtMs, keepFiringSinceMs } of this.#active.values()) {
      if (state === 'pending') dueMs = Math.min(dueMs, activeAtMs + forMs);
      if (keepFiringSinceMs !== undefined) {
        dueMs = Math.min(dueMs, keepFiringSinceMs + keepFiringForMs);
      }
    }
    return dueMs;
  }

  /** An instant at which the expression could not be evaluated. */
  fail(slotMs: number, message: string): void {
    this.#noteFailure(slotMs, message);
    this.#noteEvaluated(slotMs);
  }

  #noteFailure(slotMs: number, message: string): void {
    if (slotMs < this.#options.fromMs) return;
    this.#failedCount++;
    this.#failure ??= message;
  }

  #noteEvaluated(slotMs: number): void {
    if (slotMs < this.#options.fromMs) return;
    this.#evaluatedCount++;
    this.#evaluatedToMs = slotMs;
  }

  finish(cutBy: BacktestOutcome['cutBy']): BacktestOutcome {
    const { cadence, fromMs, toMs } = this.#options;
    const lastMs = latestSlotMs(cadence, toMs);
    const instantCount = (lastMs - firstSlotMs(cadence, fromMs)) / cadence.intervalMs + 1;
    return {
      instantCount: Math.max(0, instantCount),
      evaluatedCount: this.#evaluatedCount,
      evaluatedToMs: this.#evaluatedToMs,
      cutBy,
      failedCount: this.#failedCount,
      failure: this.#failure,
      templateError: this.#templateError,
      active: this.#active,
    };
  }
}

/** The elements that are there at a time; each cursor moves on to it. */
function samplesAt(cursors: readonly Cursor[], timeMs: number): readonly VectorSample[] {
  const samples: VectorSample[] = [];
  for (const cursor of cursors) {
    const { labels, timesMs, values, histograms } = cursor.element;
    while (cursor.next < timesMs.length && timesMs[cursor.next] < timeMs) cursor.next++;
    const at = cursor.next;
    if (at >= timesMs.length || timesMs[at] !== timeMs) continue;
    const histogram = histograms?.[at];
    if (histogram === undefined) samples.push({ labels, value: values[at] });
    else samples.push({ labels, value: Number.NaN, histogram });
  }
  return samples;
}
