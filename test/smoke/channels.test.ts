/**
 * The promise: a page reaches a mailbox, and so does its end; a channel can be tried before it is
 * needed, and when it last worked is known after a restart; what goes wrong is said in the mail
 * server's words; and who may only look cannot do any of it.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type FakeExporter, startExporter } from '../harness/exporter.ts';
import { type FakeMailServer, startMailServer } from '../harness/mail-server.ts';
import { type FakePager, startPager } from '../harness/pager.ts';
import { type RunningServer, runCommandLine, startServer } from '../harness/server.ts';
import { waitUntil } from '../harness/wait.ts';

const LOGIN = { user: 'nines', password: 'correct-horse' };
const RULES = `
groups:
  - name: shop
    rules:
      - alert: ShopDown
        expr: up{job="shop"} == 0
        labels: { severity: page }
        annotations: { summary: 'Checkout does not answer', playbook: 'https://wiki.example/shop' }
`;

describe('a page by e-mail', () => {
  let exporter: FakeExporter;
  let mailServer: FakeMailServer;
  let pager: FakePager;
  let server: RunningServer;
  const nines = async (...args: string[]) => runCommandLine([...args, '--data', server.dataDir]);

  before(async () => {
    exporter = await startExporter(() => 'orders_total 1\n');
    mailServer = await startMailServer(LOGIN);
    pager = await startPager();
    server = await startServer({
      config: configFor({ exporter, mailServer, pager }),
      files: { 'rules.yml': RULES, password: `${LOGIN.password}\n`, wrong: 'guessed\n' },
    });
  });
  after(async () => {
    await server.stop();
    await exporter.stop();
    await mailServer.stop();
    await pager.stop();
  });

  it('can be tried first: the mail says that it is a test, and the channel is proved', async () => {
    const before = (await server.client('listChannels', {})).channels;
    assert.deepEqual(
      before.map(({ name, provedAt }) => [name, provedAt]),
      [
        ['browser', null],
        ['webhook/ops', null],
        ['email/oncall', null],
      ],
    );
    const run = await nines('channels', 'test', 'email/oncall');
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stdout, /^email\/oncall, .*: Delivered to mina@example.com: 250 /);
    const mail = await mailServer.waitFor(({ headers }) => headers.subject.startsWith('[TEST]'));
    assert.equal(mail.headers.subject, '[TEST] Test: email/oncall reaches you');
    const list = await nines('channels');
    assert.match(list.stdout, /^email\/oncall +2\d{3}-.*mina@example.com .*Delivered to mina/m);
  });

  it('tests a webhook with a page that is marked, and its end', async () => {
    const test = await server.client('testChannel', { body: { channel: 'webhook/ops' } });
    assert.deepEqual([test.isDelivered, test.reason], [true, 'Delivered with answer 200.']);
    const bodies = pager.received.map(({ body }) => JSON.stringify(body));
    assert.equal(bodies.length, 2);
    assert.ok(bodies.every((body) => body.includes('"is_test":true')));
    assert.deepEqual(
      bodies.map((body) => /"status":"(\w+)"/.exec(body)?.[1]),
      ['firing', 'resolved'],
    );
  });

  it('says why a test did not arrive, and ends with 1', async () => {
    const browser = await nines('channels', 'test', 'browser');
    assert.equal(browser.code, 1);
    assert.match(browser.stdout, /Not delivered: no page of Nines is open in a browser\./);
    const unknown = await nines('channels', 'test', 'email/nobody');
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /there is no channel "email\/nobody"; known are browser, /);
  });

  it('arrives when the target goes down, and its end follows in the same thread', async () => {
    exporter.answer = 500;
    const page = await mailServer.waitFor(({ headers }) => headers.subject.startsWith('[PAGE]'));
    assert.equal(page.headers.subject, '[PAGE] Checkout does not answer');
    assert.equal(page.headers.importance, 'high');
    const { alerts } = await server.client('listAlerts', { query: { state: 'active' } });
    const alert = alerts.find(({ name }) => name === 'ShopDown');
    assert.ok(alert !== undefined);
    assert.ok(page.text.includes(`${server.url}/alerts/${alert.id}`));
    exporter.answer = () => 'orders_total 2\n';
    const end = await mailServer.waitFor(({ headers }) => headers.subject.startsWith('[RESOLVED]'));
    assert.equal(end.headers['in-reply-to'], page.headers['in-reply-to']);
    assert.notEqual(end.headers['message-id'], page.headers['message-id']);
    const { history } = await server.client('getAlert', { params: { id: alert.id } });
    const told = history.map(({ reason }) => reason).join('\n');
    assert.match(told, /paged email\/oncall/);
    assert.match(told, /told email\/oncall that it is over/);
  });

  it('hides the password wherever the configuration is shown', async () => {
    const settings = await server.client('getSettings', {});
    assert.deepEqual(settings.emails, [{ name: 'oncall', to: ['mina@example.com'] }]);
    assert.equal(settings.smtp, mailServer.address);
    assert.doesNotMatch(JSON.stringify(settings) + server.output(), /correct-horse/);
  });

  it('cannot be tried by who may only look', async () => {
    await nines('user', 'create', 'wall', '--role', 'viewer');
    const made = await nines('token', 'create', 'screen', '--user', 'wall');
    const token = made.stdout.trim();
    const run = await nines('channels', 'test', 'email/oncall', '--token', token);
    assert.equal(run.code, 4);
    assert.match(run.stderr, /this needs the role responder, and you have viewer/);
    assert.equal((await nines('channels', '--token', token)).code, 0);
    const promoted = await nines('user', 'role', 'wall', 'responder');
    assert.equal(promoted.stdout, 'wall is responder now\n');
    const tooMuch = await nines('token', 'create', 'x', '--user', 'wall', '--role', 'admin');
    assert.match(tooMuch.stderr, /wall is responder, so a token of theirs cannot be admin/);
    const last = await nines('user', 'role', 'admin', 'viewer');
    assert.equal(last.code, 1);
    assert.match(last.stderr, /"admin" is the last admin/);
  });
});

describe('a wrong password of the mail server', () => {
  it('is the reason in the history of the alert, and known of the channel', async () => {
    const exporter = await startExporter(500);
    const mailServer = await startMailServer(LOGIN);
    const pager = await startPager();
    const config = configFor({ exporter, mailServer, pager }).replace(': password', ': wrong');
    const files = { 'rules.yml': RULES, wrong: 'guessed-wrongly\n' };
    const server = await startServer({ config, files });
    try {
      const reason = await waitUntil('the reason', async () => {
        const { alerts } = await server.client('listAlerts', { query: { state: 'active' } });
        const shop = alerts.find(({ name }) => name === 'ShopDown');
        if (shop === undefined) return undefined;
        const { history } = await server.client('getAlert', { params: { id: shop.id } });
        return history.find(({ kind }) => kind === 'page.failed')?.reason;
      });
      assert.match(
        reason,
        /^could not page email\/oncall: mail server .* refused the login of "nines": 535 Invalid username or password; see auth_username/,
      );
      const test = await server.client('testChannel', { body: { channel: 'email/oncall' } });
      assert.equal(test.isDelivered, false);
      assert.match(test.reason, /refused the login/);
      assert.doesNotMatch(server.output() + reason + test.reason, /guessed-wrongly/);
    } finally {
      await server.stop();
      await exporter.stop();
      await mailServer.stop();
      await pager.stop();
    }
  });
});

function configFor(world: {
  readonly exporter: FakeExporter;
  readonly mailServer: FakeMailServer;
  readonly pager: FakePager;
}): string {
  return `
global: { scrape_interval: 1s, scrape_timeout: 500ms, evaluation_interval: 1s }
scrape_configs:
  - job_name: shop
    static_configs: [{ targets: ['${world.exporter.address}'] }]
rule_files: [rules.yml]
services:
  - { name: checkout, owner: payments, match: ['{job="shop"}'] }
webhooks:
  - { name: ops, url: '${world.pager.url}', allow_private: true }
smtp:
  smarthost: ${world.mailServer.address}
  from: Nines <nines@example.com>
  auth_username: nines
  auth_password_file: password
  require_tls: false
emails:
  - { name: oncall, to: mina@example.com }
escalation_policies:
  - name: default
    steps: [{ notify: email/oncall, wait: 5m }]
`;
}
