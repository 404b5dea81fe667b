/**
 * The promise: what asks Prometheus asks Nines. Each path of Prometheus' own description of its
 * API answers, in the shape that it describes.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ROOT } from '../../tools/run-step.ts';
import { readOpenApi } from '../harness/openapi.ts';
import { type RunningServer, startServer } from '../harness/server.ts';
import { waitUntil } from '../harness/wait.ts';

const DOCUMENT = join(
  process.env.NINES_CONFORMANCE ?? join(ROOT, '../shared/conformance'),
  'openapi/openapi_3.2_golden.yaml',
);

const CONFIG = `
global: { scrape_interval: 1s, evaluation_interval: 1s, external_labels: { dc: x } }
rule_files: [rules.yaml]
`;
const RULES = `
groups:
  - name: one
    rules:
      - { record: 'up:sum', expr: sum(up), labels: { team: a } }
      - { alert: Down, expr: up == 0, labels: { severity: page } }
  - name: two
    rules: [{ record: 'up:min', expr: min(up) }]
`;

/** What a path needs to be asked a question that has an answer. */
const PARAMS: Readonly<Record<string, string>> = {
  '/query': 'query=up&stats=all',
  '/query_range': 'query=up&start=NOW&end=NOW&step=15&stats=all',
  '/query_exemplars': 'query=up&start=NOW&end=NOW',
  '/format_query': 'query=sum(up)by(job)',
  '/parse_query': 'query=sum(up)',
  '/series': 'match[]=up',
  '/search/label_values': 'label=job',
  '/scrape_pools/config': 'scrapePool=nines',
  '/targets/relabel_steps': 'scrapePool=nines&labels=%7B%22a%22%3A%22b%22%7D',
  '/targets/metadata': 'match_target=%7Bjob%3D%22nines%22%7D&limit=1',
};
/** Streams, bodies of other kinds, what changes things, and what other tests are for. */
const ELSEWHERE = [
  '/write',
  '/read',
  '/otlp/v1/metrics',
  '/notifications/live',
  '/admin/tsdb/delete_series',
  '/admin/tsdb/clean_tombstones',
  '/admin/tsdb/snapshot',
  '/status/tsdb',
];

const METHODS = ['get', 'post', 'put', 'delete', 'patch'];

const skip = existsSync(DOCUMENT) ? false : 'no conformance data';

