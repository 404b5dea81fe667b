/**
 * The promise of the first minutes: a page on request arrives and shows its way, what a newcomer
 * does turns green by itself, the page speaks their language, offers nothing that their role
 * refuses, and says honestly when nothing answers.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Role } from '@nines/contract';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { findSeriousFaults } from '../harness/axe.ts';
import { openBrowser } from '../harness/browser.ts';
import { type FakeExporter, startExporter } from '../harness/exporter.ts';
import { type FakePager, startPager } from '../harness/pager.ts';
import { type RunningServer, runCommandLine, startServer } from '../harness/server.ts';

const RULES = `
groups:
  - name: shop
    rules:
      - alert: ShopSlow
        expr: vector(1)
        labels: { severity: ticket }
        annotations: { summary: 'The shop is slow' }
`;

const browser = await openBrowser();

describe('the first week', { skip: browser === undefined ? 'no Chromium here' : false }, () => {
  let exporter: FakeExporter;
  let pager: FakePager;
  let server: RunningServer;

  before(async () => {
    exporter = await startExporter(() => 'orders_total 1\n');
    exporter.answer = 500;
    pager = await startPager();
    server = await startServer({
      config: configFor(exporter, pager),
      files: { 'rules.yml': RULES },
    });
  });
  after(async () => {
    await browser?.close();
    await server.stop();
    await exporter.stop();
    await pager.stop();
  });

  /** Signs a new person in and answers their page, on the board. */
  const signIn = async (name: string, role: Role, options: BrowserContextOptions = {}) => {
    assert.ok(browser);
    const { id } = await server.client('createUser', { body: { name, role } });
    const { url } = await server.client('createUserLink', { params: { id } });
    const context = await browser.newContext({ locale: 'en-GB', ...options });
    const page = await context.newPage();
    await page.goto(url);
    await page.getByRole('navigation').first().waitFor();
    return page;
  };

  it('shows every hop of a page that was asked for, to its acknowledgement', async () => {
    const page = await signIn('mina', 'responder');
    await page.getByRole('button', { name: 'Page me now' }).click();
    const panel = page.getByRole('region', { name: 'A page, hop by hop' });
    await panel.getByText(/^On screen after/).waitFor();
    await page.getByRole('alert').filter({ hasText: 'This is a test page' }).waitFor();
    assert.deepEqual(await findSeriousFaults(page), []);
    await panel.getByRole('button', { name: 'Acknowledge' }).click();
    await panel.getByText(/^From the click to your acknowledgement/).waitFor();
    const hops = await readHops(page);
    assert.deepEqual(
      hops.map(({ name }) => name),
      [
        'You asked',
        'On disk',
        'Taken from the queue',
        'Handed to this browser',
        'Shown',
        'Acknowledged',
      ],
    );
    const times = hops.map(({ ms }) => ms);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
    const [, , , , shown] = times;
    assert.ok(shown < 3000, `shown after ${shown} ms`);
    await page.context().close();
  });

  it('turns what was done green by itself, and goes when all of it is', async () => {
    const page = await signIn('jonas', 'responder', { viewport: { width: 390, height: 844 } });
    const area = page.getByRole('region', { name: 'Your first week' });
    await area.getByText('0 of 3 done').waitFor();
    assert.deepEqual(await findSeriousFaults(page), []);

    exporter.answer = () => 'orders_total 1\n';
    await area.getByText('Your service answers').waitFor();
    await sendAlert(server);
    await area.getByText('Alerts arrive').waitFor();
    await area.getByRole('button', { name: 'Add a second channel' }).click();
    await area.getByRole('button', { name: 'Send a test' }).click();
    await pager.waitFor(() => true);
    await area.getByText('A second channel has delivered').waitFor();
    await area.getByText('All three work.', { exact: false }).waitFor();
    assert.deepEqual(await findSeriousFaults(page), []);
    await page.reload();
    await page.getByText('Needs someone').first().waitFor();
    assert.equal(await area.count(), 0);
    await page.context().close();
  });

  it('leads to every page from a phone', async () => {
    const page = await signIn('hana', 'responder', { viewport: { width: 390, height: 844 } });
    const places = page.getByRole('navigation').first();
    const settings = places.getByRole('link', { name: 'Settings' });
    assert.equal(await settings.isVisible(), false);
    await places.getByRole('button', { name: 'More' }).click();
    assert.deepEqual(await findSeriousFaults(page), []);
    await settings.click();
    await page.getByRole('heading', { name: 'This browser' }).waitFor();
    assert.equal(await settings.isVisible(), false);
    await page.context().close();
  });

  it('speaks the language of the browser, and the one that was chosen from then on', async () => {
    const page = await signIn('yuna', 'responder', { locale: 'ko-KR', colorScheme: 'dark' });
    await page.getByRole('link', { name: '현황판' }).waitFor();
    assert.equal(await page.getAttribute('html', 'lang'), 'ko');
    assert.deepEqual(await findSeriousFaults(page), []);
    await page.goto(`${server.url}/settings`);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('link', { name: 'Board', exact: true }).waitFor();
    await page.reload();
    await page.getByRole('link', { name: 'Board', exact: true }).waitFor();
    assert.equal(await page.getAttribute('html', 'lang'), 'en');
    await page.context().close();
  });

  it('offers a viewer nothing that is refused', async () => {
    const page = await signIn('noah', 'viewer');
    const refused: string[] = [];
    page.on('response', (response) => {
      if (response.status() === 403) refused.push(response.url());
    });
    const acknowledge = page.getByRole('button', { name: 'Acknowledge' }).first();
    await acknowledge.waitFor();
    assert.equal(await acknowledge.getAttribute('aria-disabled'), 'true');
    await acknowledge.click({ force: true });
    await page.keyboard.press('a');
    const { alerts } = await server.client('listAlerts', { query: { state: 'firing' } });
    for (const path of ['/alerts', `/alerts/${alerts[0].id}`, '/settings', '/explore']) {
      await page.goto(server.url + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('load');
      assert.deepEqual(await findSeriousFaults(page), [], path);
    }
    assert.deepEqual(refused, []);
    const [alert] = (await server.client('listAlerts', { query: { state: 'firing' } })).alerts;
    assert.equal(alert.acknowledgedAt, null);
    await page.context().close();
  });

  it('can be installed, and says so when nothing answers', async () => {
    const page = await signIn('omar', 'responder');
    await page.evaluate('navigator.serviceWorker.ready');
    const session = await page.context().newCDPSession(page);
    const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
    const faults = installabilityErrors.map(({ errorId }) => errorId);
    // A browser under test is incognito, which alone would keep it from installing.
    assert.deepEqual(
      faults.filter((fault) => fault !== 'in-incognito'),
      [],
    );
    await page.reload();
    await page.getByRole('navigation').first().waitFor();
    await server.stop();
    await page.goto(`${server.url}/alerts`);
    await page.getByText(/Nines cannot be reached\. It last answered here at/).waitFor();
    assert.deepEqual(await findSeriousFaults(page), []);
  });
});

