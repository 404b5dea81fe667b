/** A real server is asked why a rule does not fire, and why an alert is there. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type FakeExporter, startExporter } from '../harness/exporter.ts';
import { runCommandLine, type RunningServer, startServer } from '../harness/server.ts';
import { waitUntil } from '../harness/wait.ts';

describe('nines why', () => {
  let exporter: FakeExporter;
  let server: RunningServer;
  let load = 0.7;

  before(async () => {
    exporter = await startExporter(() => `load{zone="a"} ${load}\n`);
    server = await startServer({
      args: ['--auth', 'none'],
      config: `
global: {scrape_interval: 200ms, evaluation_interval: 200ms, scrape_timeout: 200ms}
scrape_configs:
  - job_name: shop
    static_configs: [{targets: ['${exporter.address}']}]
rule_files: [rules.yml]
`,
      files: {
        'rules.yml': `
groups:
  - name: shop
    rules:
      - {alert: LoadHigh, expr: load > 0.9, for: 1h, labels: {severity: page}}
`,
      },
    });
  });

  after(async () => {
    await server.stop();
    await exporter.stop();
  });

  it('says which limit is not met, and how far `for` is once it is', async () => {
    const limit = await waitUntil('the first samples', async () => {
      const { causes } = await server.client('explain', { query: { rule: 'LoadHigh' } });
      return causes.find((cause) => cause.kind === 'limit');
    });
    assert.deepEqual([limit.operator, limit.limit, limit.value], ['>', 0.9, 0.7]);
    load = 0.95;
    const [alert] = await waitUntil('the alert', async () => {
      const { alerts } = await server.client('listAlerts', { query: { state: 'pending' } });
      return alerts.length === 0 ? undefined : alerts;
    });
    const { stdout, code } = await runCommandLine(['why', alert.id, '--data', server.dataDir]);
    assert.equal(code, 0);
    assert.match(stdout, /^pending since .*: `for` has (1h|59m\d+s) to go; it fires at /m);
    assert.match(stdout, /^ +1 +0\.95 +load > 0\.9$/m);
    assert.match(stdout, /`for` is over: it fires if the condition still holds$/m);
  });
});
