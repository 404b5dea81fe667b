import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLabels, EMPTY_LABELS } from '../series/index.ts';
import { backtestRule, type ElementHistory, type Instants, warmUpFromMs } from './backtest.ts';
import { alertRule } from './testing.ts';

const STEP_MS = 10_000;
const CADENCE = { intervalMs: STEP_MS, offsetMs: 0 };

interface Asked {
  readonly fromMs: number;
  readonly count: number;
}

/** An element that is there at some times. */
function element(labels: Record<string, string>, timesMs: readonly number[]): ElementHistory {
  return {
    labels: createLabels(labels),
    timesMs: Float64Array.from(timesMs),
    values: Float64Array.from(timesMs, () => 1),
  };
}

/** Runs a rule on what is there at each instant; throws of `isBroken` are failures. */
async function run(options: {
  readonly rule?: Parameters<typeof alertRule>[1];
  readonly isThere?: (timeMs: number) => boolean;
  readonly isBroken?: (timeMs: number) => boolean;
  readonly stopsAtMs?: number;
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly offsetMs?: number;
  readonly elementCount?: number;
  readonly elementsMax?: number;
}) {
  const { isThere = () => false, isBroken = () => false, stopsAtMs = Infinity } = options;
  const asked: Asked[] = [];
  const changes: string[] = [];
  const timesOf = ({ fromMs, toMs }: Instants): readonly number[] =>
    Array.from({ length: (toMs - fromMs) / STEP_MS + 1 }, (_, i) => fromMs + i * STEP_MS);
  let pauseCount = 0;
  const outcome = await backtestRule({
    rule: alertRule('Tested', options.rule),
    groupName: 'g',
    cadence: CADENCE,
    queryOffsetMs: options.offsetMs ?? 0,
    limit: 0,
    fromMs: options.fromMs ?? 0,
    toMs: options.toMs ?? 1_000_000,
    async evaluate(_, instants) {
      const times = timesOf(instants);
      asked.push({ fromMs: instants.fromMs, count: times.length });
      if (instants.fromMs >= stopsAtMs) return { kind: 'stopped' };
      const brokenMs = times.find(isBroken);
      if (brokenMs !== undefined) return { kind: 'failed', message: `broken at ${brokenMs}` };
      const present = times.filter(isThere);
      const elements = Array.from({ length: options.elementCount ?? 1 }, (__, i) =>
        element({ i: String(i) }, present),
      );
      return { kind: 'elements', elements: present.length === 0 ? [] : elements };
    },
    ...(options.elementsMax === undefined ? {} : { elementsMax: options.elementsMax }),
    externalLabels: EMPTY_LABELS,
    externalUrl: '',
    onTransition: ({ kind, atMs }) => void changes.push(`${kind}@${atMs / 1000}`),
    pause: async () => {
      pauseCount++;
    },
  });
  return { asked, changes, outcome, pauseCount: () => pauseCount };
}

describe('a backtest of a rule', () => {
  it('begins as long before the range as the rule waits', async () => {
    const rule = { forMs: 25_000, keepFiringForMs: 10_000 };
    assert.equal(warmUpFromMs(alertRule('A', rule), CADENCE, 500_001), 460_000);
    const { asked, changes } = await run({ rule, fromMs: 500_000, isThere: () => true });
    assert.equal(asked[0].fromMs, 450_000);
    assert.deepEqual(changes, ['pending@450', 'firing@480']);
  });

  it('evaluates in the past by the offset, and tells the time of the instant', async () => {
    const isThere = (timeMs: number): boolean => timeMs === 465_000 - 65_000;
    const { changes, asked } = await run({ fromMs: 400_000, offsetMs: 65_000, isThere });
    assert.equal(asked[0].fromMs, 325_000);
    assert.deepEqual(changes, []);
    const shifted = await run({ offsetMs: 60_000, isThere });
    assert.deepEqual(shifted.changes, ['firing@460', 'resolved@470']);
  });

  it('asks for many instants at once, and for each of them once', async () => {
    const { asked, outcome } = await run({ isThere: () => true });
    assert.equal(
      asked.reduce((sum, { count }) => sum + count, 0),
      102,
    );
    assert.ok(asked.length <= 2);
    assert.equal(outcome.evaluatedCount, 101);
    assert.equal(outcome.instantCount, 101);
    assert.equal(outcome.evaluatedToMs, 1_000_000);
  });

  it('finds the instants that fail, and leaves alerts as they are at those', async () => {
    const isBroken = (timeMs: number): boolean => timeMs >= 500_000 && timeMs < 520_000;
    const isThere = (timeMs: number): boolean => timeMs >= 480_000 && timeMs < 500_000;
    const { changes, outcome } = await run({ isBroken, isThere });
    assert.equal(outcome.failedCount, 2);
    assert.equal(outcome.failure, 'broken at 500000');
    assert.equal(outcome.evaluatedCount, 101);
    assert.deepEqual(changes, ['firing@480', 'resolved@520']);
  });

  it('says where it ended for want of time', async () => {
    const { outcome } = await run({ stopsAtMs: 600_000, toMs: 100_000_000 });
    assert.equal(outcome.cutBy, 'time');
    assert.ok(outcome.evaluatedCount > 0 && outcome.evaluatedCount < outcome.instantCount);
    assert.equal(outcome.evaluatedToMs, (outcome.evaluatedCount - 1) * STEP_MS);
  });

  it('pauses, and ends where alerts change at every instant', async () => {
    const { outcome, pauseCount } = await run({
      toMs: 10_000_000,
      elementCount: 400,
      elementsMax: 50_000,
      isThere: (timeMs) => timeMs % (2 * STEP_MS) === 0,
    });
    assert.equal(outcome.cutBy, 'work');
    assert.ok(pauseCount() > 30);
  });

  it('tells of labels that cannot be made, and runs no queries of templates', async () => {
    const labels = [['x', '{{ query "up" }}']] as const;
    const { outcome } = await run({ rule: { labels }, isThere: () => true });
    assert.match(outcome.templateError ?? '', /a backtest does not run queries of templates/);
  });
});
