/** A real server is asked what is wrong with rules, by their text and by its series. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { findSeriousFaults } from '../harness/axe.ts';
import { openBrowser } from '../harness/browser.ts';
import { type FakeExporter, startExporter } from '../harness/exporter.ts';
import { runCommandLine, type RunningServer, startServer } from '../harness/server.ts';
import { waitUntil } from '../harness/wait.ts';

const BODY = `# TYPE heat gauge
heat{zone="a"} 1
heat{zone="b"} 2
# TYPE served_total counter
served_total 5
`;

/** Each alert has one fault, which only the server can know of. */
const RULES = `groups:
  - name: shop
    rules:
      - {alert: Missing, expr: heta > 5, for: 5m, annotations: {summary: x, playbook: x}}
      - {alert: OtherLabels, expr: 'heat{zone="c"} > 5', for: 5m, annotations: {summary: x, playbook: x}}
      - {alert: Gauge, expr: 'rate(heat[5m]) > 5', for: 5m, annotations: {summary: x, playbook: x}}
      - {alert: Short, expr: 'rate(served_total[1s]) > 5', for: 5m, annotations: {summary: x, playbook: x}}
      - {alert: NoLabel, expr: 'sum by (place) (heat) > 5', for: 5m, annotations: {summary: x, playbook: x}}
      - {alert: Holds, expr: heat > 0, for: 5m, annotations: {summary: x, playbook: x}}
`;

const browser = await openBrowser();

describe('nines lint', () => {
  let exporter: FakeExporter;
  let server: RunningServer;

  before(async () => {
    exporter = await startExporter(() => BODY);
    server = await startServer({
      args: ['--auth', 'none'],
      config: `
global: {scrape_interval: 1s, evaluation_interval: 1s, scrape_timeout: 1s}
scrape_configs:
  - job_name: shop
    static_configs: [{targets: ['${exporter.address}']}]
rule_files: [rules.yml]
`,
      files: { 'rules.yml': RULES },
    });
  });

  after(async () => {
    await browser?.close();
    await server.stop();
    await exporter.stop();
  });

  it('finds by the series what the text does not say', async () => {
    const report = await waitUntil('the first samples', async () => {
      const answer = await server.client('lintRulesInForce', {});
      return answer.rules.some((rule) => rule.resultCount === 2) ? answer : undefined;
    });
    assert.deepEqual(
      // What fires or pends already is told as long as it is news, which is up to the rule's clock.
      report.findings
        .filter(({ check }) => check !== 'alerts/count')
        .map(({ rule, check, line }) => [rule, check, line]),
      [
        ['Missing', 'promql/series', 4],
        ['OtherLabels', 'promql/series', 5],
        ['Gauge', 'promql/rate', 6],
        ['Short', 'promql/range', 7],
        ['NoLabel', 'promql/impossible', 8],
      ],
    );
    const holds = report.rules.find(({ name }) => name === 'Holds');
    assert.deepEqual([holds?.seriesCount, holds?.alertsMax, holds?.output], [2, 2, 'ticket']);
  });

  it('says the same on the command line, and nothing of it offline', async () => {
    const file = join(server.dataDir, 'rules.yml');
    writeFileSync(file, RULES.replace('heat > 0', 'heat > 1'));
    const online = await runCommandLine(['lint', 'rules', file, '--data', server.dataDir]);
    assert.equal(online.code, 1);
    assert.match(
      online.stdout,
      /:4:\d+: error: Missing: heta .* \[promql\/series\]\n.*\n +did you mean heat\?/,
    );
    assert.match(online.stdout, /:9:\d+: note: Holds: .* would make one alert \[alerts\/count\]/);
    const offline = await runCommandLine(['lint', 'rules', '--offline', file]);
    assert.deepEqual(
      [offline.code, offline.stdout],
      [0, '6 rules, 0 errors, 0 warnings, 0 notes, no series were asked\n'],
    );
    const strict = await runCommandLine([
      'lint',
      'rules',
      '--fail-on',
      'note',
      file,
      '--data',
      server.dataDir,
    ]);
    assert.equal(strict.code, 1);
  });

  it('says which rules never fired', async () => {
    const { rules, since, now } = await server.client('getRuleQuality', { query: { days: 7 } });
    assert.ok(now - since < 600_000, 'a server that has just begun knows nothing of a week ago');
    const gauge = rules.find(({ name }) => name === 'Gauge');
    assert.deepEqual([gauge?.firedCount, gauge?.lastFiredAt], [0, null]);
    const text = await runCommandLine(['lint', 'quality', '--data', server.dataDir]);
    assert.equal(text.code, 0);
    assert.match(text.stdout, /^Gauge +shop +0 +0 +0 +- +never fired$/m);
  });

  it('stands beside the rules on the page', { skip: browser === undefined }, async () => {
    assert.ok(browser);
    const page = await (await browser.newContext({ locale: 'en-GB' })).newPage();
    await page.goto(`${server.url}/why`);
    const row = page.getByRole('row', { name: 'Missing' });
    await row.getByText('1 error').waitFor();
    await page.getByText(/rules never fired/).waitFor();
    assert.deepEqual(await findSeriousFaults(page), []);
    await row.getByRole('link', { name: 'Missing' }).click();
    const lint = page.getByRole('region', { name: 'Lint' });
    await lint.getByText('Did you mean heat?').waitFor();
    assert.deepEqual(await findSeriousFaults(page), []);
  });
});
