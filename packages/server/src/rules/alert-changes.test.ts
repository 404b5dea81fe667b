import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom } from '../platform/index.ts';
import { createLabels } from '../series/index.ts';
import {
  alertRule,
  alertStates,
  createStage,
  nativeSample,
  recordingRule,
  ruleGroup,
  ruleHealths,
  sample,
} from './testing.ts';

describe('changes of alerts', () => {
  it('count only once they are stored', async () => {
    const told: string[] = [];
    const stage = createStage({ onTransition: ({ kind }) => told.push(kind) });
    stage.results.set('A', [sample(1)]);
    await stage.manager.apply([ruleGroup('g', [alertRule('A')])]);
    stage.store.onPersist = () => {
      assert.deepEqual(alertStates(stage), []);
      assert.deepEqual(stage.takeWritten(), []);
      assert.deepEqual(told, []);
    };
    await stage.step();
    assert.deepEqual(alertStates(stage), ['firing']);
    assert.equal(stage.takeWritten().length, 2);
    assert.deepEqual(told, ['firing']);
  });

  it('are stored in one go for a group', async () => {
    const stage = createStage();
    stage.results.set('A', [sample(1, { n: '1' }), sample(1, { n: '2' })]);
    stage.results.set('B', [sample(1)]);
    const counts: number[] = [];
    stage.store.onPersist = (transitions) => void counts.push(transitions.length);
    await stage.manager.apply([ruleGroup('g', [alertRule('A'), alertRule('B')])]);
    await stage.step();
    await stage.step();
    assert.deepEqual(counts, [3]);
  });

  it('that cannot be stored leave the state, show as health, and are tried again', async () => {
    const stage = createStage();
    stage.results.set('A', [sample(1)]);
    const rule = alertRule('A', { forMs: 10_000 });
    await stage.manager.apply([ruleGroup('g', [rule, alertRule('B')])]);
    await stage.step();
    stage.store.takeChanges();
    stage.store.failure = 'fails';
    await stage.step();
    assert.deepEqual(alertStates(stage), ['pending']);
    assert.deepEqual(ruleHealths(stage), ['cannot store changes of alerts: disk is full', 'ok']);
    stage.store.failure = 'none';
    await stage.step();
    assert.deepEqual(alertStates(stage), ['firing']);
    assert.deepEqual(ruleHealths(stage), ['ok', 'ok']);
    assert.deepEqual(stage.store.takeChanges(), ['firing {alertname="A"}: condition held for 10s']);
  });

  it('do not follow from an expression that fails', async () => {
    const stage = createStage();
    stage.results.set('A', [sample(1)]);
    await stage.manager.apply([ruleGroup('g', [alertRule('A')])]);
    await stage.step();
    stage.results.set('A', () => {
      throw new Error('timeout');
    });
    await stage.step();
    assert.deepEqual(alertStates(stage), ['firing']);
    const [view] = stage.manager.groups()[0].rules;
    assert.equal(view.health, 'err');
    assert.equal(view.lastError, 'timeout');
    assert.equal(view.state, 'firing');
  });

  it('show a histogram in their texts, and have no other value then', async () => {
    const stage = createStage();
    stage.results.set('A', [nativeSample('{{count:3 sum:4 buckets:[1 2]}}')]);
    const annotations = [['seen', '{{ $value }} {{ query "A" | first | value }}']] as const;
    await stage.manager.apply([ruleGroup('g', [alertRule('A', { annotations })])]);
    await stage.step();
    const [alert] = stage.manager.activeAlerts();
    const shown = '{count:3, sum:4, (0.5,1]:1, (1,2]:2}';
    assert.equal(alert.annotations.seen, `${shown} ${shown}`);
    assert.equal(alert.value, 0);
  });

  it('tell of templates that fail, in the annotation and in the view', async () => {
    const stage = createStage();
    stage.results.set('A', [sample(2, { job: 'a' })]);
    const annotations = [
      ['good', '{{ $labels.job }} {{ query "up" | first | value }} {{ $externalLabels.dc }}'],
      ['bad', '{{ first (query "none") }}'],
    ] as const;
    stage.results.set('up', [sample(5)]);
    await stage.manager.apply([ruleGroup('g', [alertRule('A', { annotations })])], {
      externalLabels: createLabels({ dc: 'x' }),
    });
    await stage.step();
    const [alert] = stage.manager.activeAlerts();
    assert.equal(alert.annotations.good, 'a 5 x');
    assert.match(alert.annotations.bad, /^<error expanding template: .*no elements>$/);
    const [view] = stage.manager.groups()[0].rules;
    assert.equal(view.health, 'ok');
    assert.match(view.templateError ?? '', /no elements/);
  });
});

