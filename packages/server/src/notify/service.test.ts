import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError, createManualClock, createSilentLog } from '../platform/index.ts';
import { TESTS_MS, TESTS_PER_CHANNEL_MAX } from './limits.ts';
import type { Channel, ChannelProof, ChannelTest, Message, Outcome } from './model.ts';
import { createChannelRoutes } from './routes.ts';
import { createChannels } from './service.ts';

const NOW = 1_790_000_000_000;
const CHANNELS: readonly Channel[] = [
  { name: 'browser', kind: 'browser', address: 'no open pages' },
  { name: 'webhook/ops', kind: 'webhook', address: 'https://a.example/…' },
  { name: 'email/oncall', kind: 'email', address: 'mina@example.com' },
];
const DELIVERED: Outcome = { state: 'delivered', reason: 'with answer 200' };
const LOST: Outcome = {
  state: 'retry',
  reason: 'no answer within 10 s',
  retryAfterMs: undefined,
  mayHaveArrived: true,
};

function setUp(deliver: (message: Message, count: number) => Promise<Outcome>) {
  const clock = createManualClock(NOW);
  const sent: { readonly channel: string; readonly message: Message }[] = [];
  const proofs = new Map<string, ChannelProof>();
  const channels = createChannels({
    notifier: {
      channels: () => CHANNELS,
      async deliver(channel, message) {
        sent.push({ channel, message });
        return deliver(message, sent.length);
      },
    },
    proofs: {
      find: (channel) => proofs.get(channel),
      noteDelivery: () => {},
      async noteTest(channel: string, lastTest: ChannelTest) {
        proofs.set(channel, { channel, deliveredAtMs: NOW, lastTest });
      },
    },
    clock,
    createId: (prefix) => `${prefix}_1`,
    log: createSilentLog(),
  });
  const test = async (channel: string) => channels.test({ channel, by: 'Mina' });
  return { channels, clock, sent, test };
}

const isAppError = (code: string) => (error: unknown) =>
  error instanceof AppError && error.code === code;

describe('a test of a channel', () => {
  it('is marked as one, says who asked, and what became of it', async () => {
    const { test, sent, clock } = setUp(async () => {
      clock.advance(40);
      return { state: 'delivered', reason: 'to mina@example.com: 250 Ok' };
    });
    assert.deepEqual(await test('email/oncall'), {
      atMs: NOW + 40,
      isDelivered: true,
      reason: 'Delivered to mina@example.com: 250 Ok.',
      durationMs: 40,
    });
    assert.equal(sent.length, 1);
    const { message } = sent[0];
    assert.deepEqual([message.isTest, message.kind, message.pageId], [true, 'page', 'ts_1']);
    assert.match(message.body, /^Mina tries this channel. Nothing is wrong/);
  });

  it('says why it did not arrive, and that it may have', async () => {
    const { test } = setUp(async () => LOST);
    const { isDelivered, reason } = await test('webhook/ops');
    assert.equal(isDelivered, false);
    assert.equal(reason, 'Not delivered: no answer within 10 s. It may have arrived all the same.');
  });

  it('ends at a webhook what it began there', async () => {
    const good = setUp(async () => DELIVERED);
    assert.equal((await good.test('webhook/ops')).reason, 'Delivered with answer 200.');
    assert.deepEqual(
      good.sent.map(({ message: { kind, pageId, alert } }) => [kind, pageId, alert.id]),
      [
        ['page', 'ts_1', 'ts_1'],
        ['resolved', 'ts_1_end', 'ts_1'],
      ],
    );
    const half = setUp(async (_message, count) => (count === 1 ? DELIVERED : LOST));
    const test = await half.test('webhook/ops');
    assert.equal(test.isDelivered, true);
    assert.equal(test.reason, 'Delivered with answer 200. Its end was not: no answer within 10 s.');
  });

  it('is refused for a channel that is not there', async () => {
    const { test } = setUp(async () => DELIVERED);
    await assert.rejects(test('email/gone'), (error: unknown) => {
      assert.ok(isAppError('CHANNEL_NOT_FOUND')(error) && error instanceof AppError);
      assert.match(error.message, /known are browser, webhook\/ops, email\/oncall/);
      return true;
    });
  });

  it('runs alone for its channel, and a few times a minute', async () => {
    const gate = Promise.withResolvers<Outcome>();
    const { test, clock } = setUp(async (_message, count) =>
      count === 1 ? gate.promise : DELIVERED,
    );
    const isLimited = isAppError('CHANNEL_TESTS_TOO_MANY');
    const first = test('email/oncall');
    await assert.rejects(test('email/oncall'), isLimited);
    assert.equal((await test('browser')).isDelivered, true);
    gate.resolve(DELIVERED);
    await first;
    for (let i = 1; i < TESTS_PER_CHANNEL_MAX; i++) await test('email/oncall');
    clock.advance(1_000);
    await assert.rejects(test('email/oncall'), (error: unknown) => {
      assert.ok(isLimited(error) && error instanceof AppError);
      assert.equal(error.retryAfterSeconds, 59);
      return true;
    });
    clock.advance(TESTS_MS);
    await test('email/oncall');
  });

  it('leaves its turn to the next one when it breaks', async () => {
    const { test } = setUp(async (_message, count) =>
      count === 1 ? Promise.reject(new Error('broken')) : DELIVERED,
    );
    await assert.rejects(test('email/oncall'), /broken/);
    assert.equal((await test('email/oncall')).isDelivered, true);
  });
});

describe('the routes of channels', () => {
  const actor = { id: 'us_1', name: 'mina', displayName: 'Mina', role: 'responder' } as const;
  const context = {
    actor,
    clientAddress: '127.0.0.1',
    sessionToken: undefined,
    watchClient: () => new AbortController().signal,
    setSessionToken: () => {},
  };

  it('list all of them with what is known, and answer a test', async () => {
    const { channels } = setUp(async () => DELIVERED);
    const routes = createChannelRoutes(channels);
    const body = { channel: 'email/oncall' };
    const test = await routes.testChannel({ params: {}, query: {}, body }, context);
    assert.deepEqual(test, {
      at: NOW,
      isDelivered: true,
      reason: 'Delivered with answer 200.',
      durationMs: 0,
    });
    const list = await routes.listChannels({ params: {}, query: {}, body: {} }, context);
    assert.deepEqual(list.channels, [
      { ...CHANNELS[0], provedAt: null, lastTest: null },
      { ...CHANNELS[1], provedAt: null, lastTest: null },
      { ...CHANNELS[2], provedAt: NOW, lastTest: test },
    ]);
  });
});
