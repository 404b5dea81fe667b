/**
 * An objective in a real server, against the target's own log of requests: the figures are equal to
 * the request, across a restart of the target, a kill of the server, and an outage of both.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SloDetail } from '@nines/contract';
import { type FakeExporter, startExporter } from '../harness/exporter.ts';
import { runCommandLine, type RunningServer, startServer } from '../harness/server.ts';
import { waitUntil } from '../harness/wait.ts';

const OBJECTIVE = `
apiVersion: openslo/v1
kind: SLO
metadata:
  name: checkout-availability
  displayName: Checkout
  annotations:
    nines.dev/burn-rate-alerts: page 1% 30s/10s
spec:
  service: checkout
  budgetingMethod: Occurrences
  timeWindow: [{duration: 1h, isRolling: true}]
  objectives: [{target: 0.9}]
  indicator:
    metadata: {name: orders}
    spec:
      ratioMetric:
        counter: true
        good: {metricSource: {type: Prometheus, spec: {query: 'orders_total{code!~"5.."}'}}}
        total: {metricSource: {type: Prometheus, spec: {query: sum(orders_total)}}}
`;

/** A shop whose requests are written down one by one. */
class Shop {
  readonly log: string[] = [];
  #startedMs = Date.now();
  #counters = new Map<string, number>([['200', 0]]);

  serve(code: string, times: number): void {
    for (let i = 0; i < times; i++) this.log.push(code);
    this.#counters.set(code, (this.#counters.get(code) ?? 0) + times);
  }

  /** Counters begin at zero; what they were is known to the log alone. */
  restart(): void {
    this.#startedMs = Date.now();
    this.#counters = new Map([['200', 0]]);
  }

  metrics(): string {
    const lines = [...this.#counters].map(
      ([code, value]) => `orders_total{code="${code}"} ${value}`,
    );
    const start = `process_start_time_seconds ${this.#startedMs / 1000}`;
    return [start, '# TYPE orders_total counter', ...lines, ''].join('\n');
  }

  counts(): { readonly goodCount: number; readonly totalCount: number } {
    const goodCount = this.log.filter((code) => !code.startsWith('5')).length;
    return { goodCount, totalCount: this.log.length };
  }
}

describe('an objective', () => {
  it('is counted to the request, whatever is restarted or killed', async () => {
    const shop = new Shop();
    const exporter = await startExporter(() => shop.metrics());
    const start = async (dataDir?: string): Promise<RunningServer> =>
      startServer({
        config: configFor(exporter),
        files: { 'slo.yaml': OBJECTIVE },
        args: ['--auth', 'none'],
        ...(dataDir !== undefined && { dataDir }),
      });
    const first = await start();
    try {
      await scraped(exporter);
      shop.serve('200', 300);
      await equal(first, shop);
      shop.serve('500', 7);
      shop.serve('200', 20);
      await equal(first, shop);

      await scraped(exporter);
      shop.restart();
      // More than before: nothing in the numbers themselves shows the restart.
      shop.serve('200', 900);
      await equal(first, shop);

      await first.stop('SIGKILL');
      shop.serve('200', 50);
      shop.serve('503', 11);
    } finally {
      await first.stop('SIGKILL');
    }
    const second = await start(first.dataDir);
    try {
      await equal(second, shop);
      shop.serve('500', 400);
      const fired = await waitFor(
        second,
        ({ slo }) => slo.state === 'burning' || slo.state === 'exhausted',
      );
      assert.equal(fired.slo.badCount, 418);
      await waitFor(second, ({ alerts }) => alerts.some(({ isFiring }) => isFiring));
      const { alerts } = await second.client('listAlerts', { query: { state: 'active' } });
      const [alert] = alerts.filter(({ name }) => name === 'SloBurnRate');
      assert.equal(alert.service, 'checkout');
      assert.equal(alert.output, 'page');
      assert.match(alert.summary, /^Checkout: budget burning [\d.]+× too fast$/);
      assert.match(
        alert.description ?? '',
        / % of \w+ failed in the last 30 s: \d+ of [\d,]+\. .*[Tt]he 1-hour budget is /,
      );
      const { stdout } = await runCommandLine(['slos', '--data', second.dataDir]);
      assert.match(stdout, /^checkout-availability +(burning|exhausted) +90% +1h .* 418 +1688 /m);
      const board = await second.client('getBoard', {});
      assert.equal(board.services.find(({ name }) => name === 'checkout')?.slo?.badCount, 418);
    } finally {
      await second.stop();
      await exporter.stop();
    }
  });
});

function configFor(exporter: FakeExporter): string {
  return [
    'global: {scrape_interval: 500ms, scrape_timeout: 500ms}',
    'scrape_configs:',
    '  - job_name: shop',
    `    static_configs: [{targets: ['${exporter.address}']}]`,
    'slo_files: [slo.yaml]',
    `services: [{name: checkout, owner: payments, match: '{job="shop"}'}]`,
    'watch: {self: false, host: false}',
    '',
  ].join('\n');
}

/** Waits until a scrape has seen all that was served before. */
async function scraped(exporter: FakeExporter): Promise<void> {
  const before = exporter.scrapeCount();
  await waitUntil('two scrapes', async () =>
    exporter.scrapeCount() >= before + 2 ? true : undefined,
  );
}

async function equal(server: RunningServer, shop: Shop): Promise<void> {
  const want = shop.counts();
  const { slo } = await waitFor(server, (one) => one.slo.totalCount >= want.totalCount);
  assert.deepEqual({ goodCount: slo.goodCount, totalCount: slo.totalCount }, want);
}

async function waitFor(
  server: RunningServer,
  isThere: (detail: SloDetail) => boolean,
): Promise<SloDetail> {
  let seen: SloDetail | undefined;
  return waitUntil(
    'the figures of the objective',
    async () => {
      seen = await server.client('getSlo', { params: { name: 'checkout-availability' } });
      return isThere(seen) ? seen : undefined;
    },
    30_000,
  );
}
