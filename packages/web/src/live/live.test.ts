import assert from 'node:assert/strict';
import test from 'node:test';
import { alertOf, NOW } from '../alerts/testing.ts';
import { dismissAlarm, raiseAlarm, settleAlarms } from './alarm.ts';
import { createBatch } from './batch.ts';
import { backoffMs, type ConnectionState, startEventStream } from './event-stream.ts';
import { createStreamHub, type HubMessage, parseHubMessage } from './stream-hub.ts';
import { parseServerEvent } from './server-event.ts';

const page = (alertId: string, firedAt = NOW) => ({
  id: `page of ${alertId}`,
  alertId,
  title: 'x',
  body: 'y',
  service: null,
  firedAt,
});

/** A stream whose sources, timers and chance are in the hands of the test. */
function harness() {
  const sources: { emit: (type: string, data?: string) => void; isClosed: boolean }[] = [];
  const states: ConnectionState[] = [];
  const heard: string[] = [];
  const timers: { run: () => void; delayMs: number }[] = [];
  const stream = startEventStream({
    open: () => {
      const listeners = new Map<string, (event: { data?: unknown }) => void>();
      const source = {
        isClosed: false,
        emit: (type: string, data?: string) => listeners.get(type)?.({ data }),
      };
      sources.push(source);
      return {
        addEventListener: (type, listener) => listeners.set(type, listener),
        close: () => {
          source.isClosed = true;
        },
      };
    },
    schedule: (run, delayMs) => {
      const timer = { run, delayMs };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
    random: () => 1,
    eventNames: ['page'],
    onData: (data) => heard.push(data),
    onState: (state) => states.push(state),
  });
  return { stream, sources, states, heard, timers };
}

test('events are heard, named or not', () => {
  const { sources, heard, states } = harness();
  sources[0]?.emit('open');
  sources[0]?.emit('message', 'a');
  sources[0]?.emit('page', 'b');
  assert.deepEqual(heard, ['a', 'b']);
  assert.deepEqual(states, ['connecting', 'open']);
});

test('a lost line is opened again, ever more slowly, and at once when hurried', () => {
  const { stream, sources, states, timers } = harness();
  sources[0]?.emit('error');
  assert.equal(sources[0]?.isClosed, true);
  assert.deepEqual(states.at(-1), 'reconnecting');
  assert.equal(timers[0]?.delayMs, 1000);
  timers.shift()?.run();
  sources[1]?.emit('error');
  assert.equal(timers[0]?.delayMs, 2000);
  stream.hurry();
  assert.equal(timers.length, 0);
  assert.equal(sources.length, 3);
  sources[2]?.emit('open');
  sources[2]?.emit('error');
  assert.equal(timers[0]?.delayMs, 1000);
});

test('a source that was given up is not heard any more', () => {
  const { sources, heard, timers } = harness();
  sources[0]?.emit('error');
  timers.shift()?.run();
  sources[0]?.emit('message', 'late');
  sources[0]?.emit('error');
  assert.deepEqual(heard, []);
  assert.equal(timers.length, 0);
});

test('a stopped stream stays stopped', () => {
  const { stream, sources, timers } = harness();
  sources[0]?.emit('error');
  stream.stop();
  assert.equal(timers.length, 0);
});

test('the wait is bounded and spread', () => {
  assert.equal(backoffMs(1, 0), 500);
  assert.equal(backoffMs(60, 1), 30_000);
});

test('events are read by their type', () => {
  assert.deepEqual(parseServerEvent('{"type":"alert.changed","alertId":"a1"}'), {
    type: 'alert.changed',
    alertId: 'a1',
  });
  const sent = page('a1');
  assert.deepEqual(parseServerEvent(JSON.stringify({ type: 'page', page: sent })), {
    type: 'page',
    page: sent,
  });
  const trial = { ...page('a1'), isTest: true };
  assert.deepEqual(parseServerEvent(JSON.stringify({ type: 'page', page: trial })), {
    type: 'page',
    page: trial,
  });
});

test('what is not an event we know is passed over', () => {
  for (const data of ['', '{', 'null', '[]', '{"type":"new"}', '{"type":"page"}', '{"type":5}']) {
    assert.equal(parseServerEvent(data), undefined, data);
  }
});

test('a page that comes again stays one, and the list is bounded', () => {
  const twice = raiseAlarm(raiseAlarm([], page('a1')), { ...page('a1'), id: 'second' });
  assert.deepEqual(
    twice.map(({ id }) => id),
    ['second'],
  );
  const many = Array.from({ length: 30 }, (_, index) => page(`a${index}`)).reduce(
    raiseAlarm,
    dismissAlarm([], ''),
  );
  assert.equal(many.length, 10);
});

test('an alarm ends when someone has the alert or it is over, not before the board knows it', () => {
  const alarms = [page('a1', NOW - 5000)];
  const settle = (about: Parameters<typeof alertOf>[0], now = NOW) =>
    settleAlarms(alarms, { now, needsSomeone: about === undefined ? [] : [alertOf(about)] });
  assert.equal(settle({}), alarms);
  assert.deepEqual(settle({ acknowledgedAt: NOW }), []);
  assert.deepEqual(settle(undefined), []);
  assert.deepEqual(settle(undefined, NOW - 9000), alarms);
});

test('what several events ask for is asked once', () => {
  const timers: (() => void)[] = [];
  const flushed: (readonly string[])[] = [];
  const batch = createBatch({
    schedule: (run) => {
      timers.push(run);
      return () => timers.pop();
    },
    flush: (keys) => flushed.push(keys),
  });
  batch.add([]);
  assert.equal(timers.length, 0);
  batch.add(['board', 'alerts']);
  batch.add(['board']);
  assert.equal(timers.length, 1);
  timers.shift()?.();
  batch.add(['targets']);
  timers.shift()?.();
  assert.deepEqual(flushed, [['board', 'alerts'], ['targets']]);
});

/** A hub whose one stream is in the hands of the test. */
function hubHarness() {
  const world = { startCount: 0, stopCount: 0, hurryCount: 0 };
  const hears: Parameters<Parameters<typeof createStreamHub>[0]>[0][] = [];
  const hub = createStreamHub((hear) => {
    world.startCount += 1;
    hears.push(hear);
    return {
      hurry: () => {
        world.hurryCount += 1;
      },
      stop: () => {
        world.stopCount += 1;
      },
    };
  });
  const openTab = () => {
    const heard: HubMessage[] = [];
    const tab = { post: (message: HubMessage) => heard.push(message) };
    return { heard, tell: (message: unknown) => hub.receive(tab, message) };
  };
  return { world, hears, openTab };
}

test('all tabs share one stream and each hears everything', () => {
  const { world, hears, openTab } = hubHarness();
  const [first, second] = [openTab(), openTab()];
  first.tell('join');
  second.tell('join');
  second.tell('join');
  assert.equal(world.startCount, 1);
  hears[0]?.onData('x');
  assert.deepEqual(first.heard, [{ type: 'data', data: 'x' }]);
  assert.deepEqual(second.heard, first.heard);
});

test('a tab that comes later learns the state and the greeting', () => {
  const { hears, openTab } = hubHarness();
  openTab().tell('join');
  const hello = '{"type":"hello","version":"1","now":5}';
  hears[0]?.onState('open');
  hears[0]?.onData(hello);
  hears[0]?.onData('{"type":"notice.changed"}');
  const late = openTab();
  late.tell('join');
  assert.deepEqual(late.heard, [
    { type: 'state', state: 'open' },
    { type: 'data', data: hello },
  ]);
});

test('the stream ends with the last tab and begins anew with the next', () => {
  const { world, openTab } = hubHarness();
  const [first, second] = [openTab(), openTab()];
  first.tell('join');
  second.tell('join');
  first.tell('leave');
  first.tell('hurry');
  assert.deepEqual(world, { startCount: 1, stopCount: 0, hurryCount: 1 });
  second.tell('leave');
  first.tell('join');
  assert.deepEqual(world, { startCount: 2, stopCount: 1, hurryCount: 1 });
});

test('what is no message of a hub is passed over', () => {
  const sent: HubMessage = { type: 'state', state: 'reconnecting' };
  assert.deepEqual(parseHubMessage(sent), sent);
  for (const message of [null, 'data', { type: 'data' }, { type: 'state', state: 'x' }]) {
    assert.equal(parseHubMessage(message), undefined);
  }
});
