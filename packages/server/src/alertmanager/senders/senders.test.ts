import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Secret } from '../../platform/index.ts';
import { createLabels } from '../../series/index.ts';
import { readAlertmanagerConfig } from '../config/read-config.ts';
import type { Notification } from '../model.ts';
import type { SendOutcome } from '../state.ts';
import { createTemplateData } from '../templates/data.ts';
import { createTemplateSet } from '../templates/template-set.ts';
import { encodeHeader, encodeQuotedPrintable, parseAddresses } from './email.ts';
import { sendIntegration } from './index.ts';
import { type OutgoingRequest, SendError, truncate, truncateBytes } from './sender.ts';

const NOW_MS = Date.UTC(2026, 1, 3, 4, 5, 6);
const KEY = '{}:{alertname="Down"}';

function createNotification(isResolved: boolean): Notification {
  const alert = {
    fingerprint: 'f',
    labels: createLabels({ alertname: 'Down', team: 'db' }),
    annotations: createLabels({}),
    startsAtMs: NOW_MS,
    endsAtMs: NOW_MS,
    updatedAtMs: NOW_MS,
    isTimeout: false,
    generatorUrl: '',
  };
  return {
    groupKey: KEY,
    receiver: 'a',
    integration: 'x',
    index: 0,
    id: 'id1',
    reason: 'first notification',
    groupLabels: createLabels({ alertname: 'Down' }),
    alerts: [{ alert, isResolved }],
    firing: [],
    resolved: [],
    deadlineMs: 0,
    remembersMs: 0,
  };
}

interface Sent {
  readonly outcome: SendOutcome | string;
  readonly requests: readonly OutgoingRequest[];
  readonly mails: readonly string[];
}

/** Sends by the integration that some lines of YAML describe. */
async function send(
  config: string,
  options: {
    readonly isResolved?: boolean;
    readonly status?: number;
    readonly text?: string;
    readonly contentType?: string;
  } = {},
): Promise<Sent> {
  const text = `route: { receiver: a }\nreceivers:\n- name: a\n  ${config}\n`;
  const read = readAlertmanagerConfig({ text, file: 'am.yml' });
  assert.deepEqual(read.faults, []);
  const integration = read.config?.receivers[0].integrations[0];
  assert.ok(integration !== undefined);
  const { isResolved = false, status = 200, text: answer = '{}', contentType = '' } = options;
  const notification = createNotification(isResolved);
  const templates = createTemplateSet([]);
  const data = createTemplateData(notification, 'http://am');
  const environment = { nowMs: NOW_MS, zone: 'UTC' };
  const requests: OutgoingRequest[] = [];
  const mails: string[] = [];
  const outcome = await sendIntegration(integration, {
    notification,
    externalUrl: 'http://am',
    hostname: 'host',
    nowMs: NOW_MS,
    wechatTokens: new WeakMap(),
    expand: (one, format = 'text') => templates.expand(one, { format, data, environment }),
    readSecret: async (secret: Secret) => (secret.kind === 'text' ? secret.text : secret.path),
    request: async (outgoing) => {
      requests.push(outgoing);
      return { status, contentType, text: answer, retryAfterMs: 7 };
    },
    sendMail: async (_email, mail) => {
      mails.push(`${mail.from} > ${mail.to.join(' ')}\n${mail.raw.toString()}`);
      return { state: 'delivered' };
    },
  }).catch((error: unknown) => {
    assert.ok(error instanceof SendError, String(error));
    return `${error.mayRetry ? 'may pass' : 'final'}: ${error.message}`;
  });
  return { outcome, requests, mails };
}

const SLACK = 'slack_configs: [{ api_url: "http://s/x" }]';
const OPSGENIE = 'opsgenie_configs: [{ api_url: "http://o/", api_key: k, update_alerts: true }]';
const PAGERDUTY = 'pagerduty_configs: [{ url: "http://p/", routing_key: r }]';

