import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom } from '../platform/index.ts';
import { createLabels } from '../series/index.ts';
import { groupOffsetMs, latestSlotMs, nextSlotMs } from './schedule.ts';
import {
  alertRule,
  createStage,
  recordingRule,
  ruleGroup,
  nativeSample,
  sample,
  settle,
  type Stage,
} from './testing.ts';

const states = (stage: Stage): readonly string[] =>
  stage.manager.activeAlerts().map(({ state }) => state);

const healths = (stage: Stage): readonly string[] =>
  stage.manager
    .groups()
    .flatMap(({ rules }) => rules.map(({ health, lastError }) => lastError ?? health));

describe('when groups are evaluated', () => {
  it('is at the same instants after any restart, spread by name', () => {
    const cadence = { intervalMs: 10_000, offsetMs: 3_000 };
    assert.equal(latestSlotMs(cadence, 23_000), 23_000);
    assert.equal(latestSlotMs(cadence, 22_999), 13_000);
    assert.equal(nextSlotMs(cadence, 23_000), 33_000);
    const offsets = Array.from({ length: 200 }, (_, i) =>
      groupOffsetMs({ file: 'f', name: `group-${i}` }, 1000),
    );
    assert.ok(offsets.every((offset) => offset >= 0 && offset < 1000));
    for (let from = 0; from < 1000; from += 250) {
      const count = offsets.filter((offset) => offset >= from && offset < from + 250).length;
      assert.ok(count > 25, `${count} of 200 groups in a quarter of the interval`);
    }
  });

  it('is each at its own interval, at instants of its own', async () => {
    const stage = createStage();
    const seen: string[] = [];
    const note = (name: string) => (atMs: number) => {
      seen.push(`${name} ${atMs}`);
      return [];
    };
    stage.results.set('slow', note('slow'));
    stage.results.set('quick', note('quick'));
    const slow = ruleGroup('slow', [recordingRule('s', 'slow')], { intervalMs: undefined });
    const quick = ruleGroup('quick', [recordingRule('q', 'quick')], { queryOffsetMs: 5000 });
    await stage.manager.apply([slow, quick], { defaultIntervalMs: 30_000 });
    for (let i = 0; i < 60; i++) await stage.step(1000);
    const offset = (name: string, intervalMs: number) =>
      groupOffsetMs({ file: 'r.yml', name }, intervalMs);
    const slots = (name: string) =>
      seen.filter((line) => line.startsWith(name)).map((line) => Number(line.split(' ')[1]));
    assert.equal(slots('slow').length, 2);
    assert.equal(slots('quick').length, 6);
    for (const slot of slots('slow')) assert.equal(slot % 30_000, offset('slow', 30_000));
    for (const slot of slots('quick')) {
      assert.equal((slot + 5000) % 10_000, offset('quick', 10_000));
    }
  });

  it('skips and counts the instants that it missed', async () => {
    const stage = createStage();
    await stage.manager.apply([ruleGroup('g', [alertRule('A')])]);
    await stage.step();
    await stage.step(30_000);
    assert.equal(stage.manager.stats().evaluations, 2);
    assert.equal(stage.manager.stats().missedIterations, 2);
    await stage.step();
    assert.equal(stage.manager.stats().evaluations, 3);
    assert.equal(stage.manager.stats().missedIterations, 2);
  });

  it('goes on when the wall clock is set back', async () => {
    const stage = createStage();
    let skewMs = 0;
    const clock = { ...stage.clock, now: () => stage.clock.now() - skewMs };
    const other = createStage({ clock }, stage);
    await other.manager.apply([ruleGroup('g', [alertRule('A')])]);
    await other.step();
    skewMs = 3_600_000;
    await other.step();
    await other.step();
    assert.equal(other.manager.stats().evaluations, 2);
  });

  it('happens by itself between start and stop', async () => {
    const stage = createStage();
    await stage.manager.apply([ruleGroup('g', [alertRule('A')])]);
    stage.manager.start();
    for (let i = 0; i < 30; i++) {
      stage.clock.advance(1000);
      await settle();
    }
    assert.equal(stage.manager.stats().evaluations, 3);
    await stage.manager.stop();
    stage.clock.advance(30_000);
    await settle();
    assert.equal(stage.manager.stats().evaluations, 3);
  });

  it('does not wait for the store on behalf of another group', async () => {
    const stage = createStage();
    stage.results.set('A', [sample(1)]);
    await stage.manager.apply([
      ruleGroup('alerts', [alertRule('A')]),
      ruleGroup('records', [recordingRule('r', 'A')]),
    ]);
    stage.store.failure = 'hangs';
    stage.clock.advance(10_000);
    const first = stage.manager.evaluateDue();
    await settle();
    stage.clock.advance(10_000);
    const second = stage.manager.evaluateDue();
    await settle();
    assert.equal(stage.takeWritten().filter((line) => line.startsWith('r ')).length, 2);
    stage.clock.advance(30_000);
    await Promise.all([first, second]);
    assert.deepEqual(healths(stage), [
      'cannot store changes of alerts: no answer within 30 s',
      'ok',
    ]);
  });
});

