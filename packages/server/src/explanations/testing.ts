/** A world for tests of explanations: samples in memory, asked as a server asks. */
import type { AlertTrail } from '../alerts/index.ts';
import { createManualClock } from '../platform/index.ts';
import { createQueryEngine, loadReplayParts, type MatrixSeries } from '../promql/index.ts';
import type { GroupView, RuleView } from '../rules/index.ts';
import { createLabels, EMPTY_LABELS } from '../series/index.ts';
import { type Ask, type AskStore, createAsk } from './ask.ts';

export const MINUTE = 60_000;
/** Noon. */
export const NOON = Date.UTC(2026, 10, 23, 12);

/** A series: its name, its labels, and its value at each minute; undefined: no sample. */
export type TestSeries = readonly [
  name: string,
  labels: Readonly<Record<string, string>>,
  valueAt: (minutesToNoon: number) => number | undefined,
];

/** What asks samples of the three hours up to noon. */
export async function createTestStore(series: readonly TestSeries[]): Promise<AskStore> {
  const { createMemoryStore } = await loadReplayParts();
  const store = createMemoryStore();
  for (const [name, record, valueAt] of series) {
    const labels = createLabels({ __name__: name, ...record });
    for (let minutes = 180; minutes >= 0; minutes--) {
      const value = valueAt(minutes);
      if (value !== undefined) store.append(labels, { timeMs: NOON - minutes * MINUTE, value });
    }
  }
  const engine = createQueryEngine({ queryable: store, clock: createManualClock(NOON) });
  return async ({ text, fromMs, toMs, stepMs }) => {
    if (fromMs < toMs) {
      const { value } = engine.evaluateRange({ text, fromMs, toMs, stepMs });
      return value.kind === 'matrix' ? value.series : [];
    }
    const { value } = engine.evaluateInstant({ text, atMs: fromMs });
    if (value.kind === 'vector') return value.samples.map((one) => pointOf(one, fromMs));
    if (value.kind === 'scalar') {
      return [pointOf({ labels: EMPTY_LABELS, value: value.value }, fromMs)];
    }
    return [];
  };
}

function pointOf(
  { labels, value }: { readonly labels: MatrixSeries['labels']; readonly value: number },
  atMs: number,
): MatrixSeries {
  return { labels, timesMs: Float64Array.of(atMs), values: Float64Array.of(value) };
}

/** Asks without hurry. */
export async function createTestAsk(series: readonly TestSeries[]): Promise<Ask> {
  const asker = { name: 'Mina', signal: new AbortController().signal };
  const clock = createManualClock(NOON);
  const ask = await createTestStore(series);
  return createAsk({
    ask,
    asker,
    clock,
    deadlineMs: clock.monotonicMs() + 10_000,
    pause: async () => {},
  });
}

/** A rule in force that has not been evaluated. */
export function testRule(rule: Partial<RuleView> = {}): RuleView {
  return {
    kind: 'alert',
    key: 'shop/High{severity="page"}',
    name: 'High',
    expression: 'load > 5',
    labels: [['severity', 'page']],
    place: { file: 'r.yml', line: 1, column: 1 },
    health: 'unknown',
    lastError: undefined,
    templateError: undefined,
    lastEvaluationAt: undefined,
    evaluationDurationMs: 0,
    annotations: [],
    forMs: 5 * MINUTE,
    keepFiringForMs: 0,
    state: 'inactive',
    alerts: [],
    ...rule,
  };
}

/** Its group, which is evaluated once a minute. */
export function testGroup(group: Partial<GroupView> = {}): GroupView {
  return {
    file: 'r.yml',
    name: 'shop',
    intervalMs: MINUTE,
    queryOffsetMs: 0,
    limit: 0,
    nextEvaluationAt: NOON + MINUTE,
    lastEvaluationAt: undefined,
    evaluationDurationMs: 0,
    missedIterations: 0,
    rules: [],
    ...group,
  };
}

/** An alert of that rule that has nothing behind it but that its condition holds. */
export function testTrail(alert: Partial<AlertTrail['alert']>): AlertTrail {
  return {
    alert: {
      id: 'al_1',
      name: 'High',
      output: 'page',
      state: 'pending',
      origin: 'rule',
      service: null,
      owner: null,
      summary: 'High',
      description: null,
      playbook: null,
      labels: { alertname: 'High', severity: 'page', zone: 'a' },
      value: 7,
      activeAt: NOON,
      firedAt: null,
      acknowledgedAt: null,
      acknowledgedBy: null,
      resolvedAt: null,
      resolvedBy: null,
      silence: null,
      probation: null,
      pageStatus: '',
      nextStepAt: null,
      tags: [],
      firedCount24h: 0,
      ...alert,
    },
    annotations: {},
    rule: null,
    history: [],
    pages: [],
    ruleKey: testRule().key,
    sender: undefined,
    keepFiringSinceMs: undefined,
    route: {
      isTaken: true,
      output: 'page',
      reason: '',
      service: null,
      probation: null,
      policy: 'default',
      steps: [],
      stepCount: 0,
    },
    timers: [],
  };
}