describe('senders', () => {
  it('try again what may pass, by the rules of each service', async () => {
    const TEAMS = 'msteams_configs: [{ webhook_url: "http://t/" }]';
    const WEBHOOK = 'webhook_configs: [{ url: "http://w/" }]';
    const TELEGRAM = 'telegram_configs: [{ bot_token: t, chat_id: 1 }]';
    const ROCKETCHAT = 'rocketchat_configs: [{ token: t, token_id: i }]';
    const JIRA = 'jira_configs: [{ api_url: "http://j/", project: p, issue_type: t }]';
    const WECHAT = 'wechat_configs: [{ api_url: "http://w/", api_secret: s, corp_id: c }]';
    const cases: readonly (readonly [string, number, string, SendOutcome['state']])[] = [
      [TEAMS, 200, '', 'delivered'],
      [TEAMS, 429, '', 'failed'],
      [TEAMS, 503, '', 'retry'],
      [TEAMS, 301, '', 'failed'],
      [WEBHOOK, 429, '', 'retry'],
      [WEBHOOK, 400, '', 'failed'],
      [PAGERDUTY, 429, '', 'retry'],
      [PAGERDUTY, 403, '', 'failed'],
      ['pagerduty_configs: [{ service_key: s }]', 403, '', 'retry'],
      [OPSGENIE, 429, '', 'retry'],
      [WECHAT, 200, '{"access_token":"a"}', 'delivered'],
      [WECHAT, 200, '{"access_token":"a","errcode":42001}', 'retry'],
      [WECHAT, 200, '{"access_token":"a","errcode":1}', 'failed'],
      ['incidentio_configs: [{ url: "http://i/", alert_source_token: t }]', 429, '', 'retry'],
      [JIRA, 200, '{"issues":[]}', 'delivered'],
      [JIRA, 429, '', 'retry'],
      [JIRA, 400, '', 'failed'],
      [SLACK, 200, 'ok', 'delivered'],
      [SLACK, 200, 'no_team', 'failed'],
      [TELEGRAM, 200, '{"ok":true}', 'delivered'],
      [TELEGRAM, 400, '{"ok":false,"description":"bad"}', 'retry'],
      [ROCKETCHAT, 200, '{"success":true}', 'delivered'],
      [ROCKETCHAT, 200, '{"success":false,"error":"x"}', 'failed'],
      [ROCKETCHAT, 200, 'nonsense', 'retry'],
    ];
    for (const [config, status, text, want] of cases) {
      const { outcome } = await send(config, { status, text });
      const state = typeof outcome === 'string' ? outcome : outcome.state;
      assert.equal(state, want, `${config} ${status} ${text}`);
    }
    const json = { status: 200, contentType: 'application/json; charset=utf-8' };
    const taken = await send(SLACK, { ...json, text: '{"ok":true}' });
    assert.deepEqual(taken.outcome, { state: 'delivered' });
    assert.deepEqual((await send(SLACK, { ...json, text: '{"ok":false,"error":"e"}' })).outcome, {
      state: 'failed',
      reason: 'error response from Slack: e',
    });
  });

  it('tell the end of alerts in the words of each service', async () => {
    const bodyOf = async (config: string, isResolved: boolean): Promise<string> =>
      (await send(config, { isResolved })).requests
        .map(({ method, url, body }) => `${method} ${url} ${body}`)
        .join('\n');
    assert.match(await bodyOf(PAGERDUTY, false), /"event_action":"trigger"/);
    assert.match(await bodyOf(PAGERDUTY, true), /"event_action":"resolve"/);
    assert.match(
      await bodyOf(OPSGENIE, false),
      /^POST .*v2\/alerts \{.*\nPUT .*message.*\nPUT .*description/,
    );
    assert.match(await bodyOf(OPSGENIE, true), /^POST .*\/close\?identifierType=alias \{"source":/);
    assert.match(await bodyOf(SLACK, true), /"color":"good"/);
    const victorops = 'victorops_configs: [{ api_url: "http://v", api_key: k, routing_key: r }]';
    assert.match(await bodyOf(victorops, true), /^POST http:\/\/v\/k\/r .*"RECOVERY"/);
  });

  it('put all of a message to Pushover in its query', async () => {
    const { requests } = await send(
      'pushover_configs: [{ user_key: u, token: t, ttl: 90s, html: true, message: "<b>{{ .Status }}</b>" }]',
    );
    const query = new URL(requests[0].url).searchParams;
    assert.deepEqual(Object.fromEntries(query), {
      token: 't',
      user: 'u',
      title: '[FIRING:1] Down (db)',
      html: '1',
      message: '<b>firing</b>',
      url: 'http://am/#/alerts?receiver=a',
      url_title: '',
      priority: '2',
      retry: '60',
      expire: '3600',
      device: '',
      sound: '',
      ttl: '90',
    });
  });

  it('refuse what expands to nothing where something is needed', async () => {
    const pagerduty = 'pagerduty_configs: [{ routing_key: "{{ .CommonLabels.none }}" }]';
    assert.equal((await send(pagerduty)).outcome, 'final: routing key cannot be empty');
    const email =
      'email_configs: [{ to: "{{ .CommonLabels.none }}", from: a@b, smarthost: "h:25" }]';
    assert.equal((await send(email)).outcome, "final: parse 'to' addresses: there is none");
  });

  it('leave details out of an event that is too large for PagerDuty', async () => {
    const rows = '{{ range (list 1 2 3 4 5 6 7 8 9) }}{{ printf "%9999s" "x" }}{{ end }}';
    const details = Array.from({ length: 6 }, (_, i) => `d${i}: '${rows}'`).join(', ');
    const { requests } = await send(
      `pagerduty_configs: [{ routing_key: r, details: { ${details} } }]`,
    );
    assert.match(requests[0].body, /"custom_details":\{"error":"Custom details have been removed/);
  });

  it('compose mails whose values cannot break out of their headers', async () => {
    const { mails } = await send(
      'email_configs: [{ to: \'"B, o" <b@x>, c@x\', from: a@x, smarthost: "h:25", text: "é=", html: "", headers: { Subject: "x\\r\\nBcc: é {{ .Status }}" }, threading: { enabled: true, thread_by_date: daily } }]',
    );
    const [head, body] = mails[0].split('\r\n\r\n--nines-id1');
    assert.match(head, /^a@x > b@x c@x\n/);
    assert.match(head, /\nSubject: =\?utf-8\?q\?x=0D=0ABcc:_=C3=A9_firing\?=\r\n/);
    assert.match(head, /\r\nReferences: <alert-[0-9a-f]{16}-2026-02-03@alertmanager>\r\n/);
    assert.match(head, /\r\nMessage-Id: <id1@host>\r\n/);
    assert.match(head, /\r\nDate: Tue, 03 Feb 2026 04:05:06 \+0000\r\n/);
    assert.match(body, /text\/plain; charset=UTF-8\r\n\r\n=C3=A9=3D\r\n--nines-id1--\r\n$/);
  });
});

describe('parts of messages', () => {
  it('are cut where a service cuts them, and say so', () => {
    assert.equal(truncate('😀😀😀', 3), '😀😀😀');
    assert.equal(truncate('😀😀😀😀😀', 4), '😀😀😀…');
    assert.equal(truncateBytes('abcdef', 6), 'abcdef');
    assert.equal(truncateBytes('ééééé', 8), 'éé…');
  });

  it('are encoded for mails', () => {
    assert.equal(encodeHeader('plain, "x"'), 'plain, "x"');
    assert.equal(encodeHeader('a_b é'), '=?utf-8?q?a=5Fb_=C3=A9?=');
    assert.equal(encodeHeader('é'.repeat(12)).split('\r\n ').length, 2);
    assert.equal(encodeQuotedPrintable('a \nb=é'), 'a=20\r\nb=3D=C3=A9');
    const long = encodeQuotedPrintable('x'.repeat(200)).split('\r\n');
    assert.ok(long.every((line) => line.length <= 76));
    assert.equal(long.map((line) => line.replace(/=$/, '')).join(''), 'x'.repeat(200));
  });

  it('read addresses with their names', () => {
    assert.deepEqual(parseAddresses('a@x, B <b@x>, "C, \\"d\\"" <c@x>', 'to'), [
      'a@x',
      'b@x',
      'c@x',
    ]);
    assert.throws(() => parseAddresses('nobody', 'to'), /parse 'to' addresses: "nobody" is none/);
    assert.throws(() => parseAddresses('<a@x\r\nRCPT TO:e@x>', 'to'), /is none/);
  });
});
