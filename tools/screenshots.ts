/**
 * Takes the pictures of the documentation from a real run: services that answer, one that does not,
 * a page that somebody has, and a ticket. `node tools/screenshots.ts`; needs Chromium and takes
 * about two minutes, so that the small lines of the board have something to show.
 */
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../test/harness/browser.ts';
import { type FakeExporter, startExporter } from '../test/harness/exporter.ts';
import { type FakePager, startPager } from '../test/harness/pager.ts';
import { type RunningServer, startServer } from '../test/harness/server.ts';
import { waitUntil } from '../test/harness/wait.ts';
import { ROOT } from './run-step.ts';

const FOLDER = join(ROOT, 'docs/images');
const HEALTHY_MS = 75_000;
const ILL_MS = 20_000;
const SIZE = { width: 1280, height: 940 };
const THEMES = ['light', 'dark'] as const;

const RULES = `
groups:
  - name: shop
    rules:
      - alert: CheckoutDown
        expr: up{job="checkout"} == 0
        for: 3s
        labels: { severity: page }
        annotations:
          summary: 'Checkout does not answer'
          description: 'One of two instances is down: every second customer cannot pay.'
      - alert: PaymentsDown
        expr: up{job="payments-api"} == 0
        for: 3s
        labels: { severity: page }
        annotations:
          summary: 'Payments do not answer'
      - alert: IndexOld
        expr: search_index_age_seconds > 900
        for: 3s
        labels: { severity: ticket }
        annotations:
          summary: 'The search index is {{ $value | humanizeDuration }} old'
`;

interface Shop {
  readonly exporters: readonly FakeExporter[];
  readonly pager: FakePager;
  readonly server: RunningServer;
}

async function openShop(): Promise<Shop> {
  const exporters = await Promise.all([
    startExporter(() => 'orders_total 1\n'),
    startExporter(() => 'orders_total 2\n'),
    startExporter(() => 'payments_total 5\n'),
    startExporter(() => 'search_index_age_seconds 60\n'),
    startExporter(() => 'items 1200\n'),
  ]);
  const pager = await startPager();
  const [first, second, payments, search, items] = exporters.map(({ address }) => address);
  const config = `
global: { scrape_interval: 1s, scrape_timeout: 800ms, evaluation_interval: 1s }
scrape_configs:
  - { job_name: checkout, static_configs: [{ targets: ['${first}', '${second}'] }] }
  - { job_name: payments-api, static_configs: [{ targets: ['${payments}'] }] }
  - { job_name: search, static_configs: [{ targets: ['${search}'] }] }
  - { job_name: catalog, static_configs: [{ targets: ['${items}'] }] }
rule_files: [rules.yml]
services:
  - { name: checkout, owner: shop, playbook: 'https://wiki.example/checkout' }
  - { name: payments-api, owner: payments, playbook: 'https://wiki.example/payments' }
  - { name: search, owner: discovery }
  - { name: catalog, owner: discovery }
webhooks:
  - { name: ops, url: '${pager.url}', allow_private: true }
escalation_policies:
  - name: default
    steps:
      - { notify: [browser], wait: 2m }
      - { notify: [browser, webhook/ops], wait: 5m }
`;
  const server = await startServer({ config, files: { 'rules.yml': RULES } });
  return { exporters, pager, server };
}

/** Signs a person in on a screen of one theme. */
async function openBoard(
  browser: Browser,
  server: RunningServer,
  who: { readonly userId: string; readonly colorScheme: 'light' | 'dark' },
): Promise<Page> {
  const { url } = await server.client('createUserLink', { params: { id: who.userId } });
  const context = await browser.newContext({
    viewport: SIZE,
    deviceScaleFactor: 1,
    colorScheme: who.colorScheme,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto(url);
  await page.getByRole('navigation').first().waitFor();
  await page.getByRole('button', { name: 'Later' }).click();
  return page;
}

async function findAlert(server: RunningServer, name: string): Promise<string> {
  return waitUntil(`${name} to fire`, async () => {
    const { alerts } = await server.client('listAlerts', { query: { state: 'firing' } });
    return alerts.find((alert) => alert.name === name)?.id;
  });
}

async function takePictures(browser: Browser, { exporters, server }: Shop): Promise<void> {
  const mina = await server.client('createUser', {
    body: { name: 'mina', displayName: 'Mina Kim' },
  });
  const screens: Page[] = [];
  // One after the other: a person's next link takes the place of the last one.
  for (const colorScheme of THEMES) {
    screens.push(await openBoard(browser, server, { userId: mina.id, colorScheme }));
  }
  await setTimeout(HEALTHY_MS);
  exporters[3].answer = () => 'search_index_age_seconds 1340\n';
  exporters[2].answer = 500;
  await findAlert(server, 'IndexOld');
  await findAlert(server, 'PaymentsDown');
  await screens[0].getByRole('alert').filter({ hasText: 'Payments' }).waitFor();
  await screens[0].bringToFront();
  await screens[0].keyboard.press('a');
  await screens[0]
    .getByText(/Mina Kim.* has it/)
    .first()
    .waitFor();
  await setTimeout(ILL_MS);
  exporters[0].answer = 500;
  await findAlert(server, 'CheckoutDown');
  await Promise.all(
    screens.map(async (page) =>
      page.getByRole('alert').filter({ hasText: 'Checkout does not answer' }).waitFor(),
    ),
  );
  await setTimeout(2_000);
  for (const [i, page] of screens.entries()) {
    await page.screenshot({ path: join(FOLDER, `board-${THEMES[i]}.png`) });
  }
}

const browser = await openBrowser();
if (browser === undefined) {
  process.stderr.write('no Chromium here: set CHROME_PATH\n');
  process.exitCode = 1;
} else {
  const shop = await openShop();
  try {
    await takePictures(browser, shop);
  } finally {
    await browser.close();
    await shop.server.stop();
    await Promise.all([shop.pager.stop(), ...shop.exporters.map(async (one) => one.stop())]);
  }
}
