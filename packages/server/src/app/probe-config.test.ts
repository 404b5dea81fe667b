import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSystemClock, formatFault } from '../platform/index.ts';
import { DEFAULT_GLOBAL } from '../scrape/index.ts';
import { readConfig } from './config.ts';
import { findModule } from './probe-config.ts';
import { createProbes, probeJobs } from './probes.ts';

const FILE = 'nines.yaml';

function read(probes: string, named = '') {
  return readConfig({
    text: `scrape_configs: [{job_name: probe/taken}]\nprobes: ${probes}`,
    file: FILE,
    checkExpression: () => undefined,
    readNamed: (value) =>
      value?.path === 'probes.module_files' ? [{ file: 'blackbox.yml', text: named }] : [],
  });
}

describe('the schedule of probes', () => {
  it('becomes jobs with the labels of a probe', () => {
    const { config, faults } = read(
      '{schedule: [{name: shop, targets: ["https://a/b", "c:1"], interval: 5s, service: s}]}',
    );
    assert.deepEqual(faults, []);
    const [job] = probeJobs(config.probes.schedule, DEFAULT_GLOBAL, 'http://nines.example:9999');
    assert.deepEqual(
      [job.jobName, job.scrapeIntervalMs, job.metricsPath],
      ['probe/shop', 5000, '/probe'],
    );
    assert.deepEqual(job.params, [
      { name: 'probe', values: ['shop'] },
      { name: 'module', values: ['http_2xx'] },
    ]);
    const [{ labels }] = job.staticConfigs;
    assert.deepEqual(labels.values, ['known_good', 'http_2xx', 'shop', 's']);
  });

  it('takes modules from files, from the configuration, and ours where nobody has the name', () => {
    const modules = '{module_files: [b], modules: {b: {prober: dns, dns: {query_name: x}}}}';
    const { config, faults } = read(modules, 'modules: {a: {prober: tcp}, icmp: {prober: http}}');
    assert.deepEqual(faults, []);
    const check = (name: string, want: string | undefined): void =>
      assert.equal(findModule(config.probes, name)?.prober, want, name);
    check('a', 'tcp');
    check('b', 'dns');
    check('icmp', 'http');
    check('http_2xx', 'http');
    check('c', undefined);
  });

  it('says each fault', () => {
    const check = (probes: string, want: RegExp): void =>
      assert.match(read(probes).faults.join('\n'), want, probes);
    check('{schedule: [{targets: [a]}]}', /needs name/);
    check('{schedule: [{name: a}]}', /needs targets, at least one/);
    check('{schedule: [{name: a, targets: [a], interval: 10ms}]}', /at least 1s/);
    check('{schedule: [{name: a, targets: [a], module: x}]}', /no module "x"; there are http_2xx/);
    check('{schedule: [{name: a, targets: [a]}, {name: a, targets: [b]}]}', /"a" stands twice/);
    check('{schedule: [{name: taken, targets: [a]}]}', /a scrape job is called probe\/taken/);
    check('{modules: {a: {prober: http, http: {nonsense: 1}}}}', /"nonsense" is not known/);
    check('{schedule: [{name: a, targets: [a], kind: good}]}', /must be one of known_bad/);
    check(
      '{modules: {w: {prober: websocket}}, schedule: [{name: a, targets: [a], module: w}]}',
      /module "w" cannot run here: websocket is not supported/,
    );
  });

  it('runs what changes something in a test environment only', () => {
    const unsafe = 'schedule: [{name: a, targets: [a], kind: known_good_unsafe}]';
    assert.match(read(`{${unsafe}}`).faults[0], /only where probes\.test_environment is true/);
    assert.deepEqual(read(`{test_environment: true, ${unsafe}}`).faults, []);
    const post = 'modules: {p: {prober: http, http: {method: POST}}}';
    const { notes } = read(`{${post}, schedule: [{name: a, targets: [a], module: p}]}`);
    assert.match(notes.remarks.map(formatFault).join(), /the request is POST; where it changes/);
  });
});

describe('scheduled probes', () => {
  it('give what blackbox_exporter would, and keep the newest failures', async () => {
    const target = '127.0.0.1:1';
    const { config } = read(
      `{allow_private: true, schedule: [{name: a, module: tcp_connect, targets: ["${target}"]}]}`,
    );
    const probes = createProbes({ clock: createSystemClock(), config: () => config });
    const url = `http://n/probe?probe=a&target=${target}`;
    const signal = AbortSignal.timeout(5000);
    for (let i = 0; i < 5; i++) {
      const { bytes } = await probes.fetch({ url, headers: {}, signal, bodyBytesMax: 1e6 });
      assert.match(Buffer.from(bytes).toString(), /^probe_success 0$/m);
    }
    const state = probes.findState('a', target);
    assert.equal(state?.failures.length, 3);
    assert.equal(state?.failures[0], state?.last);
    assert.match(state?.last.evidence.reason ?? '', /127\.0\.0\.1:1 refused the connection/);
    probes.forget([]);
    assert.equal(probes.findState('a', target), undefined);
  });

  it('are asked for by modules that there are, on addresses that may be reached', async () => {
    const { config } = read('{}');
    const probes = createProbes({ clock: createSystemClock(), config: () => config });
    await assert.rejects(probes.ask({ module: 'x', target: 'a' }), /Unknown module "x"/);
    await assert.rejects(probes.ask({ module: 'icmp', target: '' }), /parameter is missing/);
    const { evidence } = await probes.ask({ module: 'tcp_connect', target: '127.0.0.1:1' });
    assert.match(evidence.reason ?? '', /is not on the internet/);
  });
});