describe('the state of alerts', () => {
  const rule = alertRule('A', { forMs: 30_000 });

  it('goes on where it was after a kill', async () => {
    const stage = createStage();
    stage.results.set('A', [sample(1)]);
    await stage.manager.apply([ruleGroup('g', [rule])]);
    await stage.step();
    const [{ activeAtMs }] = stage.manager.activeAlerts();
    const next = stage.restart();
    await next.manager.apply([ruleGroup('g', [rule])]);
    await next.step();
    assert.deepEqual(alertStates(next), ['pending']);
    await next.step(20_000);
    const [alert] = next.manager.activeAlerts();
    assert.equal(alert.state, 'firing');
    assert.equal(alert.activeAtMs, activeAtMs);
    assert.equal(alert.firedAtMs, activeAtMs + 30_000);
    // The series of the state before the kill ends.
    assert.ok(next.takeWritten().some((line) => /^ALERTS\{.*pending.*stale/.test(line)));
  });

  it('is waited for: without it nothing is evaluated', async () => {
    const stage = createStage();
    stage.results.set('A', [sample(1)]);
    await stage.manager.apply([ruleGroup('g', [alertRule('A')])]);
    stage.store.failure = 'fails';
    await stage.step();
    await stage.step();
    assert.equal(stage.manager.stats().evaluations, 0);
    stage.store.failure = 'none';
    await stage.step();
    assert.deepEqual(alertStates(stage), ['firing']);
  });

  it('is held for a while where the data are not back after a restart', async () => {
    const stage = createStage({ restoredHoldMs: 30_000 });
    stage.results.set('A', [sample(1, { n: '1' }), sample(1, { n: '2' })]);
    const group = ruleGroup('g', [alertRule('A')]);
    await stage.manager.apply([group]);
    await stage.step();
    const next = stage.restart();
    await next.manager.apply([group]);
    next.store.takeChanges();
    next.results.set('A', []);
    await next.step();
    assert.deepEqual(alertStates(next), ['firing', 'firing']);
    // One is back, so its next absence is a recovery; the other is still waited for.
    next.results.set('A', [sample(1, { n: '1' })]);
    await next.step();
    next.results.set('A', []);
    await next.step();
    assert.deepEqual(next.store.takeChanges(), [
      'resolved {alertname="A", n="1"}: expression no longer matches',
    ]);
    await next.step(20_000);
    assert.deepEqual(next.store.takeChanges(), [
      'resolved {alertname="A", n="2"}: expression no longer matches',
    ]);
  });

  it('stays with a rule whose expression, file or `for` was edited', async () => {
    const stage = createStage();
    stage.results.set('A', [sample(1)]);
    stage.results.set('A > 0', [sample(1)]);
    await stage.manager.apply([ruleGroup('g', [rule])]);
    await stage.step();
    const edited = alertRule('A', { expression: 'A > 0', forMs: 10_000 });
    await stage.manager.apply([ruleGroup('g', [edited], { file: 'other.yml' })]);
    await stage.step(20_000);
    assert.deepEqual(alertStates(stage), ['firing']);
  });

  it('tells twins apart by their order', async () => {
    const stage = createStage();
    stage.results.set('A', [sample(1)]);
    const twins = [alertRule('A'), alertRule('A', { expression: 'none' })];
    await stage.manager.apply([ruleGroup('g', twins)]);
    await stage.step();
    const keys = stage.manager.groups()[0].rules.map(({ key }) => key);
    assert.deepEqual(keys, ['g/A{}', 'g/A{}#2']);
    assert.deepEqual(
      stage.manager.activeAlerts().map(({ ruleKey }) => ruleKey),
      ['g/A{}'],
    );
  });
});

describe('rules that are removed', () => {
  it('end their alerts, as soon as that can be stored', async () => {
    const stage = createStage();
    stage.results.set('A', [sample(1)]);
    stage.results.set('B', [sample(1)]);
    await stage.manager.apply([
      ruleGroup('g', [alertRule('A'), alertRule('B', { forMs: 60_000 })]),
    ]);
    await stage.step();
    stage.store.takeChanges();
    stage.store.failure = 'fails';
    await stage.manager.apply([]);
    await stage.step(1);
    assert.equal(stage.store.alerts.size, 2);
    stage.store.failure = 'none';
    await stage.step(1);
    assert.deepEqual(stage.store.takeChanges(), [
      'resolved {alertname="A"}: its rule is no longer in the configuration',
      'dropped {alertname="B"}: its rule is no longer in the configuration',
    ]);
    assert.equal(stage.store.alerts.size, 0);
  });

  it('while the server was down end their alerts too', async () => {
    const stage = createStage();
    stage.results.set('A', [sample(1)]);
    await stage.manager.apply([ruleGroup('g', [alertRule('A')])]);
    await stage.step();
    stage.store.takeChanges();
    const next = stage.restart();
    await next.manager.apply([]);
    await next.step();
    assert.deepEqual(next.store.takeChanges(), [
      'resolved {alertname="A"}: its rule is no longer in the configuration',
    ]);
    assert.ok(next.takeWritten().every((line) => line.includes('stale')));
  });

  it('end their series, but not those that another rule goes on writing', async () => {
    const stage = createStage();
    stage.results.set('e', [sample(1, { n: '1' }), sample(1, { n: '2' })]);
    stage.results.set('f', [sample(1, { n: '2' })]);
    await stage.manager.apply([ruleGroup('old', [recordingRule('r', 'e')])]);
    await stage.step();
    stage.takeWritten();
    await stage.manager.apply([ruleGroup('new', [recordingRule('r', 'f')])]);
    await stage.step(1);
    assert.deepEqual(stage.takeWritten(), []);
    await stage.step();
    const stale = stage.takeWritten().filter((line) => line.includes('stale'));
    assert.deepEqual(
      stale.map((line) => line.split(' ')[0]),
      ['r{n="1"}'],
    );
    await stage.step();
    assert.ok(stage.takeWritten().every((line) => !line.includes('stale')));
  });

  it('and put back keep their alerts where nobody was told of the end', async () => {
    const stage = createStage();
    stage.results.set('A', [sample(1)]);
    const group = ruleGroup('g', [alertRule('A')]);
    await stage.manager.apply([group]);
    await stage.step();
    stage.store.takeChanges();
    await stage.manager.apply([]);
    await stage.manager.apply([group]);
    await stage.step();
    assert.deepEqual(stage.store.takeChanges(), []);
    assert.deepEqual(alertStates(stage), ['firing']);
  });
});

describe('alerts under failures and kills', () => {
  it('never skip a state, and the record agrees with memory', async () => {
    for (let seed = 1; seed <= 12; seed++) await simulate(seed);
  });

  async function simulate(seed: number): Promise<void> {
    const random = createSeededRandom(seed);
    const chance = (p: number): boolean => random.float() < p;
    let stage = createStage();
    const rules = [
      alertRule('A'),
      alertRule('B', { forMs: 25_000 }),
      alertRule('C', { forMs: 10_000, keepFiringForMs: 15_000 }),
    ];
    const legal = new Map<string, string>();
    const checkLegal = (): void => {
      for (const { kind, alert } of stage.store.transitions.splice(0)) {
        const key = `${alert.ruleKey}${alert.fingerprint}`;
        const before = legal.get(key) ?? 'none';
        const allowed: Readonly<Record<string, readonly string[]>> = {
          pending: ['none'],
          firing: ['none', 'pending'],
          resolved: ['firing'],
          dropped: ['pending'],
          kept: ['firing'],
        };
        assert.ok(allowed[kind].includes(before), `seed ${seed}: ${kind} after ${before}`);
        legal.set(key, alert.state === 'inactive' ? 'none' : alert.state);
      }
    };
    await stage.manager.apply([ruleGroup('g', rules)]);
    for (let round = 0; round < 80; round++) {
      for (const { name } of rules) {
        const result = ['1', '2'].filter(() => chance(0.6)).map((n) => sample(round, { n }));
        stage.results.set(name, () => {
          if (chance(0.1)) throw new Error('query failed');
          return result;
        });
      }
      stage.store.failure = chance(0.2) ? 'fails' : 'none';
      if (chance(0.1)) {
        stage = stage.restart();
        await stage.manager.apply([ruleGroup('g', rules)]);
      }
      if (chance(0.05)) await stage.manager.apply([ruleGroup('g', rules.slice(0, 2))]);
      else if (chance(0.1)) await stage.manager.apply([ruleGroup('g', rules)]);
      await stage.step();
      checkLegal();
      if (stage.store.failure !== 'none') continue;
      const strip = (
        alerts: Iterable<{
          ruleKey: string;
          fingerprint: string;
          state: string;
          activeAtMs: number;
          keepFiringSinceMs: number | undefined;
        }>,
      ) =>
        [...alerts]
          .map((a) => {
            const { ruleKey, fingerprint, state, activeAtMs, keepFiringSinceMs } = a;
            return `${ruleKey} ${fingerprint} ${state} ${activeAtMs} ${keepFiringSinceMs}`;
          })
          .sort();
      assert.deepEqual(
        strip(stage.manager.activeAlerts()),
        strip(stage.store.alerts.values()),
        `seed ${seed} round ${round}`,
      );
    }
  }
});
