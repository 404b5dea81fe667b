import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Registry } from 'prom-client';
import { createManualClock, createSilentLog } from '../platform/index.ts';
import type { Smtp } from './email-model.ts';
import type { PostHttp } from './http-post.ts';
import { createNotifyMetrics } from './metrics.ts';
import type { BrowserHub } from './model.ts';
import { createNotifier } from './notifier.ts';
import { createSampleMessage } from './testing.ts';

const message = createSampleMessage();
const ops = {
  name: 'ops',
  url: new URL('https://a.example'),
  secretFile: undefined,
  allowsPrivate: false,
};

const smtp: Smtp = {
  host: 'smtp.example.com',
  port: 587,
  isTlsFromStart: false,
  requiresTls: true,
  from: { name: '', address: 'nines@example.com' },
  hello: 'localhost',
  auth: undefined,
  caFile: undefined,
  isCheckSkipped: false,
};

function create(options: { readonly hub?: BrowserHub['deliver']; readonly post?: PostHttp } = {}) {
  const registry = new Registry();
  const delivered: string[] = [];
  const clock = createManualClock();
  const notifier = createNotifier({
    hub: {
      openCount: () => 2,
      deliver: options.hub ?? (async () => ({ openCount: 0, confirmedCount: 0 })),
    },
    post: options.post ?? (async () => ({ status: 200, retryAfter: undefined, text: '' })),
    sendMail: async () => ({ state: 'accepted', text: '250 OK', refused: [] }),
    clock,
    log: createSilentLog(),
    metrics: createNotifyMetrics(registry),
    onDelivered: (channel) => void delivered.push(channel),
    externalUrl: 'http://nines.example',
  });
  notifier.apply({ webhooks: [ops], smtp, emails: [{ name: 'oncall', to: ['mina@example.com'] }] });
  const deliver = async (channel: string) =>
    notifier.deliver(channel, message, new AbortController().signal);
  return { notifier, deliver, registry, clock, delivered };
}

describe('createNotifier', () => {
  it('names its channels and where they lead, the browser first', () =>
    assert.deepEqual(create().notifier.channels(), [
      { name: 'browser', kind: 'browser', address: '2 open pages' },
      { name: 'webhook/ops', kind: 'webhook', address: 'https://a.example/' },
      { name: 'email/oncall', kind: 'email', address: 'mina@example.com' },
    ]));
  it('delivers to open pages', async () => {
    const hub = (confirmedCount: number) => async () => ({ openCount: 3, confirmedCount });
    assert.deepEqual(await create({ hub: hub(1) }).deliver('browser'), {
      state: 'delivered',
      reason: 'to 1 open page',
    });
    assert.equal((await create({ hub: hub(2) }).deliver('browser')).reason, 'to 2 open pages');
    const nobody = await create({ hub: hub(0) }).deliver('browser');
    assert.equal(nobody.state, 'retry');
    assert.equal(nobody.reason, '3 open pages did not confirm it');
  });
  it('tries again while no page is open', async () => {
    const outcome = await create().deliver('browser');
    assert.equal(outcome.state, 'retry');
    assert.equal(outcome.reason, 'no page of Nines is open in a browser');
  });
  it('does not wait for ever for open pages, nor when it is stopped', async () => {
    const { notifier, clock } = create({ hub: async () => new Promise(() => {}) });
    const slow = notifier.deliver('browser', message, new AbortController().signal);
    clock.advance(8000);
    assert.equal((await slow).reason, 'the open pages do not answer');
    const abort = new AbortController();
    const stopped = notifier.deliver('browser', message, abort.signal);
    abort.abort();
    assert.equal((await stopped).reason, 'Nines was stopped meanwhile');
  });
  it('delivers to a webhook', async () =>
    assert.equal((await create().deliver('webhook/ops')).state, 'delivered'));
  it('delivers by e-mail', async () =>
    assert.deepEqual(await create().deliver('email/oncall'), {
      state: 'delivered',
      reason: 'to mina@example.com: 250 OK',
    }));
  it('tells of what was delivered, and of nothing else', async () => {
    const { deliver, delivered } = create();
    for (const channel of ['browser', 'webhook/ops', 'webhook/gone']) await deliver(channel);
    assert.deepEqual(delivered, ['webhook/ops']);
  });
  it('fails for good where the channel is gone', async () => {
    const outcome = await create().deliver('webhook/gone');
    assert.deepEqual(outcome, { state: 'failed', reason: 'webhook/gone is no longer declared' });
  });
  it('answers for a channel that breaks, and never throws', async () => {
    const outcome = await create({ hub: async () => Promise.reject(new Error('bad')) }).deliver(
      'browser',
    );
    assert.equal(outcome.state, 'retry');
    assert.equal(outcome.reason, 'bad');
  });
  it('counts what became of each attempt', async () => {
    const { deliver, registry } = create();
    await deliver('webhook/ops');
    await deliver('browser');
    const text = await registry.metrics();
    assert.match(
      text,
      /nines_notify_attempts_total\{channel="webhook\/ops",outcome="delivered"\} 1/,
    );
    assert.match(text, /nines_notify_attempts_total\{channel="browser",outcome="retry"\} 1/);
  });
});
