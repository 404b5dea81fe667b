/**
 * The promise: `nines alertmanager` takes Alertmanager's place. Seen with a real Prometheus that sends
 * to it and with amtool that drives it, where this machine has them.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { startAlertmanager } from '../alertmanager/program.ts';
import { startSink } from '../alertmanager/sink.ts';
import { findPrograms, findPrometheus, startPrometheus } from '../harness/peers.ts';
import { createScratchFolder } from '../harness/server.ts';
import { waitUntil } from '../harness/wait.ts';

const RULES = `
groups:
  - name: outside
    interval: 1s
    rules:
      - { alert: ShopDown, expr: vector(1), labels: { severity: page }, annotations: { summary: down } }
`;
const [prometheus] = findPrometheus();
const [amtool] = findPrograms('amtool');
const skip =
  (prometheus === undefined || amtool === undefined) && 'no Prometheus or no amtool here';

it('a Prometheus alerts through it, and amtool silences that', { skip }, async () => {
  assert.ok(prometheus !== undefined && amtool !== undefined);
  await using opened = new AsyncDisposableStack();
  const folder = createScratchFolder();
  const sink = await startSink();
  opened.defer(async () => sink.stop());
  const config = `
route: { receiver: ops, group_by: [alertname], group_wait: 100ms, group_interval: 1s }
receivers: [{ name: ops, webhook_configs: [{ url: ${sink.url}/ops }] }]
`;
  const program = await startAlertmanager({ folder, config });
  opened.defer(async () => program.stop());
  const rules = join(folder, 'rules.yml');
  writeFileSync(rules, RULES);
  const peer = await startPrometheus(
    prometheus,
    `
rule_files: [${rules}]
alerting: { alertmanagers: [{ static_configs: [{ targets: ['${new URL(program.url).host}'] }] }] }
`,
    // Its first alert comes before it has looked at its own list of Alertmanagers.
    ['--rules.alert.resend-delay=1s'],
  );
  opened.defer(async () => peer.stop());
  const told = await waitUntil('the alert to arrive', async () => sink.told[0]);
  assert.equal(told.groupKey, '{}:{alertname="ShopDown"}');
  const run = (...args: readonly string[]): string =>
    execFileSync(amtool, [`--alertmanager.url=${program.url}`, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  assert.match(run('alert', 'query'), /ShopDown .* active/);
  const id = run('silence', 'add', 'alertname=ShopDown', '-a', 'ana', '-c', 'known').trim();
  assert.match(run('silence', 'query'), new RegExp(`${id} .*alertname="ShopDown"`));
  assert.doesNotMatch(run('alert', 'query'), /ShopDown/);
  assert.match(run('alert', 'query', '--silenced'), /ShopDown .* suppressed/);
  run('silence', 'expire', id);
  assert.doesNotMatch(run('silence', 'query'), new RegExp(id));
  assert.match(run('alert', 'query'), /ShopDown .* active/);
});