function configFor(exporter: FakeExporter, pager: FakePager): string {
  return `
global: { scrape_interval: 1s, scrape_timeout: 500ms, evaluation_interval: 1s }
scrape_configs:
  - job_name: shop
    static_configs: [{ targets: ['${exporter.address}'] }]
rule_files: [rules.yml]
webhooks:
  - { name: ops, url: '${pager.url}', allow_private: true }
`;
}

/** An alert as a Prometheus elsewhere sends it, with a token that was made for it. */
async function sendAlert(server: RunningServer): Promise<void> {
  const args = ['token', 'create', 'prometheus', '--role', 'responder'];
  const { stdout } = await runCommandLine([...args, '--data', server.dataDir]);
  const response = await fetch(`${server.url}/api/v2/alerts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stdout.trim()}`, 'content-type': 'application/json' },
    body: JSON.stringify([{ labels: { alertname: 'FromElsewhere', severity: 'log' } }]),
  });
  assert.equal(response.status, 200, await response.text());
}

async function readHops(
  page: Page,
): Promise<readonly { readonly name: string; readonly ms: number }[]> {
  const lines = await page
    .getByRole('region', { name: 'A page, hop by hop' })
    .getByRole('listitem')
    .allInnerTexts();
  return lines.map((line) => {
    const [name, time = ''] = line.split('\n').filter((part) => part.trim() !== '');
    const factor = /\dms|\bms/.test(time) ? 1 : 1000;
    return { name: name.trim(), ms: Number.parseFloat(time) * factor };
  });
}
