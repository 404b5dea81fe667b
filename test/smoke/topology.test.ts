/**
 * Three layers: two servers that share out targets, aggregates pulled from them one layer up, and a
 * view over all of them that goes on when one is down. Beside them a Prometheus, where there is one.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type FakeExporter, startExporter } from '../harness/exporter.ts';
import { items, members, valueAt } from '../harness/json.ts';
import { findPrometheus, type RunningPeer, startPrometheus } from '../harness/peers.ts';
import { type RunningServer, startServer } from '../harness/server.ts';
import { waitUntil } from '../harness/wait.ts';

const RULES = `
groups:
  - name: aggregates
    interval: 1s
    rules: [{ record: 'shop:load:sum', expr: 'sum(load)' }]
`;
/** Its metric has the name of an aggregate from the first scrape on. */
const PROMETHEUS = `
global:
  scrape_interval: 1s
  scrape_timeout: 1s
  external_labels: { region: us }`;
const RENAMED =
  ", metric_relabel_configs: [{ target_label: __name__, replacement: 'shop:load:raw' }]";
const OPEN = { args: ['--auth', 'none'] };
/** What the targets have; enough of them that each member has some. */
const VALUES = [10, 11, 12, 13, 14, 15, 16, 17];
const QUIET = 'watch: { self: false, host: false }';

type Row = Readonly<{ labels: Readonly<Record<string, string>>; value: number }>;

