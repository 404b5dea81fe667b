/**
 * The promise: a Prometheus whose `remote_read` names Nines answers as Nines does, whatever kind of
 * samples there are, from a stream of chunks.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ask, findDifference } from '../differential/answers.ts';
import { writeSamples } from '../differential/fuzz.ts';
import { createFuzzSamples } from '../differential/fuzz-samples.ts';
import { items, valueAt } from '../harness/json.ts';
import { findPrometheus, type RunningPeer, startPrometheus } from '../harness/peers.ts';
import { type RunningServer, startServer } from '../harness/server.ts';

const CONFIG = `
global: { external_labels: { region: eu } }
watch: { self: false, host: false }
`;
/** Prometheus 2 knows neither native histograms nor what the answers were of. */
const program = findPrometheus().find(({ version }) => !version.startsWith('2.'));
const skip = program === undefined ? 'no Prometheus 3' : false;

describe('a Prometheus that reads from Nines', { skip }, () => {
  const started: (RunningServer | RunningPeer)[] = [];
  const startMs = Math.floor((Date.now() - 40 * 60_000) / 60_000) * 60_000;
  const samples = createFuzzSamples(7, startMs);
  const endMs = startMs + 30 * 60_000;
  let ours = '';
  let theirs = '';

  before(async () => {
    const server = await startServer({ config: CONFIG, args: ['--auth', 'none'] });
    started.push(server);
    ours = server.url;
    await writeSamples(ours, samples);
    if (program === undefined) return;
    const config = `remote_read: [{ url: '${ours}/api/v1/read', read_recent: true }]\n`;
    const peer = await startPrometheus(program, config);
    started.push(peer);
    theirs = peer.url;
  });
  after(async () => {
    await Promise.all(started.map(async (one) => one.stop()));
  });

  it('finds every sample, bit by bit, with the external labels', async () => {
    const at = { timeMs: endMs };
    for (const name of samples.vocabulary.metrics) {
      const own = await ask(ours, { query: `${name}[31m]`, at });
      const other = await ask(theirs, { query: `${name}{region="eu"}[31m]`, at });
      assert.ok(own.series.length > 0, name);
      const named = other.series.map(({ key, points }) => ({
        key: key.replace(',["region","eu"]', ''),
        points,
      }));
      const difference = findDifference(own, { ...other, series: named }, false);
      assert.equal(difference, undefined, name);
    }
  });

  it('is answered with chunks', async () => {
    const metrics = await (await fetch(`${theirs}/metrics`)).text();
    const chunked = /read_client_queries_total{code="200",[^}]*response_type="chunked"[^}]*} (\d+)/;
    assert.ok(Number(chunked.exec(metrics)?.[1]) >= samples.vocabulary.metrics.length);
  });

  it('lists series without their samples', async () => {
    const params = new URLSearchParams({ 'match[]': 'load', start: String(startMs / 1000) });
    const answer: unknown = await (await fetch(`${theirs}/api/v1/series?${params}`)).json();
    const labels = items(valueAt(answer, 'data'));
    assert.equal(labels.length, 6, JSON.stringify(answer));
    assert.equal(valueAt(labels[0], 'region'), 'eu');
  });
});
