/** A first start, without a configuration, watches itself and its machine. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { closeServer, listen } from '../harness/exporter.ts';
import { items, members, valueAt } from '../harness/json.ts';
import { findPrograms } from '../harness/peers.ts';
import { type RunningServer, startServer } from '../harness/server.ts';
import { waitUntil } from '../harness/wait.ts';

describe('a first start', { skip: process.platform !== 'linux' }, () => {
  let server: RunningServer;
  before(async () => {
    server = await startServer();
  });
  after(async () => server.stop());

  const ask = async (query: string): Promise<readonly unknown[]> => {
    const answer = await server.get(`/api/v1/query?query=${encodeURIComponent(query)}`);
    return items(valueAt(answer, 'data', 'result'));
  };

  it('shows the machine under node_exporter’s names', async () => {
    await waitUntil('the machine answers', async () => (await ask('up{job="node"} == 1')).at(0));
    const metrics = [
      'node_cpu_seconds_total{mode="idle"}',
      'node_memory_MemAvailable_bytes',
      'node_filesystem_avail_bytes{mountpoint="/"}',
      'node_network_receive_bytes_total',
      'node_load1',
    ];
    for (const metric of metrics) assert.notEqual((await ask(metric)).length, 0, metric);
  });

  it('samples the CPU each second', async () => {
    await waitUntil('two seconds are counted', async () =>
      (await ask('nines_host_cpu_utilization_ratio_count >= 2')).at(0),
    );
  });

  it('evaluates the rules about itself', async () => {
    const rules = await waitUntil('all are evaluated', async () => {
      const text = JSON.stringify(await server.get('/api/v1/rules'));
      const isDone = text.includes('NinesTargetsLost') && !text.includes('"health":"unknown"');
      return isDone ? text : undefined;
    });
    assert.doesNotMatch(rules, /"health":"err"/);
  });
});

const [exporter] = findPrograms('prometheus-node-exporter');
describe('beside the real node_exporter', { skip: exporter === undefined }, () => {
  let child: ChildProcess;
  let server: RunningServer;
  let url = '';
  before(async () => {
    const probe = createServer();
    const port = await listen(probe);
    await closeServer(probe);
    url = `http://127.0.0.1:${port}/metrics`;
    child = spawn(exporter, [`--web.listen-address=127.0.0.1:${port}`], { stdio: 'ignore' });
    server = await startServer();
  });
  after(async () => {
    child.kill();
    await server.stop();
  });

  it('every metric has a name and labels of its', async () => {
    const theirs = await waitUntil('it answers', async () => {
      const text = await fetch(url).then(
        async (response) => response.text(),
        () => '',
      );
      return text.includes('node_load1') ? text : undefined;
    });
    const known = new Set(listShapes(theirs));
    const ours = await waitUntil('ours is scraped', async () => {
      const answer = await server.get('/api/v1/series?match[]={job="node"}');
      const labels = items(valueAt(answer, 'data'));
      return labels.length > 100 ? labels : undefined;
    });
    const shapes = ours.map((labels) => formatShape(members(labels)));
    const unknown = shapes.filter((shape) => shape.startsWith('node_') && !known.has(shape));
    assert.deepEqual([...new Set(unknown)], []);
  });
});

/** Names with their labels' names: what a dashboard depends on. */
function listShapes(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('node_'))
    .map((line) => {
      const [, name, labels = ''] = /^(\w+)(?:\{(.*)\})? /.exec(line) ?? [];
      const names = [...labels.matchAll(/(\w+)="/g)].map(([, label]) => label);
      return [name, ...names.toSorted()].join(' ');
    });
}

function formatShape(labels: Readonly<Record<string, unknown>>): string {
  const { __name__: name, job: _job, instance: _instance, ...rest } = labels;
  return [String(name), ...Object.keys(rest).toSorted()].join(' ');
}
