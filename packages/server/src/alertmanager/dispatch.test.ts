import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLabels, labelValue } from '../series/index.ts';
import { collect, step } from './dispatch.ts';
import type { Plan } from './plan.ts';
import { createPlan, createRoute, createWorld, equalTo, type World } from './testing.ts';

const MINUTE_MS = 60_000;

/** Plays a story, and compares what was delivered. */
function check(plan: Plan, play: (world: World) => void, want: readonly string[]): void {
  const world = createWorld(plan);
  play(world);
  assert.deepEqual(world.lines, want);
}

describe('a group', () => {
  it('waits for its first turn, then has one each interval', () =>
    check(
      createPlan(),
      (world) => {
        world.fire('Down', 'a');
        world.advance(10_000);
        world.fire('Down', 'b');
        world.advance(MINUTE_MS);
        world.fire('Down', 'c');
        world.advance(10 * MINUTE_MS);
      },
      [
        '30 s ops: first notification; firing [a,b] over []',
        '330 s ops: new alerts added; firing [a,b,c] over []',
      ],
    ));
  it('takes alerts for over that nobody repeats', () =>
    check(
      createPlan({ resolveTimeoutMs: 5 * MINUTE_MS }),
      (world) => {
        world.fire('Down', 'a');
        world.advance(10 * MINUTE_MS);
      },
      [
        '30 s ops: first notification; firing [a] over []',
        '330 s ops: all alerts resolved; firing [] over [a]',
      ],
    ));
  it('does not wait for an alert that began long ago', () => {
    const world = createWorld(createPlan());
    const labels = createLabels({ alertname: 'Down', id: 'a' });
    const alert = {
      fingerprint: 'f',
      labels,
      annotations: createLabels({}),
      startsAtMs: world.nowMs() - 31_000,
      endsAtMs: world.nowMs() + MINUTE_MS,
      updatedAtMs: world.nowMs(),
      isTimeout: false,
      generatorUrl: '',
    };
    step(world.state, { kind: 'alerts', alerts: [alert] }, world.nowMs());
    world.advance(0);
    assert.deepEqual(world.lines, ['0 s ops: first notification; firing [a] over []']);
  });
  it('is repeated once its interval is over, and not before', () =>
    check(
      createPlan({ route: { repeatIntervalMs: 15 * MINUTE_MS } }),
      (world) => {
        world.fire('Down', 'a');
        for (let minute = 0; minute < 40; minute++) {
          world.advance(MINUTE_MS);
          world.fire('Down', 'a');
        }
      },
      [
        '30 s ops: first notification; firing [a] over []',
        '1230 s ops: repeat interval elapsed; firing [a] over []',
      ],
    ));
  it('tells of an end once, and is gone', () => {
    const world = createWorld(createPlan());
    world.fire('Down', 'a', 'b');
    world.advance(MINUTE_MS);
    world.resolve('Down', 'a');
    world.advance(5 * MINUTE_MS);
    world.resolve('Down', 'b');
    world.advance(60 * MINUTE_MS);
    assert.deepEqual(world.lines.slice(1), [
      '330 s ops: some alerts resolved; firing [] over [a,b]'.replace(
        '[] over [a,b]',
        '[b] over [a]',
      ),
      '630 s ops: all alerts resolved; firing [] over [b]',
    ]);
    assert.equal(world.state.groups.size, 0);
    assert.equal(world.state.settled.size, 2);
    collect(world.state, 0, world.nowMs());
    assert.equal(world.state.alerts.size, 0);
  });
  it('says nothing of what was over before anybody heard of it', () =>
    check(
      createPlan(),
      (world) => {
        world.fire('Down', 'a');
        world.resolve('Down', 'a');
        world.advance(60 * MINUTE_MS);
      },
      [],
    ));
  it('keeps an alert that fires again while its end is on the way', () =>
    check(
      createPlan(),
      (world) => {
        world.fire('Down', 'a');
        world.advance(MINUTE_MS);
        world.resolve('Down', 'a');
        world.answer(() => {
          world.fire('Down', 'a');
          world.answer(() => ({ state: 'delivered' }));
          return { state: 'delivered' };
        });
        world.advance(10 * MINUTE_MS);
      },
      [
        '30 s ops: first notification; firing [a] over []',
        '330 s ops: all alerts resolved; firing [] over [a]',
        '630 s ops: first notification; firing [a] over []',
      ],
    ));
  it('is one of each set of values of group_by, or of all labels', () => {
    const world = createWorld(createPlan({ route: { groupBy: 'all' } }));
    world.fire('Down', 'a', 'b');
    world.advance(MINUTE_MS);
    assert.deepEqual(
      world.delivered.map(({ groupKey }) => groupKey),
      ['{}:{alertname="Down", id="a"}', '{}:{alertname="Down", id="b"}'],
    );
  });
});

