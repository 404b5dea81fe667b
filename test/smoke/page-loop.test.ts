/**
 * The promise: a target goes down, its rule fires, the page reaches every open browser and the
 * webhook, somebody acknowledges it with the keyboard, the target comes back, and the history tells
 * it all with times. Seen at two widths and in both themes.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { findSeriousFaults } from '../harness/axe.ts';
import { openBrowser } from '../harness/browser.ts';
import { type FakeExporter, startExporter } from '../harness/exporter.ts';
import { type FakePager, startPager } from '../harness/pager.ts';
import { type RunningServer, startServer } from '../harness/server.ts';

const RULES = `
groups:
  - name: shop
    rules:
      - alert: ShopDown
        expr: up{job="shop"} == 0
        for: 1s
        labels: { severity: page }
        annotations: { summary: 'Checkout does not answer' }
`;

const SCREENS = [
  { width: 1280, height: 800, colorScheme: 'light' },
  { width: 1280, height: 800, colorScheme: 'dark' },
  { width: 390, height: 844, colorScheme: 'light' },
  { width: 390, height: 844, colorScheme: 'dark' },
] as const;

const browser = await openBrowser();

describe('from a target that is down to a page that a person acknowledges', {
  skip: browser === undefined ? 'no Chromium here' : false,
}, () => {
  let exporter: FakeExporter;
  let pager: FakePager;
  let server: RunningServer;
  const screens: Page[] = [];

  before(async () => {
    exporter = await startExporter(() => 'orders_total 1\n');
    pager = await startPager();
    server = await startServer({
      config: configFor(exporter, pager),
      files: { 'rules.yml': RULES },
    });
    await openScreens(browser, server, screens);
  });
  after(async () => {
    await browser?.close();
    await server.stop();
    await exporter.stop();
    await pager.stop();
  });

  const everywhere = async (act: (page: Page) => Promise<unknown>): Promise<void> => {
    await Promise.all(screens.map(act));
  };

  it('shows a healthy service first', async () => {
    await everywhere(async (page) =>
      page.getByText('3 of 3 targets answer').filter({ visible: true }).first().waitFor(),
    );
    await assertAccessible(screens);
  });

  it('pages every open browser and the webhook when the target goes down', async () => {
    exporter.answer = 500;
    await everywhere(async (page) =>
      page.getByRole('alert').filter({ hasText: 'Checkout does not answer' }).waitFor(),
    );
    await pager.waitFor(({ body }) => JSON.stringify(body).includes('"status":"firing"'));
    await assertAccessible(screens);
  });

  it('is acknowledged with one key, which every screen sees', async () => {
    await screens[0].bringToFront();
    await screens[0].keyboard.press('a');
    await everywhere(async (page) =>
      page
        .getByText(/Mina Kim.* has it/)
        .first()
        .waitFor(),
    );
    // Rules about Nines itself may have something to say, too.
    const { alerts } = await server.client('listAlerts', { query: { state: 'active' } });
    const alert = alerts.find(({ name }) => name === 'ShopDown');
    assert.equal(alert?.acknowledgedBy, 'Mina Kim');
  });

  it('resolves by itself when the target is back, and tells the webhook', async () => {
    exporter.answer = () => 'orders_total 2\n';
    await pager.waitFor(({ body }) => JSON.stringify(body).includes('"status":"resolved"'));
    const resolved = await server.client('listAlerts', { query: { state: 'resolved' } });
    const alert = resolved.alerts.find(({ name }) => name === 'ShopDown');
    assert.ok(alert !== undefined);
    await everywhere(async (page) => page.goto(`${server.url}/alerts/${alert.id}`));
    await everywhere(async (page) => page.getByText('Mina Kim acknowledged').first().waitFor());
    await everywhere(async (page) => {
      const why = page.getByRole('region', { name: 'Why', exact: true });
      await why.getByText('The condition ended at').waitFor();
      await why.getByText('1 is not == 0.').waitFor();
    });
    await assertAccessible(screens);
    const { history } = await server.client('getAlert', { params: { id: alert.id } });
    const told = history.map(({ kind }) => kind);
    for (const kind of [
      'alert.fired',
      'page.sent',
      'page.delivered',
      'alert.acknowledged',
      'alert.resolved',
    ]) {
      assert.ok(told.includes(kind), `${kind} is missing in ${told.join(', ')}`);
    }
    const times = history.map(({ at }) => at);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
      'the history is in order of time',
    );
  });

  it('is held against another rule over what is stored', async () => {
    const [page] = screens;
    await page.getByRole('link', { name: 'Backtest', exact: true }).click();
    await page.getByRole('button', { name: '1h', exact: true }).click();
    const inForce = 'The rule in force: 1 page.';
    await page.getByRole('heading', { name: '1 page in 1h.' }).getByText(inForce).waitFor();
    // A quarter of an hour: the outage was shorter.
    await page.getByRole('slider', { name: 'for' }).fill('8');
    await page.getByRole('heading', { name: '0 pages in 1h.' }).getByText(inForce).waitFor();
    const path = page.url();
    assert.match(path, /[?&]name=ShopDown&group=shop&q=up.*&for=15m&range=1h$/);
    await everywhere(async (one) => one.goto(path));
    await everywhere(async (one) => one.getByRole('table').first().waitFor());
    await assertAccessible(screens);
  });

  it('says why its rule does not fire any more', async () => {
    await everywhere(async (one) => one.goto(`${server.url}/why`));
    await everywhere(async (one) => one.getByRole('link', { name: 'ShopDown' }).click());
    const heading = 'ShopDown. No series has matched since';
    await everywhere(async (one) => one.getByRole('heading', { name: heading }).waitFor());
    await assertAccessible(screens);
  });
});

function configFor(exporter: FakeExporter, pager: FakePager): string {
  return `
global: { scrape_interval: 1s, scrape_timeout: 500ms, evaluation_interval: 1s }
scrape_configs:
  - job_name: shop
    static_configs: [{ targets: ['${exporter.address}'] }]
rule_files: [rules.yml]
services:
  - { name: checkout, owner: payments, match: ['{job="shop"}'] }
webhooks:
  - { name: ops, url: '${pager.url}', allow_private: true }
escalation_policies:
  - name: default
    steps:
      - { notify: [browser, webhook/ops], wait: 5m }
      - { notify: [browser, webhook/ops], wait: 5m }
`;
}

/** Signs Mina in once and opens the board on every kind of screen. */
async function openScreens(
  opened: Browser | undefined,
  server: RunningServer,
  screens: Page[],
): Promise<void> {
  assert.ok(opened);
  const mina = await server.client('createUser', {
    body: { name: 'mina', displayName: 'Mina Kim' },
  });
  for (const { width, height, colorScheme } of SCREENS) {
    const { url } = await server.client('createUserLink', { params: { id: mina.id } });
    const context = await opened.newContext({ viewport: { width, height }, colorScheme });
    const page = await context.newPage();
    await page.goto(url);
    await page.getByRole('navigation').first().waitFor();
    screens.push(page);
  }
}

async function assertAccessible(screens: readonly Page[]): Promise<void> {
  for (const page of screens) assert.deepEqual(await findSeriousFaults(page), []);
}
