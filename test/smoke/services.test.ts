/**
 * The promise: what is scraped and owned by nobody, and what is declared and not seen, stand out,
 * on the page and on the command line.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { findSeriousFaults } from '../harness/axe.ts';
import { openBrowser } from '../harness/browser.ts';
import { type FakeExporter, startExporter } from '../harness/exporter.ts';
import { runCommandLine, type RunningServer, startServer } from '../harness/server.ts';
import { waitUntil } from '../harness/wait.ts';

const browser = await openBrowser();

describe('the catalogue', () => {
  let exporter: FakeExporter;
  let server: RunningServer;

  before(async () => {
    exporter = await startExporter(() => 'orders_total 1\n');
    const job = (name: string): string =>
      `{job_name: ${name}, scrape_interval: 1s, static_configs: [{targets: ['${exporter.address}']}]}`;
    server = await startServer({
      args: ['--auth', 'none'],
      config: `
services:
  - { name: checkout, owner: payments, match: '{job="front"}' }
  - { name: mail, owner: platform }
scrape_configs: [${job('front')}, ${job('legacy')}]
`,
    });
    await waitUntil('both to be scraped', async () => exporter.scrapeCount() > 2 || undefined);
  });
  after(async () => {
    await browser?.close();
    await server.stop();
    await exporter.stop();
  });

  it('tells the differences on the command line', async () => {
    const { stdout } = await runCommandLine(['services', '--data', server.dataDir]);
    const rows = stdout.trimEnd().split('\n').slice(1);
    assert.deepEqual(
      rows.map((row) => row.split(/ {2,}/).slice(0, 3).join()),
      [
        'legacy,unowned,-',
        'mail,unseen,platform',
        'checkout,owned,payments',
        'nines,self,-',
        'node,self,-',
      ],
    );
  });

  it('marks them on its page', {
    skip: browser === undefined ? 'no Chromium here' : false,
  }, async () => {
    assert.ok(browser);
    const context = await browser.newContext({ locale: 'en-GB' });
    const page = await context.newPage();
    await page.goto(`${server.url}/services`);
    const row = (name: string) => page.getByRole('row').filter({ hasText: name });
    await row('legacy').getByText('Owned by nobody').waitFor();
    await row('mail').getByText('Not seen').waitFor();
    assert.deepEqual(await findSeriousFaults(page), []);
    await page.getByRole('button', { name: 'Not seen' }).click();
    await row('legacy').waitFor({ state: 'detached' });
    assert.match(page.url(), /\?standing=unseen$/);
    await context.close();
  });
});