describe('a receiver', () => {
  it('that does not want ends is not told of them, and hears of a new beginning', () =>
    check(
      createPlan({ integrations: [{ integration: 'webhook', index: 0, sendsResolved: false }] }),
      (world) => {
        world.fire('Down', 'a');
        world.advance(MINUTE_MS);
        world.resolve('Down', 'a');
        world.advance(5 * MINUTE_MS);
        world.fire('Down', 'a');
        world.advance(MINUTE_MS);
      },
      [
        '30 s ops: first notification; firing [a] over []',
        '390 s ops: first notification; firing [a] over []',
      ],
    ));
  it('that is away is tried with growing pauses until the time of the turn is up', () => {
    const world = createWorld(createPlan({ route: { groupIntervalMs: 10_000 } }));
    world.answer(() => ({ state: 'retry', reason: 'away', retryAfterMs: undefined }));
    world.fire('Down', 'a');
    world.advance(41_000);
    const tried = world.attemptCount();
    assert.ok(tried >= 5 && tried <= 14, `${tried} attempts`);
    world.answer(() => ({ state: 'delivered' }));
    world.advance(10_000);
    assert.equal(world.lines.length, 1);
    assert.match(world.lines[0], /first notification; firing \[a\]/);
  });
  it('that refuses for good is asked again at the next turn only', () => {
    const world = createWorld(createPlan());
    world.answer(() => ({ state: 'failed', reason: 'it answered 400' }));
    world.fire('Down', 'a');
    world.advance(4 * MINUTE_MS);
    assert.equal(world.attemptCount(), 1);
    world.advance(2 * MINUTE_MS);
    assert.equal(world.attemptCount(), 2);
  });
  it('is left alone for as long as it asks', () => {
    const world = createWorld(createPlan());
    world.answer(() => ({ state: 'retry', reason: 'it answered 429', retryAfterMs: 60_000 }));
    world.fire('Down', 'a');
    world.advance(89_000);
    assert.equal(world.attemptCount(), 1);
    world.advance(2_000);
    assert.equal(world.attemptCount(), 2);
  });
  it('with two integrations tells each by its own log', () => {
    const integrations = [0, 1].map((index) => ({
      integration: 'webhook',
      index,
      sendsResolved: true,
    }));
    const world = createWorld(createPlan({ integrations }));
    world.answer(({ index }) =>
      index === 0 ? { state: 'delivered' } : { state: 'failed', reason: 'gone' },
    );
    world.fire('Down', 'a');
    world.advance(4 * MINUTE_MS);
    world.answer(() => ({ state: 'delivered' }));
    world.fire('Down', 'a');
    world.advance(2 * MINUTE_MS);
    assert.deepEqual(
      world.delivered.map(({ index }) => index),
      [0, 1],
    );
  });
});

describe('what keeps alerts back', () => {
  it('is a silence, until it ends', () =>
    check(
      createPlan(),
      (world) => {
        world.silence([equalTo('id', 'a')], 2 * MINUTE_MS);
        world.fire('Down', 'a', 'b');
        world.advance(4 * MINUTE_MS);
        world.fire('Down', 'a', 'b');
        world.advance(2 * MINUTE_MS);
      },
      [
        '30 s ops: first notification; firing [b] over []',
        '330 s ops: new alerts added; firing [a,b] over []',
      ],
    ));
  it('is an alert that inhibits it, while it fires', () =>
    check(
      createPlan({
        inhibitions: [
          {
            sources: [equalTo('alertname', 'DatacenterDown')],
            targets: [equalTo('alertname', 'Down')],
            equal: [],
          },
        ],
      }),
      (world) => {
        world.fire('DatacenterDown', 'dc');
        world.fire('Down', 'a');
        world.advance(MINUTE_MS);
        world.resolve('DatacenterDown', 'dc');
        world.fire('Down', 'a');
        world.advance(5 * MINUTE_MS);
      },
      [
        '30 s ops: first notification; firing [dc] over []',
        '330 s ops: all alerts resolved; firing [] over [dc]',
        '330 s ops: first notification; firing [a] over []',
      ],
    ));
  it('is the time of its route', () => {
    const isWithin: Plan['isWithin'] = (name, atMs) =>
      name === 'night' && new Date(atMs).getUTCHours() < 10;
    const play = (world: World): void => {
      world.fire('Down', 'a');
      for (let minute = 0; minute < 70; minute++) {
        world.advance(MINUTE_MS);
        world.fire('Down', 'a');
      }
    };
    check(createPlan({ isWithin, route: { muteTimeIntervals: ['night'] } }), play, [
      '3630 s ops: first notification; firing [a] over []',
    ]);
    check(createPlan({ isWithin, route: { activeTimeIntervals: ['night'] } }), play, [
      '30 s ops: first notification; firing [a] over []',
    ]);
  });
});

