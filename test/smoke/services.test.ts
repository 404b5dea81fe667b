/**
 * The promise: what is scraped and owned by nobody, and what is declared and not seen, stand out,
 * on the page and on the command line; and a service is compared with itself without a query.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { findSeriousFaults } from '../harness/axe.ts';
import { openBrowser } from '../harness/browser.ts';
import { type FakeExporter, startExporter } from '../harness/exporter.ts';
import { runCommandLine, type RunningServer, startServer } from '../harness/server.ts';
import { waitUntil } from '../harness/wait.ts';

/** Two zones, of which one fails half of what it is asked, and a database that is asked by both. */
const describeRequests = (count: number): string => `
http_requests_total{zone="a",code="200"} ${count}
http_requests_total{zone="b",code="200"} ${count}
http_requests_total{zone="b",code="500"} ${count}
http_client_request_duration_seconds_count{server_address="db"} ${count}
`;

const browser = await openBrowser();

describe('the catalogue', () => {
  let exporter: FakeExporter;
  let server: RunningServer;
  let served = 0;

  before(async () => {
    exporter = await startExporter(() => describeRequests((served += 10)));
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

  it('shows group against group, and whom a service asks', {
    skip: browser === undefined ? 'no Chromium here' : false,
  }, async () => {
    assert.ok(browser);
    await waitUntil('rates', async () => exporter.scrapeCount() > 8 || undefined);
    const context = await browser.newContext({ locale: 'en-GB' });
    const page = await context.newPage();
    await page.goto(`${server.url}/services/checkout/compare?by=zone&a=a&b=b&length=1m`);
    const errors = page.getByRole('row').filter({ hasText: 'Errors' });
    await errors.getByText('50 %').waitFor();
    await page.getByRole('heading', { name: 'Errors: 0 % against 50 %.' }).waitFor();
    assert.deepEqual(await findSeriousFaults(page), []);
    await page.goto(`${server.url}/services/checkout`);
    const asked = page.getByRole('region', { name: 'Whom it asks' });
    await asked.getByRole('rowheader', { name: /^db/ }).waitFor();
    assert.deepEqual(await findSeriousFaults(page), []);
    await context.close();
  });
});
