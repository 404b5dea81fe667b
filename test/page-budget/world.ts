/** What the budgets are measured on: a board as a small company has it, and somebody signed in. */
import assert from 'node:assert/strict';
import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';
import { type FakeExporter, startExporter } from '../harness/exporter.ts';
import { type RunningServer, startServer } from '../harness/server.ts';
import { waitUntil } from '../harness/wait.ts';

/** Services on the board. */
const SERVICES = 12;
/** Enough for a latency of each, and for the sparklines to have something to draw. */
const SCRAPES_MIN = 8;

export interface World {
  readonly server: RunningServer;
  readonly exporter: FakeExporter;
  /** The cookies of somebody who is signed in. */
  readonly session: BrowserContextOptions['storageState'];
  /** Switches `page_me{n="…"}` on and off. */
  readonly raise: (n: number, isOn: boolean) => void;
  /** How many series `item` has, each of which is an alert that is only written down. */
  setItemCount(count: number): void;
  stop(): Promise<void>;
}

const RULES = `
groups:
  - name: budget
    rules:
      - alert: Raised
        expr: page_me == 1
        labels: { severity: page }
        annotations: { summary: 'Raised number {{ $labels.n }}' }
  - name: items
    # Ten thousand alerts are for scrolling; evaluating them must not be what is measured.
    interval: 10s
    rules:
      - alert: Item
        expr: item == 1
        labels: { severity: log }
        annotations: { summary: 'Item {{ $labels.n }}' }
`;

/** Starts a server over made-up services, and signs somebody in. */
export async function openWorld(browser: Browser): Promise<World> {
  const raised = new Set<number>();
  let itemCount = 0;
  let scrapes = 0;
  const exporter = await startExporter(() => {
    scrapes++;
    return [
      ...describeRequests(scrapes),
      ...[0, 1, 2, 3, 4].map((n) => `page_me{n="${n}"} ${raised.has(n) ? 1 : 0}`),
      '',
    ].join('\n');
  });
  const items = await startExporter(() =>
    Array.from({ length: itemCount }, (_, n) => `item{n="${n}"} 1\n`).join(''),
  );
  const server = await startServer({
    config: configFor(exporter, items),
    files: { 'rules.yml': RULES },
  });
  await waitUntil('some scrapes', async () =>
    scrapes > SCRAPES_MIN * SERVICES ? true : undefined,
  );
  return {
    server,
    exporter,
    session: await signIn(browser, server),
    raise: (n, isOn) => void (isOn ? raised.add(n) : raised.delete(n)),
    setItemCount: (count) => {
      itemCount = count;
    },
    async stop() {
      await server.stop();
      await exporter.stop();
      await items.stop();
    },
  };
}

function configFor(exporter: FakeExporter, items: FakeExporter): string {
  const jobs = Array.from(
    { length: SERVICES },
    (_, index) =>
      `  - { job_name: service-${index}, static_configs: [{ targets: ['${exporter.address}'] }] }`,
  );
  return `
global: { scrape_interval: 1s, scrape_timeout: 900ms, evaluation_interval: 1s }
scrape_configs:
${jobs.join('\n')}
  - job_name: items
    scrape_interval: 5s
    # One scrape that comes late on a busy machine would resolve ten thousand alerts.
    scrape_timeout: 5s
    static_configs: [{ targets: ['${items.address}'] }]
rule_files: [rules.yml]
`;
}

/** A counter and a histogram as an HTTP server has them. */
function describeRequests(scrapes: number): readonly string[] {
  const count = scrapes * 7;
  const name = 'http_request_duration_seconds';
  const labels = 'method="GET",route="/",status_code="200"';
  return [
    `# TYPE ${name} histogram`,
    ...['0.01', '0.1', '1', '+Inf'].map(
      (le, index) => `${name}_bucket{${labels},le="${le}"} ${Math.ceil((count * (index + 1)) / 4)}`,
    ),
    `${name}_sum{${labels}} ${count / 20}`,
    `${name}_count{${labels}} ${count}`,
  ];
}

async function signIn(
  browser: Browser,
  server: RunningServer,
): Promise<BrowserContextOptions['storageState']> {
  const user = await server.client('createUser', { body: { name: 'mina', displayName: 'Mina' } });
  const { url } = await server.client('createUserLink', { params: { id: user.id } });
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url);
  await page.getByRole('navigation').first().waitFor();
  const state = await context.storageState();
  assert.ok(state.cookies.length > 0, 'signing in leaves a cookie');
  await context.close();
  return state;
}

/** A browser of its own, with nothing in its cache, signed in. */
export async function openVisitor(browser: Browser, world: World): Promise<BrowserContext> {
  return browser.newContext({
    viewport: { width: 1280, height: 800 },
    ...(world.session === undefined ? {} : { storageState: world.session }),
  });
}