describe('a new configuration', () => {
  it('does not tell a receiver what it knows', () =>
    check(
      createPlan(),
      (world) => {
        world.fire('Down', 'a');
        world.advance(MINUTE_MS);
        world.changePlan(createPlan({ route: { groupWaitMs: 10_000 } }));
        world.advance(MINUTE_MS);
      },
      ['30 s ops: first notification; firing [a] over []'],
    ));
  it('tells another receiver, and calls off what the old one did not take', () => {
    const world = createWorld(createPlan());
    world.answer(() => ({ state: 'retry', reason: 'away', retryAfterMs: undefined }));
    world.fire('Down', 'a');
    world.advance(31_000);
    world.answer(() => ({ state: 'delivered' }));
    world.changePlan(createPlan({ route: { receiver: 'night' } }));
    world.advance(MINUTE_MS);
    assert.deepEqual(
      world.delivered.map(({ receiver }) => receiver),
      ['night'],
    );
    assert.equal(world.state.sendings.size, 0);
  });
  it('does not bring back what is over and told of', () =>
    check(
      createPlan(),
      (world) => {
        world.fire('Down', 'a', 'b');
        world.advance(MINUTE_MS);
        world.resolve('Down', 'a');
        for (let minute = 0; minute < 6; minute++) {
          world.fire('Down', 'b');
          world.advance(MINUTE_MS);
        }
        world.fire('Down', 'b', 'c');
        world.advance(5 * MINUTE_MS);
        world.fire('Down', 'b', 'c');
        world.changePlan(createPlan());
        world.advance(MINUTE_MS);
      },
      [
        '30 s ops: first notification; firing [a,b] over []',
        '330 s ops: some alerts resolved; firing [b] over [a]',
        '630 s ops: new alerts added; firing [b,c] over []',
      ],
    ));
});

describe('a restart', () => {
  it('tells nothing twice', () =>
    check(
      createPlan(),
      (world) => {
        world.fire('Down', 'a');
        world.advance(MINUTE_MS);
        world.restart();
        world.advance(MINUTE_MS);
      },
      ['30 s ops: first notification; firing [a] over []'],
    ));
  it('tells of an end that came before it', () => {
    const world = createWorld(createPlan());
    world.fire('Down', 'a');
    world.advance(MINUTE_MS);
    world.resolve('Down', 'a');
    world.restart(MINUTE_MS);
    world.advance(MINUTE_MS);
    assert.match(world.lines[1], /all alerts resolved; firing \[\] over \[a\]/);
  });
  it('is no recovery of what fired before', () => {
    const world = createWorld(createPlan({ resolveTimeoutMs: 5 * MINUTE_MS }));
    world.fire('Down', 'a');
    world.advance(MINUTE_MS);
    world.restart(60 * MINUTE_MS);
    world.advance(4 * MINUTE_MS);
    assert.equal(world.lines.length, 1);
    world.fire('Down', 'a');
    world.advance(MINUTE_MS);
    assert.equal(world.lines.length, 1);
  });
  it('names a notification that was on its way as before', () => {
    const world = createWorld(createPlan());
    const ids: string[] = [];
    world.answer(({ id }) => {
      ids.push(id);
      return { state: 'retry', reason: 'away', retryAfterMs: undefined };
    });
    world.fire('Down', 'a');
    world.advance(30_000);
    world.restart();
    world.advance(30_000);
    assert.ok(ids.length >= 2);
    assert.equal(new Set(ids).size, 1);
  });
});

describe('routes that share an alert', () => {
  it('each have a group of their own', () => {
    const routes = ['one', 'two'].map((id) => createRoute({ id, key: `{}/${id}`, receiver: id }));
    const world = createWorld(createPlan({ routesOf: () => routes }));
    world.fire('Down', 'a');
    world.advance(MINUTE_MS);
    const told = world.delivered.map(({ receiver, groupKey, alerts }) => {
      const [{ alert }] = alerts;
      return `${receiver} ${groupKey} ${labelValue(alert.labels, 'id')}`;
    });
    assert.deepEqual(told, ['one {}/one:{alertname="Down"} a', 'two {}/two:{alertname="Down"} a']);
  });
});
