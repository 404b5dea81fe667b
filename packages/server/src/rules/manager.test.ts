import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { groupOffsetMs, latestSlotMs, nextSlotMs } from './schedule.ts';
import {
  alertRule,
  alertStates,
  createStage,
  nativeSample,
  recordingRule,
  ruleGroup,
  ruleHealths,
  sample,
  settle,
} from './testing.ts';

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
    assert.deepEqual(ruleHealths(stage), [
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
    assert.deepEqual(ruleHealths(stage), ['too dear']);
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
    assert.deepEqual(alertStates(stage), ['firing']);
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
    assert.deepEqual(ruleHealths(stage), [
      'exceeded limit of 1 with 2 series',
      'exceeded limit of 1 with 2 series',
    ]);
    await stage.manager.apply([ruleGroup('g', rules)]);
    await stage.step();
    assert.deepEqual(ruleHealths(stage), [
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
    assert.deepEqual(ruleHealths(stage), ['cannot write ALERTS: read-only', 'read-only']);
    assert.deepEqual(alertStates(stage), ['firing']);
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
