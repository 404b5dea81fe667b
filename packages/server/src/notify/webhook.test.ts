import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import { createManualClock, forbidden } from '../platform/index.ts';
import type { HttpAnswer, HttpPost, PostHttp } from './http-post.ts';
import type { Message, Outcome, Webhook } from './model.ts';
import { createSampleMessage, FIRED_AT } from './testing.ts';
import { deliverToWebhook, judgeAnswer } from './webhook.ts';
import { formatWebhookBody } from './webhook-body.ts';

const message = createSampleMessage();
const webhook: Webhook = {
  name: 'ops',
  url: new URL('https://hooks.example/nines'),
  secretFile: undefined,
  allowsPrivate: false,
};

async function deliver(options: {
  readonly answer?: Partial<HttpAnswer>;
  readonly error?: Error;
  readonly webhook?: Partial<Webhook>;
  readonly readSecret?: (file: string) => Promise<string>;
  readonly signal?: AbortSignal;
}): Promise<{ outcome: Outcome; posts: HttpPost[] }> {
  const posts: HttpPost[] = [];
  const post: PostHttp = async (sent) => {
    posts.push(sent);
    if (options.error !== undefined) throw options.error;
    return { status: 200, retryAfter: undefined, text: '', ...options.answer };
  };
  const outcome = await deliverToWebhook({ ...webhook, ...options.webhook }, message, {
    clock: createManualClock(FIRED_AT),
    post,
    readSecret: options.readSecret ?? (async () => 'key'),
    externalUrl: 'https://nines.example',
    signal: options.signal ?? new AbortController().signal,
  });
  return { outcome, posts };
}

describe('formatWebhookBody', () => {
  const read = (sent: Message): unknown =>
    JSON.parse(formatWebhookBody(sent, { name: 'ops', externalUrl: 'https://nines.example' }));
  it('is what Alertmanager sends, with what Nines adds', () => {
    assert.deepEqual(read(message), {
      version: '4',
      receiver: 'webhook/ops',
      status: 'firing',
      groupKey: '{}:{nines_alert="al_1"}',
      groupLabels: {},
      commonLabels: { alertname: 'HighErrors', job: 'checkout' },
      commonAnnotations: { summary: 'Checkout: 3.1 % of orders fail' },
      externalURL: 'https://nines.example',
      truncatedAlerts: 0,
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'HighErrors', job: 'checkout' },
          annotations: { summary: 'Checkout: 3.1 % of orders fail' },
          startsAt: '2026-01-02T03:04:05.678Z',
          endsAt: '0001-01-01T00:00:00Z',
          generatorURL: 'https://nines.example/alerts/al_1',
          fingerprint: '791cec13fcba0368',
        },
      ],
      nines: {
        kind: 'page',
        is_test: false,
        page_id: 'pg_1',
        is_repeat: false,
        step: 1,
        title: 'Checkout: 3.1 % of orders fail',
        body: 'HighErrors has held for 5m.',
        alert_id: 'al_1',
        alert_url: 'https://nines.example/alerts/al_1',
        output: 'page',
        service: 'checkout',
        owner: 'Payments',
        playbook: 'https://wiki.example/checkout',
        value: 0.031,
      },
    });
  });
  it('says when the alert ended', () => {
    const alert = { ...message.alert, resolvedAtMs: FIRED_AT + 60_000 };
    const text = JSON.stringify(read({ ...message, kind: 'resolved', alert }));
    assert.match(text, /"status":"resolved".*"endsAt":"2026-01-02T03:05:05.678Z"/);
  });
});

