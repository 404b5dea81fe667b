/** The slice with the real store, query engine and rules, on a clock of its own. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { Registry } from 'prom-client';
import { createCatalog, readServices } from '../catalog/index.ts';
import {
  AppError,
  createManualClock,
  createSilentLog,
  type ManualClock,
  readYaml,
} from '../platform/index.ts';
import { createQueryEngine, type QueryEngine } from '../promql/index.ts';
import { createRuleManager, type RuleManager } from '../rules/index.ts';
import { createLabels, METRIC_NAME } from '../series/index.ts';
import { openTsdb, type Tsdb } from '../tsdb/index.ts';
import type { Slo } from './model.ts';
import { createSlos, type Slos } from './slos.ts';
import { createSlo } from './testing.ts';

const START_MS = 1_800_000_000_000;
const STEP_MS = 5_000;
const MINUTE_MS = 60_000;
const RETENTION_MS = 40 * 86_400_000;

/** One target under a load that a test decides, step by step. */
class Stage {
  readonly clock: ManualClock = createManualClock(START_MS);
  readonly tsdb: Tsdb;
  readonly engine: QueryEngine;
  readonly rules: RuleManager;
  readonly slos: Slos;
  readonly log: { readonly atMs: number; readonly bad: number; readonly total: number }[] = [];
  #good = 0;
  #bad = 0;

  constructor(context: TestContext) {
    const { clock } = this;
    const dir = mkdtempSync(join(tmpdir(), 'nines-slo-'));
    const log = createSilentLog();
    this.tsdb = openTsdb({ dir, clock, log, retentionMs: RETENTION_MS });
    context.after(async () => {
      await this.tsdb.close();
      rmSync(dir, { recursive: true });
    });
    this.engine = createQueryEngine({ queryable: this.tsdb, clock });
    this.rules = createRuleManager({
      evaluate: (text, atMs) => {
        const { value } = this.engine.evaluateInstant({ text, atMs });
        assert.ok(value.kind === 'vector');
        return value.samples;
      },
      write: (samples) => void this.tsdb.writeSamples(samples),
      persist: async () => {},
      restore: async () => [],
      clock,
      log,
      externalUrl: 'http://nines',
    });
    const catalog = createCatalog();
    const text = '- {name: shop, owner: payments}';
    catalog.apply(readServices(readYaml({ text, file: 'f' }).root));
    this.slos = createSlos({
      store: {
        select: (range) => this.tsdb.select(range),
        write: (samples) => void this.tsdb.writeSamples(samples),
        retentionMs: RETENTION_MS,
      },
      catalog,
      clock,
      registry: new Registry(),
      groups: () => this.rules.groups(),
      scrapeTimeoutMs: () => 5_000,
      pause: async () => {},
    });
  }

  async apply(...slos: readonly Slo[]): Promise<void> {
    await this.rules.apply(this.slos.apply(slos));
    await this.slos.worker.tick();
  }

  /** Some time with so many requests in each step; `gone`: nobody answers the scrapes. */
  async run(forMs: number, load: { readonly good: number; readonly bad: number } | 'gone') {
    for (let passedMs = 0; passedMs < forMs; passedMs += STEP_MS) {
      this.clock.advance(STEP_MS);
      if (load !== 'gone') this.#serve(load.good, load.bad);
      await this.slos.worker.tick();
      await this.rules.evaluateDue();
    }
  }

