import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { describe, it, type TestContext } from 'node:test';
import { createManualClock, type ManualClock } from '../platform/index.ts';
import type { ListQuestion } from '../http/index.ts';
import { parseExpr, parseSelector } from '../promql/index.ts';
import { createTestStoreOf } from '../promql/testing.ts';
import { answerSamples } from '../remote/testing.ts';
import { createLabels, EMPTY_LABELS, formatSeries, labelPairs } from '../series/index.ts';
import { readConfig } from './config.ts';
import { checkExpression } from './expression-check.ts';
import { createNameLists } from './name-lists.ts';
import { createQuerySources, type QuerySources } from './query-sources.ts';

const AT = 1_760_000_000_000;
const NEVER = new AbortController().signal;

async function listen(context: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return `http://127.0.0.1:${address.port}`;
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function create(
  context: TestContext,
  sources: string,
): { readonly sources: QuerySources; readonly clock: ManualClock } {
  const text = `query: { sources: ${sources} }`;
  const { config, faults } = readConfig({ text, file: 'f', checkExpression });
  assert.deepEqual(faults, []);
  const clock = createManualClock(AT);
  const { query } = config;
  const made = createQuerySources({
    clock,
    version: '1.0.0',
    config: () => ({ ...query, localLabels: EMPTY_LABELS }),
  });
  context.after(() => made.close());
  return { sources: made, clock };
}

const question = (text: string) => ({
  text,
  times: { atMs: AT },
  hasStats: false,
  hasTrace: false,
});

const gather = async (
  sources: QuerySources,
  text: string,
  signal: AbortSignal = new AbortController().signal,
) => sources.gather(question(text), parseExpr(text), signal);

describe('sources of queries', () => {
  it('are asked for what the selectors read, by their protocol', async (context) => {
    const seen: string[] = [];
    const url = await listen(context, (request, response) => {
      void readText(request).then((body) => {
        const form = new URLSearchParams(body);
        const isQuery = request.url === '/prom/api/v1/query';
        const asked = isQuery
          ? `${form.get('query')} ${form.get('time')} ${form.get('scope')}`
          : '';
        seen.push(
          `${request.method} ${request.url} ${String(request.headers['x-tenant'])} ${asked}`,
        );
        response.end('body');
      });
    });
    const { sources } = create(
      context,
      `[{ name: a, url: "${url}/prom/", protocol: promql, headers: { X-Tenant: t }, labels: { r: eu } },
        { name: b, url: "${url}" }]`,
    );
    const { answers, selections, warnings } = await gather(
      sources,
      'rate(x{r="eu"}[5m]) + rate(x{r="eu"}[10m]) + y{r="us"}',
    );
    assert.deepEqual(warnings, []);
    assert.deepEqual(seen.toSorted(), [
      'POST /api/v1/read undefined ',
      'POST /api/v1/read undefined ',
      // One selector for both windows, and none that the source cannot match.
      'POST /prom/api/v1/query t {__name__="x"}[600000ms] 1760000000 local',
    ]);
    assert.deepEqual(
      selections.map(({ fromMs, toMs }) => [AT - fromMs, AT - toMs]),
      [
        [599_999, 0],
        [299_999, 0],
      ],
    );
    assert.deepEqual(answers.map(({ source }) => source).toSorted(), ['a', 'b', 'b']);
    assert.deepEqual(
      answers.find(({ source }) => source === 'a')?.labels,
      createLabels({ r: 'eu' }),
    );
  });

  it('that fail are warnings, and are left alone for a while', async (context) => {
    let asked = 0;
    const url = await listen(context, (_request, response) => {
      asked++;
      response.writeHead(503).end('too busy\n');
    });
    const { sources, clock } = create(context, `[{ name: a, url: "${url}" }]`);
    const first = 'source "a": it answered 503: too busy; its series are missing from this answer';
    assert.deepEqual((await gather(sources, 'x')).warnings, [first]);
    const again = first.replace('too busy;', 'too busy (not asked again within 5 s);');
    assert.deepEqual((await gather(sources, 'x')).warnings, [again]);
    assert.equal(asked, 1);
    clock.advance(5_001);
    assert.deepEqual((await gather(sources, 'x')).warnings, [first]);
    assert.deepEqual(sources.stats(), [{ name: 'a', requests: 2, failures: 2, bytes: 0 }]);
  });

  it('that are required fail the query', async (context) => {
    const url = await listen(context, (_request, response) => response.writeHead(500).end());
    const { sources } = create(context, `[{ name: a, url: "${url}", required: true }]`);
    await assert.rejects(gather(sources, 'x'), {
      code: 'QUERY_SOURCE_FAILED',
      message: 'source "a": it answered 500',
    });
  });

  it('must not answer more than a query may hold, and are not blamed for it', async (context) => {
    const chunk = Buffer.alloc(1024 * 1024);
    const url = await listen(context, (_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', more);
      more();
    });
    const { sources } = create(context, `[{ name: a, url: "${url}" }]`);
    await assert.rejects(gather(sources, 'x'), {
      code: 'QUERY_SOURCE_TOO_LARGE',
      message: /source "a": more than 64 MiB of one answer, or 256 MiB of all/,
    });
    assert.deepEqual(sources.stats(), [{ name: 'a', requests: 1, failures: 0, bytes: 0 }]);
  });

  it('have a time of their own, and are not asked on when the query ends', async (context) => {
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    const url = await listen(context, () => arrive());
    const { sources, clock } = create(context, `[{ name: a, url: "${url}", timeout: 3s }]`);
    const answer = gather(sources, 'x');
    await arrived;
    clock.advance(3_000);
    assert.match((await answer).warnings.join(), /source "a": no answer within 3 s/);
    clock.advance(10_000);
    const ended = new AbortController();
    const other = gather(sources, 'x', ended.signal);
    ended.abort(new Error('nobody waits'));
    await assert.rejects(other, /nobody waits/);
  });

  it('read beyond the windows of anchored and smoothed', async (context) => {
    const url = await listen(context, (_request, response) => response.end());
    const { sources } = create(context, `[{ name: a, url: "${url}" }]`);
    const { selections } = await gather(sources, 'rate(x[5m] smoothed)');
    assert.deepEqual(
      selections.map(({ fromMs, toMs }) => [AT - fromMs, AT - toMs]),
      [[599_999, -300_000]],
    );
  });
});

const STORE = createTestStoreOf(10_000, {
  'up{job="a",replica="x"}': [1],
  'up{job="b"}': [1],
  'other{zone="z"}': [1],
});

/** A server of this program, as far as lists go. */
const answerLists: RequestListener = (request, response) => {
  void readBytes(request).then(async (body) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    if (pathname === '/api/v1/read') {
      const external = createLabels({ region: 'us', replica: 'y' });
      response.end(await answerSamples(STORE, body, external));
      return;
    }
    const form = new URLSearchParams(body.toString());
    for (const [name, value] of searchParams) form.append(name, value);
    assert.equal(form.get('scope'), 'local');
    const selectors = form.getAll('match[]').map(parseSelector);
    const sets = selectors.length === 0 ? [[]] : selectors;
    const ranges = sets.map((matchers) => ({ matchers, fromMs: 0, toMs: AT }));
    const label = /label\/(\w+)\/values/.exec(pathname)?.[1];
    const data = ranges.flatMap((range): readonly unknown[] => {
      if (label !== undefined) return STORE.labelValues(label, range);
      if (pathname.endsWith('/labels')) return STORE.labelNames(range);
      return STORE.series(range).map((one) => Object.fromEntries(labelPairs(one)));
    });
    response.end(JSON.stringify({ status: 'success', data, warnings: ['half'] }));
  });
};

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('lists over sources', () => {
  const ask = async (
    lists: ReturnType<typeof createNameLists>,
    what: Pick<ListQuestion, 'wants'> & Partial<ListQuestion>,
    match = '',
  ) => {
    const selectors = match === '' ? [] : [parseSelector(match)];
    const range = { fromMs: 0, toMs: AT };
    const usual = { label: '', selectors, ...range, limit: undefined, isLocal: false };
    const { texts, series, warnings } = await lists({ ...usual, ...what }, NEVER);
    const found = what.wants === 'series' ? series.map(formatSeries) : [...new Set(texts)];
    return { found: found.toSorted(), warnings };
  };
  const setUp = async (context: TestContext, protocol: string) => {
    const url = await listen(context, answerLists);
    const source = `{ name: a, url: "${url}", protocol: ${protocol}, labels: { site: s } }`;
    const { sources } = create(context, `[${source}]`);
    const localLabels = createLabels({ region: 'eu' });
    const config = () => ({ replicaLabels: ['replica'], localLabels });
    const own = createTestStoreOf(10_000, { 'own{job="c"}': [1] });
    return createNameLists({ queryable: own, sources, config });
  };

  it('join what remote read knows, with its external labels and each replica once', async (context) => {
    const lists = await setUp(context, 'remote_read');
    const check = async (
      what: Parameters<typeof ask>[1],
      match: string,
      found: readonly string[],
    ): Promise<void> => {
      const answer = await ask(lists, what, match);
      assert.deepEqual(answer.found, found, `${what.wants} ${match}`);
    };
    await check({ wants: 'series' }, '{job=~".+"}', [
      'own{job="c", region="eu"}',
      'up{job="a", region="us", site="s"}',
      'up{job="b", region="us", site="s"}',
    ]);
    await check({ wants: 'series' }, '{region="us", job="a"}', [
      'up{job="a", region="us", site="s"}',
    ]);
    await check({ wants: 'series' }, '{region="eu"}', ['own{job="c", region="eu"}']);
    const region = { wants: 'values', label: 'region' } as const;
    await check(region, '{job=~".+"}', ['eu', 'us']);
    await check(region, '{zone="z"}', ['us']);
    await check({ wants: 'values', label: 'replica' }, '{job=~".+"}', []);
    await check({ wants: 'values', label: 'site' }, '', ['s']);
    await check({ wants: 'names' }, '{job=~".+"}', ['__name__', 'job', 'region', 'site']);
    await check({ wants: 'names' }, '', ['__name__', 'job', 'region', 'site', 'zone']);
    await check({ wants: 'names', isLocal: true }, '', ['__name__', 'job']);
  });

  it('join what an API lists, and pass on what it warns of', async (context) => {
    const lists = await setUp(context, 'promql');
    const check = async (
      what: Parameters<typeof ask>[1],
      match: string,
      found: readonly string[],
    ): Promise<void> => {
      const warnings = ['source "a": half'];
      assert.deepEqual(await ask(lists, what, match), { found, warnings });
    };
    await check({ wants: 'values', label: 'job' }, '{site="s", job!="a"}', ['b']);
    await check({ wants: 'values', label: 'site' }, '{job="a"}', ['s']);
    await check({ wants: 'values', label: 'site' }, '{job="none"}', []);
    await check({ wants: 'names' }, '{zone="z"}', ['__name__', 'site', 'zone']);
    await check({ wants: 'series' }, '{site="s", zone="z"}', ['other{site="s", zone="z"}']);
    // No series of it can match, so it is not asked.
    const none = await ask(lists, { wants: 'series' }, '{site="t"}');
    assert.deepEqual(none, { found: [], warnings: [] });
  });

  it('go without a source that is away, and say so; its queries are asked all the same', async (context) => {
    let isQuery = false;
    const url = await listen(context, (request, response) => {
      isQuery = request.url === '/api/v1/query';
      response.writeHead(isQuery ? 200 : 404).end('no such page');
    });
    const { sources } = create(context, `[{ name: a, url: "${url}", protocol: promql }]`);
    const own = createTestStoreOf(10_000, { 'own{job="c"}': [1] });
    const config = () => ({ replicaLabels: [], localLabels: EMPTY_LABELS });
    const lists = createNameLists({ queryable: own, sources, config });
    assert.deepEqual(await ask(lists, { wants: 'names' }), {
      found: ['__name__', 'job'],
      warnings: [
        'source "a": it answered 404: no such page; its series are missing from this answer',
      ],
    });
    assert.deepEqual((await gather(sources, 'x')).warnings, []);
    assert.ok(isQuery);
  });

  it('fail with a source that is required', async (context) => {
    const url = await listen(context, (_request, response) => response.writeHead(500).end());
    const { sources } = create(context, `[{ name: a, url: "${url}", required: true }]`);
    const config = () => ({ replicaLabels: [], localLabels: EMPTY_LABELS });
    const lists = createNameLists({ queryable: STORE, sources, config });
    await assert.rejects(ask(lists, { wants: 'names' }), { code: 'QUERY_SOURCE_FAILED' });
  });
});

describe('query.sources', () => {
  it('says what is wrong with it, and where', () => {
    const check = (query: string, ...faults: readonly string[]): void => {
      const { faults: found } = readConfig({ text: `query: ${query}`, file: 'f', checkExpression });
      assert.deepEqual(found, faults, query);
    };
    const url = 'such as http://prometheus:9090';
    check(
      '{ sources: [{ name: a }] }',
      `f:1:20: query.sources[0] needs url, the address that /api/v1 lies below, ${url}`,
    );
    check(
      '{ sources: [{ url: "http://a" }] }',
      'f:1:20: query.sources[0] needs name, which warnings call it by',
    );
    check(
      '{ sources: [{ name: a, url: "http://a" }, { name: a, url: "http://b" }] }',
      'f:1:50: the name "a" stands twice',
    );
    check(
      '{ sources: [{ name: a, url: "http://a", protocol: http }] }',
      'f:1:58: query.sources[0].protocol must be one of remote_read, promql, got "http"',
    );
    check(
      '{ replica_labels: [__name__] }',
      'f:1:27: query.replica_labels[0] "__name__" is not a label name such as replica',
    );
  });
});
