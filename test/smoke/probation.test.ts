/**
 * The promise: who writes a rule sees when it would have fired, saves it as lines of a rule file, and
 * is its only reader until its probation ends; its page can be silenced and says why it is there.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { findSeriousFaults } from '../harness/axe.ts';
import { openBrowser } from '../harness/browser.ts';
import { type FakeExporter, startExporter } from '../harness/exporter.ts';
import { valueAt } from '../harness/json.ts';
import { type FakePager, startPager } from '../harness/pager.ts';
import { runCommandLine, type RunningServer, startServer } from '../harness/server.ts';
import { waitUntil } from '../harness/wait.ts';

const browser = await openBrowser();

describe('a rule on probation', {
  skip: browser === undefined ? 'no Chromium here' : false,
}, () => {
  let exporter: FakeExporter;
  let server: RunningServer;
  let author: FakePager;
  let others: FakePager;
  let page: Page;
  let file: string;

  before(async () => {
    exporter = await startExporter(() => 'load{job="shop"} 0.95\n');
    author = await startPager();
    others = await startPager();
    server = await startServer({
      config: `
global: {scrape_interval: 1s, evaluation_interval: 1s, scrape_timeout: 1s}
scrape_configs:
  - job_name: shop
    static_configs: [{targets: ['${exporter.address}']}]
webhooks:
  - {name: ops, url: '${others.url}', allow_private: true}
  - {name: mina, url: '${author.url}', allow_private: true}
escalation_policies:
  - name: ops
    steps: [{notify: [browser, webhook/ops], wait: 10m}]
`,
    });
    file = join(dirname(server.dataDir), 'saved-rules', 'shop.yaml');
    await waitUntil('the first scrapes', async () =>
      exporter.scrapeCount() > 2 ? true : undefined,
    );
    assert.ok(browser);
    page = await (await browser.newContext({ locale: 'en-GB' })).newPage();
    const invitation = await nines('user', 'create', 'mina');
    await page.goto(/http\S+/.exec(invitation)?.[0] ?? '');
    await page.getByRole('navigation').first().waitFor();
  });
  after(async () => {
    await browser?.close();
    await server.stop();
    await exporter.stop();
    await author.stop();
    await others.stop();
  });

  const nines = async (...words: readonly string[]): Promise<string> => {
    const { stdout, stderr, code } = await runCommandLine([...words, '--data', server.dataDir]);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  const kindsOf = ({ received }: FakePager) =>
    received.map(({ body }) => valueAt(body, 'alerts', 0, 'labels', 'alertname'));

  it('is written beside its backtest, and saved as lines that are shown before', async () => {
    await page.goto(`${server.url}/explore?q=${encodeURIComponent('load > 0.9')}`);
    await page.getByRole('link', { name: 'Backtest', exact: true }).click();
    await page.getByText('1h', { exact: true }).click();
    await page.getByText('1 page in 1h.').waitFor();
    await page.getByRole('button', { name: 'Save as a rule …' }).click();
    await page.getByLabel('Name', { exact: true }).fill('LoadHigh');
    await page.getByLabel(/^Summary/).fill('The shop is at its limit');
    await page.getByLabel('Name of the group and its file').fill('shop');
    await page.getByLabel(/^It finds what nothing else finds/).check();
    await page.getByText('nines_author: mina').waitFor();
    assert.deepEqual(await findSeriousFaults(page), []);
    assert.ok(!existsSync(file));
    await page.getByRole('button', { name: 'Save on probation' }).click();
    await page.getByText('LoadHigh is in force as it stands in').waitFor();
    const text = readFileSync(file, 'utf8');
    assert.match(text, /# Reviewed by mina on .*\n +# \[x\] It finds .*\n +# \[ \] I will never/);
    assert.match(text, /- alert: LoadHigh\n +expr: load > 0.9\n/);
    assert.match(text, /nines_author: mina\n +nines_probation: \d{4}-\d\d-\d\d\/\d{4}-\d\d-\d\d\n/);
  });

  it('pages its author only, and can be silenced with a preview', async () => {
    await author.waitFor(
      ({ body }) => valueAt(body, 'alerts', 0, 'labels', 'alertname') === 'LoadHigh',
    );
    const { alerts } = await server.client('listAlerts', { query: {} });
    const alert = alerts.find(({ name }) => name === 'LoadHigh');
    assert.equal(alert?.probation, 'mina');
    const { pages } = await server.client('getAlert', { params: { id: alert.id } });
    const channels = new Set(pages.map(({ channel }) => channel));
    assert.deepEqual([...channels].sort(), ['browser/mina', 'webhook/mina']);
    assert.deepEqual(kindsOf(others), []);
    await page.goto(`${server.url}/alerts/${alert.id}`);
    await page.getByText('on probation of mina').first().waitFor();
    await page.getByRole('button', { name: /^Silence…/ }).click();
    await page.getByRole('heading', { name: '1 firing now would be silenced' }).waitFor();
    await page.getByLabel('Why? Told with each alert').fill('trying it');
    await page.keyboard.press('Enter');
    await page.getByText('1 alert fires under it').waitFor();
  });

  it('says why its page is there', async () => {
    const { alerts } = await server.client('listAlerts', { query: {} });
    await page.goto(`${server.url}/alerts/${alerts.find(({ name }) => name === 'LoadHigh')?.id}`);
    await page.getByText('On probation: only mina, who wrote the rule, is paged').waitFor();
    await page.getByText('load > 0.9').first().waitFor();
    assert.deepEqual(await findSeriousFaults(page), []);
  });

  it('ends with a click that can be undone, or by a command', async () => {
    await page.goto(`${server.url}/why?rule=LoadHigh`);
    await page.getByText('It has fired 1 time since its first day.').waitFor();
    await page.getByText(/By what is stored of these days it would have fired 1 time/).waitFor();
    assert.deepEqual(await findSeriousFaults(page), []);
    await page.getByRole('button', { name: 'End probation' }).click();
    await page.getByText('LoadHigh is in force as it stands in').waitFor();
    assert.doesNotMatch(readFileSync(file, 'utf8'), /nines_probation/);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'End probation' }).waitFor();
    assert.match(
      await nines('rules'),
      /^LoadHigh +shop +firing +1 +mina, until \S+, fired 1 time /m,
    );
    await nines('rules', 'end-probation', 'LoadHigh');
    assert.match(await nines('rules'), /^LoadHigh +shop +firing +1 +- /m);
    assert.deepEqual(kindsOf(others), []);
  });
});
