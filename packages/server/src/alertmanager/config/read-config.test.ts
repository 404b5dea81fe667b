import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatFault } from '../../platform/index.ts';
import type { AlertmanagerConfig } from './model.ts';
import { readAlertmanagerConfig } from './read-config.ts';
import { walkRoutes } from './routing.ts';
import { VERDICT_CASES } from './verdict-testing.ts';

function read(text: string): AlertmanagerConfig {
  const { config, faults } = readAlertmanagerConfig({ text, file: '/etc/am.yml' });
  assert.deepEqual(faults.map(formatFault), []);
  assert.ok(config);
  return config;
}

describe('the verdict on an alertmanager.yml', () => {
  for (const { name, text, refused } of VERDICT_CASES) {
    void it(`${refused === undefined ? 'accepts' : 'refuses'} ${name}`, () => {
      const { config, faults } = readAlertmanagerConfig({ text, file: 'f' });
      const messages = faults.map(formatFault).join('\n');
      if (refused === undefined) assert.equal(messages, '');
      else assert.match(messages, refused);
      assert.equal(config === undefined, refused !== undefined);
    });
  }
});

describe('an alertmanager.yml that was read', () => {
  it('has routes that inherit what they do not say', () => {
    const { route } = read(`
route:
  receiver: a
  group_by: [x]
  group_wait: 10s
  routes:
    - matchers: [b="1", a="2"]
      group_interval: 1m
      routes:
        - { receiver: b, group_by: ['...'], match: { c: d }, continue: true }
        - { group_by: [] }
    - {}
receivers: [{ name: a }, { name: b }]
`);
    const lines = [...walkRoutes(route)].map((one) =>
      [
        one.id,
        one.key,
        one.receiver,
        one.groupByAll ? '...' : one.groupBy.join('+'),
        one.groupWaitMs,
        one.groupIntervalMs,
        one.repeatIntervalMs,
        one.continue,
      ].join(' | '),
    );
    assert.deepEqual(lines, [
      '{} | {} | a | x | 10000 | 300000 | 14400000 | false',
      '{}/{a="2",b="1"}/0 | {}/{a="2",b="1"} | a | x | 10000 | 60000 | 14400000 | false',
      '{}/{a="2",b="1"}/0/{c="d"}/0 | {}/{a="2",b="1"}/{c="d"} | b | ... | 10000 | 60000 | 14400000 | true',
      '{}/{a="2",b="1"}/0/{}/1 | {}/{a="2",b="1"}/{} | a |  | 10000 | 60000 | 14400000 | false',
      '{}/{}/1 | {}/{} | a | x | 10000 | 300000 | 14400000 | false',
    ]);
  });

  it('has integrations with what global says, kind by kind', () => {
    const { receivers, templates, global } = read(`
global:
  resolve_timeout: 2m
  smtp_smarthost: mail:25
  smtp_from: us
  smtp_auth_password_file: pass
  opsgenie_api_key: key
  opsgenie_api_url: https://api.example.com/eu
  slack_app_token: xoxb
  http_config: { proxy_url: http://proxy:3128 }
templates: ['t/*.tmpl']
route: { receiver: a }
receivers:
  - name: a
    slack_configs: [{ channel: '#x', title: '' }, { api_url: 'http://hook/' }]
    opsgenie_configs: [{}]
    email_configs: [{ to: me, require_tls: false }]
    webhook_configs: [{ url: 'http://w/', send_resolved: false, timeout: 1.5s, http_config: {} }]
`);
    assert.equal(global.resolveTimeoutMs, 120_000);
    assert.deepEqual(templates, ['/etc/t/*.tmpl']);
    const { integrations } = receivers[0];
    assert.equal(
      integrations.map((one) => `${one.kind}${one.index}:${one.sendResolved}`).join(' '),
      'webhook0:false email0:false opsgenie0:true slack0:false slack1:false',
    );
    const [webhook, email, opsgenie, app, hook] = integrations;
    assert.ok(webhook.kind === 'webhook' && email.kind === 'email' && opsgenie.kind === 'opsgenie');
    assert.ok(app.kind === 'slack' && hook.kind === 'slack');
    assert.equal(webhook.timeoutMs, 1500);
    assert.equal(webhook.http.proxy.kind, 'none');
    assert.deepEqual(email.smarthost, { host: 'mail', port: '25' });
    assert.deepEqual(email.auth.password, { kind: 'file', path: '/etc/pass' });
    assert.equal(email.requireTls, false);
    assert.equal(email.html, '{{ template "email.default.html" . }}');
    assert.equal(opsgenie.apiUrl, 'https://api.example.com/eu/');
    assert.equal(opsgenie.http.proxy.kind, 'url');
    assert.equal(app.title, '');
    assert.equal(app.fallback, '{{ template "slack.default.fallback" . }}');
    assert.deepEqual(app.apiUrl, { kind: 'text', text: 'https://slack.com/api/chat.postMessage' });
    assert.equal(app.http.auth.kind, 'token');
    assert.deepEqual(hook.apiUrl, { kind: 'text', text: 'http://hook/' });
    assert.equal(hook.http.auth.kind, 'none');
  });

  it('has details as YAML means them', () => {
    const { receivers } = read(`
route: { receiver: a }
receivers:
  - name: a
    pagerduty_configs: [{ routing_key: k, details: { n: 1, s: '1', b: yes, l: [x, { y: ~ }], firing: f } }]
`);
    const [pagerduty] = receivers[0].integrations;
    assert.ok(pagerduty.kind === 'pagerduty');
    assert.deepEqual(pagerduty.details, {
      firing: 'f',
      resolved: '{{ .Alerts.Resolved | toJson }}',
      num_firing: '{{ .Alerts.Firing | len }}',
      num_resolved: '{{ .Alerts.Resolved | len }}',
      n: 1,
      s: '1',
      b: true,
      l: ['x', { y: null }],
    });
    assert.equal(pagerduty.source, pagerduty.client);
  });

  it('remarks on what has no effect', () => {
    const { remarks } = readAlertmanagerConfig({
      text: `route: { receiver: a }
tracing: { endpoint: x }
receivers:
  - name: a
    webhook_configs: [{ url: 'http://x/' }]
`,
      file: 'f',
    });
    assert.deepEqual(
      remarks.map(({ message }) => message),
      ['tracing has no effect in Nines, which sends no traces; leave it out'],
    );
  });

  it('tells all faults at once, and no secret with them', () => {
    const { faults } = readAlertmanagerConfig({
      text: `route: { receiver: b }
receivers:
  - name: a
    slack_configs: [{ api_url: 'ftp://host/T0K3N' }]
    jira_configs: [{}]
`,
      file: 'f',
    });
    const text = faults.map(formatFault).join('\n');
    assert.match(text, /f:1:20: .*undefined receiver/);
    assert.match(text, /f:4:32: .*api_url must be an address/);
    assert.match(text, /needs project/);
    assert.match(text, /needs issue_type/);
    assert.doesNotMatch(text, /T0K3N/);
  });
});