describe("Prometheus' API", { skip }, () => {
  let server: RunningServer;
  before(async () => {
    server = await startServer({ config: CONFIG, files: { 'rules.yaml': RULES } });
    await waitUntil('a scrape and an evaluation', async () => {
      const answer = await server.get('/api/v1/query?query=up:sum');
      return JSON.stringify(answer).includes('"value"') ? true : undefined;
    });
  });
  after(async () => server.stop());

  const get = async (path: string): Promise<unknown> => server.get(`/api/v1${path}`);

  it('answers each path in the shape that is described', async () => {
    const { paths, findFaults } = readOpenApi(DOCUMENT);
    const now = /\[(\d+)/.exec(JSON.stringify(await get('/query?query=time()')))?.[1] ?? '';
    for (const [path, methods] of paths) {
      if (!methods.includes('get') || ELSEWHERE.includes(path)) continue;
      const asked = path.replace('{name}', 'job');
      const answer = await get(`${asked}?${PARAMS[path] ?? ''}`.replaceAll('NOW', now));
      const faults = findFaults(path, 'get', answer);
      if (faults !== undefined) assert.deepEqual(faults, [], path);
    }
  });

  it('knows every path by each method that is described', async () => {
    const headers = { authorization: `Bearer ${server.token}` };
    const unknown: string[] = [];
    for (const [path, methods] of readOpenApi(DOCUMENT).paths) {
      for (const method of METHODS.filter((one) => methods.includes(one))) {
        const abort = new AbortController();
        const url = `${server.url}/api/v1${path.replace('{name}', 'job')}`;
        const { signal } = abort;
        const { status } = await fetch(url, { method: method.toUpperCase(), headers, signal });
        // Some of them are streams.
        abort.abort();
        if (status === 404 || status === 405) unknown.push(`${method} ${path}`);
      }
    }
    assert.deepEqual(unknown, []);
  });

  it('tells live of what is wrong with the server, and when it is over', async () => {
    const events = await fetch(`${server.url}/api/v1/notifications/live`, {
      headers: { authorization: `Bearer ${server.token}` },
    });
    assert.match(events.headers.get('content-type') ?? '', /^text\/event-stream/);
    const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader();
    const heard: string[] = [];
    const hear = async (what: RegExp): Promise<void> => {
      while (!what.test(heard.join(''))) {
        const part = await reader?.read();
        assert.equal(part?.done, false, heard.join(''));
        heard.push(part.value ?? '');
      }
    };
    const refused = 'The new configuration is refused; the last good one stays in force';
    const file = join(dirname(server.dataDir), 'nines.yaml');
    writeFileSync(file, `${CONFIG}scrape_config: []\n`);
    await server.post('/-/reload');
    await hear(new RegExp(`data: {"text":"${refused}[^\n]*"active":true}`));
    assert.match(JSON.stringify(await get('/notifications')), new RegExp(refused));
    writeFileSync(file, CONFIG);
    await server.post('/-/reload');
    await hear(new RegExp(`data: {"text":"${refused}[^\n]*"active":false}`));
    await reader?.cancel();
  });

  it('deletes series for admins, and snapshots what is left as blocks', async () => {
    const admin = async (path: string): Promise<{ status: number; text: string }> => {
      const response = await fetch(`${server.url}/api/v1/admin/tsdb/${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${server.token}` },
      });
      return { status: response.status, text: await response.text() };
    };
    const match = 'match[]=%7B__name__%3D%22node_boot_time_seconds%22%7D';
    assert.match(JSON.stringify(await get(`/series?${match}`)), /node_boot_time_seconds/);
    assert.deepEqual(await admin('delete_series'), {
      status: 400,
      text: '{"status":"error","errorType":"bad_data","error":"no match[] parameter provided"}',
    });
    const end = Math.floor(Date.now() / 1000) + 60;
    assert.deepEqual(await admin(`delete_series?${match}&end=${end}`), { status: 204, text: '' });
    assert.deepEqual(await admin('clean_tombstones'), { status: 204, text: '' });
    const made = await admin('snapshot');
    const name = /"name":"(\d{8}T\d{6}Z-[0-9a-f]{16})"/.exec(made.text)?.[1];
    assert.ok(name, made.text);
    const blocks = readdirSync(join(server.dataDir, 'snapshots', name));
    assert.ok(blocks.length > 0, 'no blocks');
  });

  it('searches names of metrics by what is typed', async () => {
    const end = (hasMore: boolean) => `{"status":"success","has_more":${hasMore}}\n`;
    const check = async (params: string, lines: string): Promise<void> =>
      assert.equal(await get(`/search/metric_names?${params}`), lines);
    await check('search[]=xyz', `{"results":[]}\n${end(false)}`);
    await check(
      'search[]=up:&sort_by=alpha&sort_dir=dsc',
      `{"results":[{"name":"up:sum"},{"name":"up:min"}]}\n${end(false)}`,
    );
    await check(
      'search[]=UP:&case_sensitive=false&limit=1',
      `{"results":[{"name":"up:min"}]}\n${end(true)}`,
    );
    await check(
      'search[]=ninesbuildinfo&include_score=true&include_metadata=true',
      '{"results":[{"name":"nines_build_info","type":"gauge","help":"A metric with a constant 1 and the version.","unit":"","score":0.336734693877551}]}\n' +
        end(false),
    );
  });

  it('pages through groups of rules, and finds rules by their labels', async () => {
    const groupsOf = (answer: unknown): string =>
      [...JSON.stringify(answer).matchAll(/"name":"(\w+)","file"/g)].map(([, name]) => name).join();
    const labelled = await get('/rules?match[]=%7Bteam%3D%22a%22%7D');
    assert.equal(groupsOf(labelled), 'one');
    const first = await get('/rules?type=record&group_limit=1');
    assert.equal(groupsOf(first), 'one');
    const token = /"groupNextToken":"(\w+)"/.exec(JSON.stringify(first))?.[1];
    const second = await get(`/rules?type=record&group_limit=1&group_next_token=${token}`);
    assert.equal(groupsOf(second), 'two');
    assert.doesNotMatch(JSON.stringify(second), /groupNextToken/);
    assert.match(
      JSON.stringify(await get('/rules?group_limit=1&group_next_token=x')),
      /were rule groups changed/,
    );
  });
});