describe('deliverToWebhook', () => {
  it('is delivered by any 2xx', async () => {
    const { outcome, posts } = await deliver({ answer: { status: 202 } });
    assert.deepEqual(outcome, { state: 'delivered', reason: 'with answer 202' });
    assert.equal(posts[0].headers['idempotency-key'], 'pg_1');
    assert.equal(posts[0].headers['nines-signature'], undefined);
  });
  it('signs time and body with the key in the file', async () => {
    const { posts } = await deliver({
      webhook: { secretFile: '/keys/ops' },
      readSecret: async (file) => `key of ${file}`,
    });
    const seconds = Math.floor(FIRED_AT / 1000);
    const digest = createHmac('sha256', 'key of /keys/ops')
      .update(`${seconds}.${posts[0].body}`)
      .digest('hex');
    assert.equal(posts[0].headers['nines-signature'], `t=${seconds},v1=${digest}`);
  });
  it('sends nothing unsigned when the key is away', async () => {
    const error = Object.assign(new Error('no such file'), { code: 'ENOENT' });
    const { outcome, posts } = await deliver({
      webhook: { secretFile: '/keys/ops' },
      readSecret: async () => Promise.reject(error),
    });
    assert.equal(posts.length, 0);
    assert.equal(outcome.state, 'retry');
    assert.match(outcome.reason, /secret_file does not exist \(ENOENT\)/);
  });
  it('retries when nothing listens', async () => {
    const error = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    const { outcome } = await deliver({ error });
    assert.equal(outcome.state, 'retry');
    assert.equal(outcome.reason, 'nothing listens at its address (ECONNREFUSED)');
  });
  it('says whether an attempt without an answer may have arrived', async () => {
    const check = async (code: string, want: boolean) => {
      const error = Object.assign(new Error('broke'), { code });
      const { outcome } = await deliver({ error });
      assert.ok(outcome.state === 'retry');
      assert.equal(outcome.mayHaveArrived, want, code);
    };
    await check('ECONNREFUSED', false);
    await check('ENOTFOUND', false);
    await check('ECONNRESET', true);
    await check('WEBHOOK_TIMEOUT', true);
  });
  it('fails for good when the address is refused', async () => {
    const { outcome } = await deliver({ error: forbidden('X', '10.0.0.1 is not on the internet') });
    assert.equal(outcome.state, 'failed');
    assert.match(outcome.reason, /refused: 10.0.0.1 is not/);
  });
  it('says when Nines itself was stopped', async () => {
    const signal = AbortSignal.abort();
    const { outcome } = await deliver({ error: new Error('called off'), signal });
    assert.equal(outcome.reason, 'Nines was stopped meanwhile');
  });
});

describe('judgeAnswer', () => {
  const check = (status: number, want: Outcome['state']) =>
    assert.equal(judgeAnswer({ status, retryAfter: undefined, text: '' }, 0).state, want);
  it('delivers on 2xx', () => [200, 201, 204, 299].forEach((status) => check(status, 'delivered')));
  it('fails on 4xx', () => [400, 401, 404, 410, 422].forEach((status) => check(status, 'failed')));
  it('retries what may pass', () =>
    [408, 429, 500, 502, 503, 302, 199].forEach((status) => check(status, 'retry')));
  it('takes a gateway that lost its receiver for one that may have delivered', () => {
    const mayHaveArrived = (status: number) => {
      const outcome = judgeAnswer({ status, retryAfter: undefined, text: '' }, 0);
      return outcome.state === 'retry' && outcome.mayHaveArrived;
    };
    assert.deepEqual([500, 502, 503, 504, 429].map(mayHaveArrived), [
      false,
      true,
      false,
      true,
      false,
    ]);
  });
  it('hands on the wish for patience', () => {
    const outcome = judgeAnswer({ status: 429, retryAfter: '30', text: '' }, 0);
    assert.ok(outcome.state === 'retry');
    assert.equal(outcome.retryAfterMs, 30_000);
  });
  it('quotes the first line, cleaned and cut', () => {
    const quote = (text: string) => judgeAnswer({ status: 400, retryAfter: undefined, text }, 0);
    assert.equal(quote('\nno \u001b[31mkey\nmore').reason, 'it answered 400: no [31mkey');
    assert.equal(quote('x'.repeat(900)).reason.length, 'it answered 400: '.length + 201);
    assert.equal(quote('').reason, 'it answered 400');
  });
});