  #serve(good: number, bad: number): void {
    const timeMs = this.clock.now();
    this.#good += good;
    this.#bad += bad;
    this.log.push({ atMs: timeMs, bad, total: good + bad });
    const put = (name: string, value: number, code = ''): void => {
      const labels = createLabels({ [METRIC_NAME]: name, job: 'shop', instance: 'a', code });
      this.tsdb.writeSamples([{ labels, timeMs, value, isStale: false }]);
    };
    put('up', 1);
    put('requests_total', this.#good, '200');
    if (this.#bad > 0) put('requests_total', this.#bad, '500');
  }

  firing(): readonly string[] {
    return this.rules.activeAlerts().map(({ labels, annotations, state }) => {
      const value = (name: string) => labels.values[labels.names.indexOf(name)];
      assert.equal(state, 'firing');
      assert.equal(value('window'), undefined);
      return [value('severity'), annotations.summary, annotations.description].join('|');
    });
  }

  query(text: string): number | undefined {
    const { value } = this.engine.evaluateInstant({ text, atMs: this.clock.now() });
    return value.kind === 'vector' ? value.samples[0]?.value : undefined;
  }
}

/** `7.8×`, `39 %`, `107 of 274`. */
function figuresOf(alert: string): readonly number[] {
  const found = /([\d.]+)× .*\|([\d.]+) % .*: ([\d,]+) of ([\d,]+)\./.exec(alert);
  assert.ok(found !== null, alert);
  return found.slice(1).map((text) => Number(text.replaceAll(',', '')));
}

const FAST = createSlo({
  target: '0.9',
  window: '{duration: 1h, isRolling: true}',
  annotation: 'page 2% 1m/15s',
});

describe('an objective from its counters to its alert', () => {
  it('burns, pages in figures, and recovers', async (context) => {
    const stage = new Stage(context);
    await stage.apply(FAST);
    await stage.run(10 * MINUTE_MS, { good: 100, bad: 0 });
    assert.deepEqual(stage.firing(), []);
    assert.equal(stage.query('nines_slo_error_ratio{window="1m"}'), 0);
    assert.equal(stage.slos.views.getSlo('checkout').slo.state, 'fine');

    await stage.run(30_000, { good: 50, bad: 50 });
    const [alert, ...others] = stage.firing();
    assert.deepEqual(others, []);
    // Evaluated a moment before the last five seconds were counted.
    assert.equal(
      alert,
      'page|Checkout: budget burning 2.1× too fast|' +
        '21 % of requests failed in the last minute: 250 of 1,200. ' +
        '79 % of the 1-hour budget is left, gone in 23 min at this pace. Objective: 90 %.',
    );
    const { slo, alerts } = stage.slos.views.getSlo('checkout');
    assert.equal(slo.badCount, 300);
    assert.equal(alerts[0].isFiring, true);
    assert.equal(slo.state, 'burning');
    assert.equal(slo.owner, 'payments');
    assert.ok(slo.exhaustedAt !== null && slo.exhaustedAt > stage.clock.now());

    await stage.run(30_000, { good: 100, bad: 0 });
    assert.deepEqual(stage.firing(), [], 'the short window ends it');
    assert.equal(stage.slos.views.countStates().fine, 1);
  });

  it('says counts and ratios of one moment, step by step', async (context) => {
    const stage = new Stage(context);
    await stage.apply(FAST);
    await stage.run(5 * MINUTE_MS, { good: 100, bad: 0 });
    let seen = 0;
    for (let step = 0; step < 30; step++) {
      // The last steps mend it: the ratio falls, and the counts must fall with it.
      const bad = step < 18 ? 3 * step : 0;
      await stage.run(STEP_MS, { good: 100 - bad, bad });
      for (const alert of stage.firing()) {
        const [rate, share, failed, total] = figuresOf(alert);
        const exact = failed / total;
        assert.ok(Math.abs(rate - exact / 0.1) <= 0.05 * rate, alert);
        assert.ok(Math.abs(share / 100 - exact) < 0.006, alert);
        const value = stage.rules.activeAlerts()[0]?.value ?? Number.NaN;
        assert.ok(Math.abs(value - exact / 0.1) < 1e-9, `${value}: ${alert}`);
        seen++;
      }
    }
    assert.ok(seen >= 10, `${seen} evaluations fired`);
  });

  it('makes one alert of one fault, whatever pairs of windows notice it', async (context) => {
    const stage = new Stage(context);
    const annotation = 'page 2% 1m/15s, page 5% 5m/30s, ticket 10% 10m/1m';
    const window = '{duration: 1h, isRolling: true}';
    await stage.apply(createSlo({ target: '0.9', window, annotation }));
    const pairs = (): readonly boolean[] =>
      stage.slos.views.getSlo('checkout').alerts.map(({ isFiring }) => isFiring);
    await stage.run(10 * MINUTE_MS, { good: 100, bad: 0 });
    await stage.run(MINUTE_MS + STEP_MS, { good: 50, bad: 50 });
    const [first, ...others] = stage.firing();
    assert.deepEqual(others, [], 'neither a second page nor a ticket');
    assert.match(first, /^page\|Checkout: budget burning 5× too fast\|50 % .* in the last minute:/);
    assert.deepEqual(pairs(), [true, true, false]);
    const [{ activeAtMs }] = stage.rules.activeAlerts();

    // Too slow for the first pair, and the second goes on.
    await stage.run(80_000, { good: 90, bad: 10 });
    assert.deepEqual(pairs(), [false, true, false]);
    const [same, ...more] = stage.rules.activeAlerts();
    assert.deepEqual(more, []);
    assert.equal(same.activeAtMs, activeAtMs, 'the same alert goes on');
    assert.match(stage.firing()[0], /in the last 5 min:/, 'in figures of the pair that holds');

    await stage.run(40_000, { good: 94, bad: 6 });
    assert.match(stage.firing()[0] ?? '', /^ticket\|/, 'the ticket waited for the page to end');
    assert.deepEqual(pairs(), [false, false, true]);
    assert.equal(stage.firing().length, 1);
    await stage.run(2 * MINUTE_MS, { good: 100, bad: 0 });
    assert.deepEqual(stage.firing(), []);
  });

  it('does not recover by vanishing, nor fires by it', async (context) => {
    const stage = new Stage(context);
    await stage.apply(FAST);
    await stage.run(5 * MINUTE_MS, { good: 100, bad: 0 });
    await stage.run(30_000, { good: 0, bad: 100 });
    assert.equal(stage.firing().length, 1);
    await stage.run(40_000, 'gone');
    assert.equal(stage.query('nines_slo_error_ratio{window="15s"}'), undefined, 'not measured');
    assert.equal(stage.firing().length, 1, 'what was judged last holds');
    assert.match(stage.firing()[0], /Nothing was counted in the last 15 s\./);
    assert.deepEqual(
      stage.slos.views.getSlo('checkout').alerts.map(({ isFiring }) => isFiring),
      [true],
    );
    await stage.run(2 * MINUTE_MS, 'gone');
    assert.equal(stage.firing().length, 0, 'but not for ever');
    assert.equal(stage.query('nines_slo_error_ratio{window="1m"}'), undefined);
    await stage.run(60 * MINUTE_MS, 'gone');
    const { slo, alerts, burnDown } = stage.slos.views.getSlo('checkout');
    assert.equal(slo.state, 'unmeasured');
    assert.deepEqual([slo.budgetLeftRatio, slo.burnRate, alerts[0].longRatio], [null, null, null]);
    assert.equal(burnDown.total.at(-1), null);
    assert.equal(stage.query('nines_slo_budget_left_ratio'), undefined);
  });

  it('draws a burn-down that agrees with a log of all requests', async (context) => {
    const stage = new Stage(context);
    await stage.apply(FAST);
    await stage.run(40 * MINUTE_MS, { good: 97, bad: 3 });
    await stage.run(25 * MINUTE_MS, 'gone');
    await stage.run(30 * MINUTE_MS, { good: 91, bad: 9 });
    const { burnDown, now } = stage.slos.views.getSlo('checkout');
    const { fromMs, stepMs, budgetLeft, bad, total } = burnDown;
    assert.ok(budgetLeft.length <= 200 && budgetLeft.length > 150);
    const sum = (key: 'bad' | 'total', after: number, until: number): number =>
      stage.log.reduce(
        (all, one) => all + (one.atMs > after && one.atMs <= until ? one[key] : 0),
        0,
      );
    let unmeasured = 0;
    for (let i = 0; i < budgetLeft.length; i++) {
      const atMs = fromMs + i * stepMs;
      assert.ok(atMs <= now);
      const events = sum('total', atMs - stepMs, atMs);
      // The first sample of all is where counting begins; points of the ledger are five seconds apart.
      if (total[i] === null) unmeasured++;
      else
        assert.ok(Math.abs((total[i] ?? 0) - events) <= 200, `step ${i}: ${total[i]}, ${events}`);
      const left =
        1 -
        sum('bad', atMs - 60 * MINUTE_MS, atMs) / (sum('total', atMs - 60 * MINUTE_MS, atMs) * 0.1);
      assert.ok(
        Math.abs((budgetLeft[i] ?? 9) - left) < 0.01,
        `point ${i}: ${budgetLeft[i]}, ${left}`,
      );
    }
    assert.ok(unmeasured > 70, `${unmeasured} steps without events`);
    const counted = total.reduce((all: number, one) => all + (one ?? 0), 0);
    assert.ok(Math.abs(counted - sum('total', fromMs - stepMs, now)) <= 200);
    assert.equal(bad.length, total.length);
  });

  it('lists the worst first, and the worst of each service', async (context) => {
    const stage = new Stage(context);
    const strict = createSlo({ name: 'strict', target: '0.999' });
    const never = createSlo({ name: 'never', good: 'a_total', total: 'b_total' });
    await stage.apply(createSlo({ name: 'lax', target: '0.5' }), never, strict);
    await stage.run(2 * MINUTE_MS, { good: 99, bad: 1 });
    const { views } = stage.slos;
    const { slos } = views.listSlos({});
    assert.deepEqual(
      slos.map(({ name, state }) => [name, state]),
      [
        ['strict', 'exhausted'],
        ['never', 'unmeasured'],
        ['lax', 'fine'],
      ],
    );
    assert.equal(views.worstByService().get('shop')?.name, 'strict');
    assert.deepEqual(views.listSlos({ service: 'other' }).slos, []);
    assert.deepEqual(views.countStates(), { fine: 1, burning: 0, exhausted: 1, unmeasured: 1 });
    assert.throws(
      () => views.getSlo('nothing'),
      (error) => error instanceof AppError && error.code === 'SLO_NOT_FOUND',
    );
  });

  it('remarks on what is odd', async (context) => {
    const stage = new Stage(context);
    const window = '{duration: 60d, isRolling: true}';
    await stage.apply(createSlo({ target: '0.5', window, annotation: 'page 2% 1h/5m' }));
    await stage.run(MINUTE_MS, { good: 0, bad: 0 });
    const [never, kept] = stage.slos.views.getSlo('checkout').remarks;
    assert.match(never, /can never fire: 1440 % of the events/);
    assert.match(kept, /^Samples are kept for 40d, less than the window of 60d/);
    const few = createSlo({
      name: 'few',
      target: '0.9',
      window: '{duration: 1h, isRolling: true}',
      annotation: 'none',
    });
    await stage.apply(few);
    await stage.run(5 * MINUTE_MS, { good: 0, bad: 0 });
    await stage.run(STEP_MS, { good: 1, bad: 0 });
    const { remarks } = stage.slos.views.getSlo('few');
    assert.match(remarks[0], /^At today's traffic one failure spends [\d.]+ % of the budget/);
  });
});
