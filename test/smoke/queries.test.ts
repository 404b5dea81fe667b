/**
 * A dear query in a real server: everything else goes on, it is listed, and it can be stopped, by
 * hand or by going away. Judged by scrapes that were counted, not by time.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { RunningQuery } from '@nines/contract';
import { type FakeExporter, startExporter } from '../harness/exporter.ts';
import { runCommandLine, type RunningServer, startServer } from '../harness/server.ts';
import { waitUntil } from '../harness/wait.ts';

/** Half a minute of sorting windows of 21,600 values, whatever was measured so far. */
const DEAR = 'quantile_over_time(0.5, sin(vector(time()))[6h:1s])';

describe('a dear query', () => {
  let exporter: FakeExporter;
  let server: RunningServer;

  before(async () => {
    exporter = await startExporter(() => 'orders_total 1\n');
    server = await startServer({
      args: ['--auth', 'none'],
      config: `
query: {slow_log: 1ms, max_concurrency: 1}
scrape_configs:
  - job_name: shop
    scrape_interval: 1s
    static_configs: [{targets: ['${exporter.address}']}]
`,
    });
    await waitUntil('the first scrape', async () => exporter.scrapeCount() || undefined);
  });

  after(async () => {
    await server.stop();
    await exporter.stop();
  });

  const ask = async (signal?: AbortSignal): Promise<Response> => {
    const end = Math.floor(Date.now() / 1000);
    const range = { start: String(end - 100_000), end: String(end), step: '10' };
    const query = new URLSearchParams({ query: DEAR, ...range });
    return fetch(
      `${server.url}/api/v1/query_range?${query}`,
      signal === undefined ? {} : { signal },
    );
  };
  const untilRunning = async (): Promise<RunningQuery> =>
    waitUntil('the query to run', async () => {
      const { running } = await server.client('listQueries', {});
      return running.find(({ state }) => state === 'running');
    });
  const untilNone = async (): Promise<true> =>
    waitUntil('no query to run', async () => {
      const { running } = await server.client('listQueries', {});
      return running.length === 0 ? true : undefined;
    });

  it('holds up neither scrapes nor other queries, and ends when it is stopped', async () => {
    const answered = ask();
    const { id, expression } = await untilRunning();
    assert.equal(expression, DEAR);
    const scrapesBefore = exporter.scrapeCount();
    await waitUntil('three more scrapes', async () =>
      exporter.scrapeCount() >= scrapesBefore + 3 ? true : undefined,
    );
    const small = await server.get('/api/v1/query?query=orders_total');
    assert.equal((await untilRunning()).id, id, 'it runs still');
    assert.match(JSON.stringify(small), /"value":\[[\d.]+,"1"\]/);
    const listed = await runCommandLine(['queries', '--data', server.dataDir]);
    assert.match(listed.stdout, new RegExp(`^${id} +\\d+\\.\\d s +running `, 'm'));
    const stopped = await runCommandLine(['queries', 'stop', id, '--data', server.dataDir]);
    assert.equal(stopped.stdout, `query ${id} is being stopped\n`);
    const answer = await answered;
    assert.equal(answer.status, 503);
    assert.deepEqual(await answer.json(), {
      status: 'error',
      errorType: 'canceled',
      error: 'query was canceled in expression evaluation',
    });
    await untilNone();
    const { slow } = await server.client('listQueries', {});
    const entry = slow.find(({ expression }) => expression === DEAR);
    assert.equal(entry?.error, 'query was canceled in expression evaluation');
    assert.match(server.output(), /warn slow query query="quantile_over_time/);
  });

  it('ends when its client goes away', async () => {
    const client = new AbortController();
    const answered = ask(client.signal);
    await untilRunning();
    client.abort();
    await assert.rejects(answered, { name: 'AbortError' });
    await untilNone();
  });
});
