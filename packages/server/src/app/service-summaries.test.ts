import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { GoldenSignals } from '@nines/contract';
import { createCatalog, readServices } from '../catalog/index.ts';
import { createManualClock, readYaml } from '../platform/index.ts';
import { createQueryEngine } from '../promql/index.ts';
import { createTestStoreOf } from '../promql/testing.ts';
import type { TargetView } from '../scrape/index.ts';
import { createLabels } from '../series/index.ts';
import { summarizeServices } from './service-summaries.ts';

function target(job: string, instance: string, health: TargetView['health']): TargetView {
  const labels = createLabels({ job, instance });
  return {
    id: `${job}/${instance}`,
    scrapePool: job,
    scrapeUrl: '',
    globalUrl: '',
    discoveredLabels: labels,
    labels,
    health,
    healthSince: undefined,
    lastError: '',
    lastErrorCode: '',
    lastScrapeAt: undefined,
    lastScrapeDurationMs: 0,
    intervalMs: 10_000,
    timeoutMs: 10_000,
    scrapedCount: 0,
    keptCount: 0,
    seriesAddedCount: 0,
    bodyBytes: 0,
  };
}

const GOLDEN: GoldenSignals = {
  latency: { unit: 'seconds', value: 0.2, line: { fromMs: 0, stepMs: 1, values: [] } },
  traffic: null,
  errors: null,
  saturation: null,
};

describe('services of the board', async () => {
  const minute = Array.from({ length: 60 }, () => 1);
  const store = createTestStoreOf(10_000, {
    'up{job="shop",instance="1"}': minute,
    'up{job="shop",instance="2"}': minute.map((_, i) => (i < 30 ? 1 : 0)),
    'scrape_samples_scraped{job="shop",instance="1"}': minute.map(() => 500),
  });
  const catalog = createCatalog();
  const text =
    '- {name: checkout, owner: payments, match: [\'{job="shop"}\']}\n- {name: idle, owner: x}';
  catalog.apply(readServices(readYaml({ text, file: 'f' }).root));
  const summaries = await summarizeServices({
    catalog,
    engine: createQueryEngine({ queryable: store, clock: createManualClock() }),
    targets: [target('shop', '1', 'up'), target('shop', '2', 'down'), target('node', 'n', 'up')],
    firing: new Map([['node', { page: 1, ticket: 0, log: 0 }]]),
    nowMs: 590_000,
    oldestMs: 0,
    readGolden: async () => new Map([['checkout', GOLDEN]]),
    slos: new Map(),
  });

  it('come worst first: pages, then targets that are down, then by name', () => {
    assert.deepEqual(
      summaries.map(({ name }) => name),
      ['node', 'checkout', 'idle'],
    );
  });
  it('count their targets, declared or only seen', () => {
    const [node, checkout, idle] = summaries;
    assert.deepEqual([node.isDeclared, node.targetsUp, node.targetsTotal], [false, 1, 1]);
    assert.deepEqual(
      [checkout.isDeclared, checkout.targetsUp, checkout.targetsTotal],
      [true, 1, 2],
    );
    assert.deepEqual([idle.owner, idle.targetsTotal], ['x', 0]);
  });
  it('have lines over all their targets, with gaps where nothing is known', () => {
    const [, checkout, idle] = summaries;
    const { values } = checkout.availability;
    assert.equal(values.length, 60);
    assert.equal(
      values.find((value) => value !== null),
      1,
    );
    assert.equal(values.at(-1), 0.5);
    assert.equal(checkout.samplesPerSecond.values.at(-1), 50);
    assert.ok(idle.availability.values.every((value) => value === null));
  });
  it('have the signals that their metrics tell, and none where these tell nothing', () => {
    const [node, checkout] = summaries;
    assert.equal(checkout.golden, GOLDEN);
    assert.equal(node.golden.latency, null);
  });
});
