/**
 * The page tells what the server counted: an objective in the list and on its page with the very
 * figures of the API, and a service with its golden signals, in a real browser at two widths and in
 * both themes.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { SloSummary } from '@nines/contract';
import type { Browser, Page } from 'playwright-core';
import { findSeriousFaults } from '../harness/axe.ts';
import { openBrowser } from '../harness/browser.ts';
import { type FakeExporter, startExporter } from '../harness/exporter.ts';
import { type RunningServer, startServer } from '../harness/server.ts';
import { waitUntil } from '../harness/wait.ts';

const SLO = `
apiVersion: openslo/v1
kind: SLO
metadata:
  name: shop-works
  displayName: The shop works
  annotations: { nines.dev/burn-rate-alerts: 'ticket 10% 10m/1m' }
spec:
  service: shop
  budgetingMethod: Occurrences
  timeWindow: [{ duration: 30m, isRolling: true }]
  objectives: [{ target: 0.9 }]
  indicator:
    spec:
      ratioMetric:
        counter: true
        bad: { metricSource: { type: Prometheus, spec: { query: 'http_requests_total{job="shop",status_code="500"}' } } }
        total: { metricSource: { type: Prometheus, spec: { query: 'http_requests_total{job="shop"}' } } }
`;

const CONFIG = (address: string): string => `
global: { scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 1s }
scrape_configs:
  - { job_name: shop, static_configs: [{ targets: ['${address}'] }] }
slo_files: [slo.yaml]
services:
  - { name: shop, owner: storefront, match: ['{job="shop"}'] }
`;

const SCREENS = [
  { width: 1280, height: 900, colorScheme: 'light' },
  { width: 390, height: 844, colorScheme: 'dark' },
] as const;

/** Enough for rates, and for the objective to have counted. */
const SCRAPES_MIN = 6;
const PER_SCRAPE = 100;

const browser = await openBrowser();

describe('objectives and services on the page', {
  skip: browser === undefined ? 'no Chromium here' : false,
}, () => {
  let exporter: FakeExporter;
  let server: RunningServer;
  let slo: SloSummary;
  const screens: Page[] = [];

  before(async () => {
    let requests = 0;
    let isOpen = true;
    exporter = await startExporter(() => {
      if (isOpen) requests += PER_SCRAPE;
      return describeShop(requests);
    });
    server = await startServer({
      config: CONFIG(exporter.address),
      files: { 'slo.yaml': SLO },
      args: ['--auth', 'none'],
    });
    await waitUntil('some scrapes', async () =>
      exporter.scrapeCount() >= SCRAPES_MIN ? true : undefined,
    );
    // The shop closes, so that the figures hold still while they are compared.
    isOpen = false;
    slo = await waitUntil('all to be counted', async () => findCounted(server, requests), 60_000);
    for (const { width, height, colorScheme } of SCREENS) {
      const context = await openContext(browser, { width, height, colorScheme });
      screens.push(context);
    }
  });
  after(async () => {
    await browser?.close();
    await exporter.stop();
    await server.stop();
  });

  const everywhere = async (path: string, look: (page: Page) => Promise<void>): Promise<void> => {
    for (const page of screens) {
      await page.goto(server.url + path);
      await look(page);
      assert.deepEqual(await findSeriousFaults(page), [], path);
    }
  };

  it('lists the objective with the counts of the API', async () => {
    await everywhere('/objectives', async (page) => {
      const row = page.getByRole('row').filter({ hasText: 'The shop works' });
      const counts = `${writeCount(slo.badCount)} of ${writeCount(slo.budgetCount)} allowed failures`;
      await row.getByText(counts).waitFor();
      await row.getByText('90\u00a0% over 30\u00a0min').waitFor();
    });
  });

  it('shows on its page how much is left and what was counted', async () => {
    await everywhere('/objectives/shop-works', async (page) => {
      await page
        .getByText(`${writeCount(slo.goodCount)} of ${writeCount(slo.totalCount)}`)
        .waitFor();
      await page.getByText('10\u00a0% of the budget in 10\u00a0min').waitFor();
      await page.getByRole('figure', { name: /budget left/ }).waitFor();
      const left = Math.floor((slo.budgetLeftRatio ?? Number.NaN) * 100);
      await page.getByText(`${left}\u00a0%`).first().waitFor();
    });
  });

  it('opens the objective from the list with the keyboard alone', async () => {
    const [page] = screens;
    await page.goto(server.url);
    await page.getByRole('navigation').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('o');
    await page.getByText('The shop works').first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/objectives/shop-works');
  });

  it('shows the golden signals of the service, and leads there from the board', async () => {
    await everywhere('/', async (page) => {
      await page.getByRole('row').getByRole('link', { name: 'shop' }).first().click();
      await page.waitForURL('**/services/shop');
      for (const kind of ['Latency', 'Traffic', 'Errors']) {
        await page
          .getByRole('region', { name: new RegExp(`^${kind} ·`) })
          .first()
          .waitFor();
      }
      await page.getByText(/p99$/).first().waitFor();
      await page.getByRole('figure', { name: /Latency.*p50, p99/ }).waitFor();
      await page.getByRole('link', { name: 'The shop works' }).waitFor();
    });
  });

  it('says of an objective that is not there what to do', async () => {
    const [page] = screens;
    await page.goto(`${server.url}/objectives/no-such-thing`);
    await page.getByText('This objective could not be loaded').waitFor();
    await page.getByRole('link', { name: /All objectives/ }).waitFor();
  });
});

/** One request in fifty fails: a fifth of the budget. */
function describeShop(requests: number): string {
  const failed = requests / 50;
  const duration = 'http_request_duration_seconds';
  return [
    '# TYPE http_requests_total counter',
    `http_requests_total{status_code="200"} ${requests - failed}`,
    `http_requests_total{status_code="500"} ${failed}`,
    `# TYPE ${duration} histogram`,
    `${duration}_bucket{le="0.1"} ${requests * 0.9}`,
    `${duration}_bucket{le="1"} ${requests}`,
    `${duration}_bucket{le="+Inf"} ${requests}`,
    `${duration}_sum ${requests * 0.08}`,
    `${duration}_count ${requests}`,
    '',
  ].join('\n');
}

/** The objective once all is counted; a counter's first value is no increase. */
async function findCounted(server: RunningServer, count: number): Promise<SloSummary | undefined> {
  const { slos } = await server.client('listSlos', { query: {} });
  return slos.find(({ totalCount }) => totalCount === count - PER_SCRAPE);
}

async function openContext(
  opened: Browser | undefined,
  screen: {
    readonly width: number;
    readonly height: number;
    readonly colorScheme: 'light' | 'dark';
  },
): Promise<Page> {
  assert.ok(opened);
  const { width, height, colorScheme } = screen;
  const context = await opened.newContext({ viewport: { width, height }, colorScheme });
  return context.newPage();
}

/** As the page writes it, in English. */
function writeCount(count: number): string {
  const options = count < 10 ? { maximumFractionDigits: 2 } : { maximumFractionDigits: 0 };
  return count.toLocaleString('en-GB', options);
}
