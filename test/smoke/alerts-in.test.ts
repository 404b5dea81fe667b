/**
 * The promise: who points a Prometheus here gets its alerts paged and ended. Seen with the real one,
 * where this machine has it.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { startExporter } from '../harness/exporter.ts';
import { findPrometheus, type PeerProgram, startPrometheus } from '../harness/peers.ts';
import { createScratchFolder, type RunningServer, startServer } from '../harness/server.ts';
import { waitUntil } from '../harness/wait.ts';

const RULES = `
groups:
  - name: outside
    interval: 1s
    rules:
      - alert: ShopDown
        expr: up{job="shop"} == 0
        labels: { severity: critical }
        annotations: { summary: 'Checkout does not answer' }
`;

describe('alerts from a Prometheus', () => {
  const programs = findPrometheus();
  if (programs.length === 0) it('fire and end here', { skip: 'no Prometheus here' }, () => {});
  for (const program of programs) {
    it(`fire and end here, from Prometheus ${program.version}`, async () => {
      const server = await startServer({ config: 'watch: { self: false, host: false }\n' });
      try {
        await watchShop(program, server);
      } finally {
        await server.stop();
      }
    });
  }
});

async function watchShop(program: PeerProgram, server: RunningServer): Promise<void> {
  const exporter = await startExporter(() => 'orders_total 1\n');
  const prometheus = await startPrometheus(program, configFor(server, exporter.address));
  try {
    exporter.answer = 500;
    const alert = await waitForState(server, 'firing');
    assert.deepEqual(
      [alert.name, alert.output, alert.origin, alert.service, alert.summary],
      ['ShopDown', 'page', 'external', 'shop', 'Checkout does not answer'],
    );
    const { history, annotations } = await server.client('getAlert', { params: { id: alert.id } });
    assert.match(history[0].reason, /^Prometheus at 127\.0\.0\.1 \(\S+\) says that it fires/);
    assert.match(annotations.generator_url, /graph\?g0\.expr=up/);
    exporter.answer = () => 'orders_total 2\n';
    const over = await waitForState(server, 'resolved');
    assert.equal(over.id, alert.id);
  } finally {
    await prometheus.stop();
    await exporter.stop();
  }
}

async function waitForState(server: RunningServer, state: 'firing' | 'resolved') {
  return waitUntil(`an alert that is ${state}`, async () => {
    const { alerts } = await server.client('listAlerts', { query: { state } });
    return alerts[0];
  });
}

function configFor(server: RunningServer, target: string): string {
  const folder = createScratchFolder();
  const rules = join(folder, 'rules.yml');
  const token = join(folder, 'token');
  writeFileSync(rules, RULES);
  writeFileSync(token, server.token);
  return `
global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: ['${rules}']
scrape_configs:
  - job_name: shop
    static_configs: [{ targets: ['${target}'] }]
alerting:
  alertmanagers:
    - authorization: { credentials_file: '${token}' }
      static_configs: [{ targets: ['${new URL(server.url).host}'] }]
`;
}