describe('what rules write', () => {
  it('is series under new names, with markers where they end', async () => {
    const stage = createStage();
    const rule = {
      ...recordingRule('new', 'e'),
      labels: [
        ['a', ''],
        ['z', 'y'],
      ] as const,
    };
    await stage.manager.apply([ruleGroup('g', [rule], { queryOffsetMs: 0 })]);
    stage.results.set('e', [sample(1, { __name__: 'old', a: '1' }), sample(2, { b: '2' })]);
    await stage.step();
    const at = groupOffsetMs({ file: 'r.yml', name: 'g' }, 10_000);
    assert.deepEqual(stage.takeWritten(), [`new{z="y"} 1 @${at}`, `new{b="2", z="y"} 2 @${at}`]);
    stage.results.set('e', [sample(3, { b: '2' })]);
    await stage.step();
    assert.deepEqual(stage.takeWritten(), [
      `new{b="2", z="y"} 3 @${at + 10_000}`,
      `new{z="y"} stale @${at + 10_000}`,
    ]);
    // An error says nothing about the series, so it ends none.
    stage.results.set('e', () => {
      throw new Error('too dear');
    });
    await stage.step();
    assert.deepEqual(stage.takeWritten(), []);
    assert.deepEqual(healths(stage), ['too dear']);
  });

  it('is a histogram where the result is one', async () => {
    const stage = createStage();
    const rule = recordingRule('new', 'e');
    await stage.manager.apply([ruleGroup('g', [rule], { queryOffsetMs: 0 })]);
    stage.results.set('e', [nativeSample('{{count:3 sum:4 buckets:[1 2]}}', { a: '1' })]);
    await stage.step();
    const at = groupOffsetMs({ file: 'r.yml', name: 'g' }, 10_000);
    const shown = '{count:3, sum:4, (0.5,1]:1, (1,2]:2}';
    assert.deepEqual(stage.takeWritten(), [`new{a="1"} ${shown} @${at}`]);
  });

  it('is there for the rules after it in the group', async () => {
    const stage = createStage();
    stage.results.set('e', [sample(1)]);
    stage.results.set('r', () => (stage.takeWritten().length > 0 ? [sample(1)] : []));
    await stage.manager.apply([
      ruleGroup('g', [recordingRule('r', 'e'), alertRule('A', { expression: 'r' })]),
    ]);
    await stage.step();
    assert.deepEqual(states(stage), ['firing']);
  });

  it('is ALERTS and ALERTS_FOR_STATE, by the state', async () => {
    const stage = createStage();
    stage.results.set('A', [sample(7, { job: 'a' })]);
    await stage.manager.apply([ruleGroup('g', [alertRule('A', { forMs: 10_000 })])]);
    const at = groupOffsetMs({ file: 'r.yml', name: 'g' }, 10_000);
    const since = Math.floor((60_000_000 + at) / 1000);
    await stage.step();
    assert.deepEqual(stage.takeWritten(), [
      `ALERTS{alertname="A", alertstate="pending", job="a"} 1 @${at}`,
      `ALERTS_FOR_STATE{alertname="A", job="a"} ${since} @${at}`,
    ]);
    await stage.step();
    assert.deepEqual(stage.takeWritten(), [
      `ALERTS{alertname="A", alertstate="firing", job="a"} 1 @${at + 10_000}`,
      `ALERTS_FOR_STATE{alertname="A", job="a"} ${since} @${at + 10_000}`,
      `ALERTS{alertname="A", alertstate="pending", job="a"} stale @${at + 10_000}`,
    ]);
    stage.results.set('A', []);
    await stage.step();
    assert.deepEqual(stage.takeWritten(), [
      `ALERTS{alertname="A", alertstate="firing", job="a"} stale @${at + 20_000}`,
      `ALERTS_FOR_STATE{alertname="A", job="a"} stale @${at + 20_000}`,
    ]);
  });

  it('is nothing where two series become one or the limit is exceeded', async () => {
    const stage = createStage();
    stage.results.set('e', [sample(1, { __name__: 'a' }), sample(2, { __name__: 'b' })]);
    stage.results.set('f', [sample(1, { a: '1' }), sample(2, { a: '2' })]);
    const rules = [recordingRule('r', 'e'), recordingRule('s', 'f')];
    await stage.manager.apply([ruleGroup('g', rules, { limit: 1 })]);
    await stage.step();
    assert.deepEqual(stage.takeWritten(), []);
    assert.deepEqual(healths(stage), [
      'exceeded limit of 1 with 2 series',
      'exceeded limit of 1 with 2 series',
    ]);
    await stage.manager.apply([ruleGroup('g', rules)]);
    await stage.step();
    assert.deepEqual(healths(stage), [
      'vector contains metrics with the same labelset after applying rule labels',
      'ok',
    ]);
    assert.equal(stage.manager.stats().failures, 3);
  });

  it('failing to be written is the health of the rule', async () => {
    const stage = createStage({
      write: () => {
        throw new Error('read-only');
      },
    });
    stage.results.set('A', [sample(1)]);
    await stage.manager.apply([ruleGroup('g', [alertRule('A'), recordingRule('r', 'A')])]);
    await stage.step();
    assert.deepEqual(healths(stage), ['cannot write ALERTS: read-only', 'read-only']);
    assert.deepEqual(states(stage), ['firing']);
  });
});

