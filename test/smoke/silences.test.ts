/**
 * The promise: a silence that was answered holds, over kill -9 too; while it lasts nobody is paged,
 * and when it ends who still should be is. On the page one sees before what it would silence.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { findSeriousFaults } from '../harness/axe.ts';
import { openBrowser } from '../harness/browser.ts';
import { valueAt } from '../harness/json.ts';
import { type FakePager, startPager } from '../harness/pager.ts';
import { runCommandLine, type RunningServer, startServer } from '../harness/server.ts';
import { waitUntil } from '../harness/wait.ts';

const browser = await openBrowser();

async function fire(server: RunningServer, ...names: readonly string[]): Promise<void> {
  const alerts = names.map((alertname) => ({
    labels: { alertname, severity: 'page', job: alertname.toLowerCase() },
  }));
  const answer = await fetch(`${server.url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alerts),
  });
  assert.equal(answer.status, 200);
}

describe('silences', () => {
  let pager: FakePager;
  let server: RunningServer;
  let config: string;

  before(async () => {
    pager = await startPager();
    config = `
webhooks: [{name: ops, url: '${pager.url}', allow_private: true}]
escalation_policies:
  - name: ops
    steps: [{notify: webhook/ops, wait: 10m}]
`;
    server = await startServer({ args: ['--auth', 'none'], config });
  });
  after(async () => {
    await browser?.close();
    await server.stop();
    await pager.stop();
  });

  const pagedNames = () =>
    pager.received.map(({ body }) => String(valueAt(body, 'alerts', 0, 'labels', 'alertname')));
  const nines = async (...words: readonly string[]) => {
    const { stdout, stderr, code } = await runCommandLine([...words, '--data', server.dataDir]);
    assert.equal(code, 0, stderr);
    return stdout.trim();
  };

  it('hold over kill -9, and page when they end', async () => {
    const id = await nines('silence', 'add', 'Checkout', '--duration', '1h', '--comment', 'moving');
    await server.stop('SIGKILL');
    const { dataDir } = server;
    server = await startServer({ args: ['--auth', 'none'], config, dataDir });
    await fire(server, 'Checkout', 'Search');
    await waitUntil('the page of what is not silenced', async () => pagedNames()[0]);
    const { alerts } = await server.client('listAlerts', { query: {} });
    const silenced = alerts.find(({ name }) => name === 'Checkout');
    assert.equal(silenced?.silence?.id, id);
    assert.deepEqual(pagedNames(), ['Search']);
    assert.match(
      await nines('alerts', silenced.id),
      /nobody was paged: silenced by .* until .*: moving \(silence /,
    );
    await nines('silence', 'expire', id);
    await waitUntil('the page of what was silenced', async () => pagedNames()[1]);
    assert.deepEqual(pagedNames(), ['Search', 'Checkout']);
  });

  it('are shown before they are made', { skip: browser === undefined }, async () => {
    assert.ok(browser);
    await fire(server, 'Checkout');
    const { alerts } = await server.client('listAlerts', { query: {} });
    const alert = alerts.find(({ name }) => name === 'Checkout');
    const page = await (await browser.newContext({ locale: 'en-GB' })).newPage();
    await page.goto(`${server.url}/alerts/${alert?.id}`);
    await page.getByRole('button', { name: /^Silence…/ }).waitFor();
    await page.keyboard.press('s');
    await page.getByRole('heading', { name: '1 firing now would be silenced' }).waitFor();
    // Live, as one edits.
    await page.getByLabel('value of job').fill('chekout');
    await page.getByText('No alert of the last 7 days meets job="chekout"').waitFor();
    await page.getByLabel('value of job').fill('checkout');
    await page.getByRole('link', { name: 'Checkout' }).waitFor();
    assert.deepEqual(await findSeriousFaults(page), []);
    await page.getByLabel('Why? Told with each alert').fill('a deploy');
    await page.keyboard.press('Enter');
    await page.getByRole('rowheader', { name: 'a deploy' }).waitFor();
    await page.getByText('1 alert fires under it').waitFor();
    assert.deepEqual(await findSeriousFaults(page), []);
    await page.getByRole('button', { name: 'End now' }).click();
    await page.getByRole('heading', { name: '0 silences are in force.' }).waitFor();
  });
});
