/**
 * The promise: one click leads from a query in Explore to a panel in a YAML file that keeps every
 * other byte, the board shows it at once, nobody's change is lost, and a broken file is refused
 * with its place.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { findSeriousFaults } from '../harness/axe.ts';
import { openBrowser } from '../harness/browser.ts';
import { type FakeExporter, startExporter } from '../harness/exporter.ts';
import {
  createScratchFolder,
  runCommandLine,
  type RunningServer,
  startServer,
} from '../harness/server.ts';
import { waitUntil } from '../harness/wait.ts';

const BOARD = `# Ours, written by hand.
title: Shop   # as on the door
range: 5m
variables:
  - { name: zone, of: 'orders{job="shop"}' }
panels:
  - title: Open orders
    kind: number
    queries: [ { expr: 'sum(orders{zone=~"$zone"})' } ]
    thresholds: [ { above: 6, level: ticket } ]
`;
const METRICS = '# TYPE orders gauge\norders{zone="a"} 5\norders{zone="b"} 2\n';

const browser = await openBrowser();

describe('boards as code', { skip: browser === undefined ? 'no Chromium here' : false }, () => {
  const folder = join(createScratchFolder(), 'boards');
  const file = join(folder, 'shop.yaml');
  let exporter: FakeExporter;
  let server: RunningServer;

  before(async () => {
    mkdirSync(folder);
    writeFileSync(file, BOARD);
    exporter = await startExporter(() => METRICS);
    server = await startServer({
      args: ['--auth', 'none'],
      config: `
boards: { folder: '${folder}' }
scrape_configs:
  - job_name: shop
    scrape_interval: 1s
    static_configs: [{targets: ['${exporter.address}']}]
`,
    });
    await waitUntil('the first scrape', async () => exporter.scrapeCount() || undefined);
  });
  after(async () => {
    await browser?.close();
    await server.stop();
    await exporter.stop();
  });

  const openPage = async (path: string): Promise<Page> => {
    assert.ok(browser);
    const context = await browser.newContext({ locale: 'en-GB' });
    const page = await context.newPage();
    await page.goto(server.url + path);
    return page;
  };

  it('lead from a query in Explore to a panel in the file, and nothing else changes', async () => {
    const page = await openPage('/explore?q=orders');
    await page.getByRole('button', { name: 'Add to board' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add to a board' });
    await dialog.getByText('- title: orders').waitFor();
    assert.deepEqual(await findSeriousFaults(page), []);
    await dialog.getByLabel('Title of the panel').fill('Orders by zone');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await dialog.getByRole('link', { name: 'Open the board' }).click();
    await page.getByRole('region', { name: 'Orders by zone' }).getByRole('figure').waitFor();
    assert.equal(
      readFileSync(file, 'utf8'),
      `${BOARD}  - title: Orders by zone\n    queries:\n      - expr: orders\n`,
    );
    assert.deepEqual(await findSeriousFaults(page), []);
    await page.context().close();
  });

  it('keep what was chosen in the address', async () => {
    const page = await openPage('/boards/shop?zone=b&range=15m');
    const number = page.getByRole('region', { name: 'Open orders' });
    await number.getByText('2', { exact: true }).waitFor();
    await page.getByRole('combobox', { name: 'zone' }).selectOption('All');
    await number.getByText('7', { exact: true }).waitFor();
    await number.getByText('above 6').waitFor();
    assert.match(page.url(), /[?&]zone=&range=15m$/);
    await page.context().close();
  });

  it('write nothing over a change that somebody else made', async () => {
    const { boards } = await server.client('listBoardFiles', {});
    const [{ hash }] = boards;
    const changed = `${readFileSync(file, 'utf8')}# pulled just now\n`;
    writeFileSync(file, changed);
    const queries = [{ expression: 'up', legend: null }];
    const panel = { title: 'Up', kind: 'line', unit: null, queries } as const;
    const add = { params: { name: 'shop' }, body: { panel, hash, boardTitle: null } };
    await assert.rejects(server.client('addPanel', add), /was changed on disk/);
    assert.equal(readFileSync(file, 'utf8'), changed);
  });

  it('are refused with their place, and the last good ones stay', async () => {
    writeFileSync(
      join(folder, 'bad.yaml'),
      'panels:\n  - title: A\n    queries: [{expr: "up{"}]\n',
    );
    const refusal = await server.post('/-/reload');
    assert.match(refusal, /bad\.yaml:3:22: panels\[0\]\.queries\[0\]\.expr cannot be read/);
    const [, ...rows] = (await run('boards')).trimEnd().split('\n');
    assert.equal(rows.length, 1);
    assert.match(rows[0], /^shop +Shop +2 +\S+shop\.yaml$/);
    const { stdout, code } = await runCommandLine(['check', join(folder, 'bad.yaml')]);
    assert.equal(code, 1);
    assert.match(stdout, /bad\.yaml:3:22/);
  });

  const run = async (...args: readonly string[]): Promise<string> => {
    const { stdout, stderr, code } = await runCommandLine([...args, '--data', server.dataDir]);
    assert.equal(code, 0, stderr);
    return stdout;
  };
});