describe('changes of alerts', () => {
  it('count only once they are stored', async () => {
    const told: string[] = [];
    const stage = createStage({ onTransition: ({ kind }) => told.push(kind) });
    stage.results.set('A', [sample(1)]);
    await stage.manager.apply([ruleGroup('g', [alertRule('A')])]);
    stage.store.onPersist = () => {
      assert.deepEqual(states(stage), []);
      assert.deepEqual(stage.takeWritten(), []);
      assert.deepEqual(told, []);
    };
    await stage.step();
    assert.deepEqual(states(stage), ['firing']);
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
    assert.deepEqual(states(stage), ['pending']);
    assert.deepEqual(healths(stage), ['cannot store changes of alerts: disk is full', 'ok']);
    stage.store.failure = 'none';
    await stage.step();
    assert.deepEqual(states(stage), ['firing']);
    assert.deepEqual(healths(stage), ['ok', 'ok']);
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
    assert.deepEqual(states(stage), ['firing']);
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
    assert.deepEqual(states(next), ['pending']);
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
    assert.deepEqual(states(stage), ['firing']);
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
    assert.deepEqual(states(next), ['firing', 'firing']);
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
    assert.deepEqual(states(stage), ['firing']);
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
    assert.deepEqual(states(stage), ['firing']);
  });
});

describe('putting groups in force', () => {
  it('waits for the evaluation under way', async () => {
    const stage = createStage();
    stage.results.set('A', [sample(1)]);
    await stage.manager.apply([ruleGroup('g', [alertRule('A')])]);
    stage.store.failure = 'hangs';
    stage.clock.advance(10_000);
    const evaluation = stage.manager.evaluateDue();
    await settle();
    let isApplied = false;
    const applied = stage.manager.apply([]).then(() => {
      isApplied = true;
    });
    await settle();
    assert.equal(isApplied, false);
    stage.store.failure = 'none';
    stage.clock.advance(30_000);
    await Promise.all([evaluation, applied]);
    assert.equal(stage.manager.groups().length, 0);
  });

  it('keeps the schedule of groups that stay', async () => {
    const stage = createStage();
    const group = ruleGroup('g', [alertRule('A')]);
    await stage.manager.apply([group]);
    for (let i = 0; i < 20; i++) {
      await stage.step(1000);
      await stage.manager.apply([group]);
    }
    assert.equal(stage.manager.stats().evaluations, 2);
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