describe('several servers', () => {
  const exporters: FakeExporter[] = [];
  const layer: RunningServer[] = [];
  const running: { top?: RunningServer; prometheus?: RunningPeer } = {};

  const scrapeJob = (more = ''): string => {
    const targets = JSON.stringify(exporters.map(({ address }) => address));
    return `scrape_configs: [{ job_name: shop, static_configs: [{ targets: ${targets} }]${more} }]`;
  };
  const startMember = async (name: string): Promise<RunningServer> =>
    startServer({
      ...OPEN,
      files: { 'rules.yaml': RULES },
      config: `
global: { scrape_interval: 1s, scrape_timeout: 1s, external_labels: { region: eu } }
shard: { members: [a, b, c], name: ${name}, replication_factor: 2, replica_label: replica }
rule_files: [rules.yaml]
${scrapeJob()}
${QUIET}`,
    });
  const startTop = async (): Promise<RunningServer> => {
    const addresses = layer.map(({ url }) => new URL(url).host);
    const { prometheus } = running;
    const peers = prometheus === undefined ? [] : [new URL(prometheus.url).host];
    return startServer({
      ...OPEN,
      config: `
global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs:
  - job_name: aggregates
    honor_labels: true
    track_timestamps_staleness: true
    metrics_path: /federate
    params: { 'match[]': ['{__name__=~"shop:.+"}'] }
    static_configs: [{ targets: ${JSON.stringify([...addresses, ...peers])} }]
query:
  replica_labels: [replica]
  sources:
    - { name: a, url: '${layer[0].url}' }
    - { name: b, url: '${layer[1].url}', protocol: promql, labels: { region: eu } }
${prometheus === undefined ? '' : `    - { name: p, url: '${prometheus.url}' }`}
${QUIET}`,
    });
  };
  const ask = async (query: string, scope = 'all') => {
    const text = `/api/v1/query?scope=${scope}&query=${encodeURIComponent(query)}`;
    const answer = await running.top?.get(text);
    const rows = items(valueAt(answer, 'data', 'result')).map((row): Row => {
      const labels = Object.entries(members(valueAt(row, 'metric')));
      const pairs = labels.map(([name, value]): [string, string] => [name, String(value)]);
      return { labels: Object.fromEntries(pairs), value: Number(valueAt(row, 'value', 1)) };
    });
    return { rows, warnings: items(valueAt(answer, 'warnings')).map(String) };
  };

  before(async () => {
    for (let i = 0; i < VALUES.length; i++) {
      exporters.push(await startExporter(() => `load ${VALUES[i]}\n`));
    }
    const [program] = findPrometheus();
    if (program !== undefined) {
      running.prometheus = await startPrometheus(program, `${PROMETHEUS}\n${scrapeJob(RENAMED)}`);
    }
    layer.push(...(await Promise.all(['a', 'b'].map(startMember))));
    running.top = await startTop();
  });
  after(async () => {
    await Promise.all([...layer, running.top].map(async (one) => one?.stop()));
    await running.prometheus?.stop();
    await Promise.all(exporters.map(async (one) => one.stop()));
  });

  it('share out targets, and say who has how many', async () => {
    const lists = await Promise.all(layer.map(async ({ client }) => client('listTargets', {})));
    const [first, second] = lists.map(({ shard }) => shard);
    assert.deepEqual(first?.members, second?.members);
    const counts = first?.members.map(({ targetCount }) => targetCount) ?? [];
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      2 * exporters.length,
    );
    for (const [i, { targets }] of lists.entries()) assert.equal(targets.length, counts[i]);
    const scraped = new Set(
      lists.flatMap(({ targets }) => targets.map(({ instance }) => instance)),
    );
    assert.equal(
      scraped.size,
      exporters.length,
      'with two of three members each target is scraped',
    );
  });

  it('are seen as one, replicas once', async () => {
    const { rows, warnings } = await waitUntil('all series are there', async () => {
      const found = await ask(`count(load{region="eu"}) == ${VALUES.length}`);
      return found.rows.length === 1 ? ask('load{region="eu"}') : undefined;
    });
    assert.deepEqual(warnings, []);
    assert.deepEqual(
      rows.map(({ value }) => value).toSorted((a, b) => a - b),
      VALUES,
    );
    for (const { labels } of rows) assert.equal(labels['replica'], undefined);
    assert.deepEqual((await ask('load', 'local')).rows, []);
  });

  it('give their aggregates to the layer above, and nothing else', async () => {
    const wanted = [
      'shop:load:sum eu',
      ...(running.prometheus === undefined ? [] : ['shop:load:raw us']),
    ];
    const pulled = 'count by (__name__, region) ({job=~".+", __name__!~"up|scrape_.*"})';
    let found: readonly string[] = [];
    const isComplete = async (): Promise<true | undefined> => {
      const { rows } = await ask(pulled, 'local');
      found = rows.map(({ labels }) => `${labels['__name__']} ${labels['region']}`);
      return found.length >= wanted.length ? true : undefined;
    };
    await waitUntil('what is pulled', isComplete).catch(() => undefined);
    assert.deepEqual(found.toSorted(), wanted.toSorted());
  });

  it('have their names listed as one, with the labels that their series carry', async () => {
    const list = async (path: string, match: string): Promise<readonly unknown[]> => {
      const answer = await running.top?.get(`/api/v1/${path}?match[]=${encodeURIComponent(match)}`);
      assert.deepEqual(items(valueAt(answer, 'warnings')), [], path);
      return items(valueAt(answer, 'data'));
    };
    assert.deepEqual(await list('labels', 'load'), ['__name__', 'instance', 'job', 'region']);
    assert.deepEqual(await list('label/region/values', 'load{region="eu"}'), ['eu']);
    assert.deepEqual(await list('label/replica/values', 'load'), []);
    assert.equal((await list('series', 'load')).length, VALUES.length);
    if (running.prometheus === undefined) return;
    await waitUntil('what Prometheus has scraped', async () => {
      const raw = '{__name__="shop:load:raw", instance!="", region="us"}';
      return (await list('series', raw)).length === VALUES.length ? true : undefined;
    });
    assert.deepEqual(await list('label/region/values', '{__name__="shop:load:raw"}'), ['us']);
  });

  it('end aggregates above within a pull, when they end below', async () => {
    for (const exporter of exporters) exporter.answer = () => 'other 1\n';
    await waitUntil('the aggregates end', async () =>
      (await ask('shop:load:sum', 'local')).rows.length === 0 ? true : undefined,
    );
    for (const [i, exporter] of exporters.entries()) {
      exporter.answer = () => `load ${VALUES[i]}\n`;
    }
  });

  it('answer in part, and say so, when one is down', async () => {
    await layer[0].stop();
    const { rows, warnings } = await waitUntil('what is left', async () => {
      const found = await ask('load{region="eu"}');
      const isLate = found.rows.length === 0 || found.warnings.length === 0;
      return isLate ? undefined : found;
    });
    assert.match(warnings.join(), /source "a": .*; its series are missing from this answer/);
    assert.ok(rows.length > 0);
  });
});
