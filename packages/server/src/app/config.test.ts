import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { DEFAULT_QUEUE } from '../remote/index.ts';
import { checkFile, readConfig } from './config.ts';
import { checkExpression } from './expression-check.ts';

const read = (text: string): ReturnType<typeof readConfig> =>
  readConfig({ text, file: '/etc/nines/nines.yaml', checkExpression });

describe('configuration', () => {
  it('has a default for everything', () => {
    const { config, faults } = read('');
    assert.deepEqual(faults, []);
    assert.equal(config.scrapeConfigs, undefined);
    assert.equal(config.storage.retentionMs, 15 * 86_400_000);
    assert.deepEqual(
      config.policies.map(({ name, steps }) => [name, steps.length]),
      [['default', 2]],
    );
  });

  it('reads paths from where its file is, and says which cannot be read', () => {
    const { config, faults } = read(
      'server: { tls: { cert_file: tls.crt, key_file: /k.pem }, trusted_proxies: [10.0.0.0/8] }',
    );
    assert.deepEqual(config.server, {
      tls: { certFile: '/etc/nines/tls.crt', keyFile: '/k.pem' },
      trustedProxies: ['10.0.0.0/8'],
    });
    assert.deepEqual(
      faults.map((fault) => fault.replace('/etc/nines/nines.yaml:', '')),
      [
        '1:29: server.tls.cert_file: cannot read /etc/nines/tls.crt: ENOENT',
        '1:48: server.tls.key_file: cannot read /k.pem: ENOENT',
      ],
    );
  });

  it('wants addresses or ranges of proxies to trust', () => {
    const good = 'server: { trusted_proxies: [127.0.0.1, "::1", 10.0.0.0/8, "fd00::/8"] }';
    assert.deepEqual(read(good).faults, []);
    for (const bad of ['proxy.example', '10.0.0.0/33', '10.0.0/8', '10.0.0.0/', '10.0.0.0/8/8']) {
      const { faults } = read(`server: { trusted_proxies: ["${bad}"] }`);
      assert.match(faults.join(), /trusted_proxies\[0\] must be an address or a range/, bad);
    }
  });

  it('lets the demo’s shop be on this machine only', () => {
    const check = (control: string, isGood: boolean): void => {
      const { config, faults } = read(`demo: { control: "${control}" }`);
      assert.equal(config.demoControl?.origin, isGood ? control : undefined, control);
      assert.equal(/demo\.control must be an http address/.test(faults.join()), !isGood, control);
    };
    check('http://127.0.0.1:9990', true);
    check('http://localhost:9990', true);
    check('http://[::1]:9990', true);
    check('http://10.0.0.1:9990', false);
    check('http://127.0.0.1.example:9990', false);
    check('https://127.0.0.1:9990', false);
    check('http://127.0.0.1:9990/path', false);
    check('http://user@127.0.0.1:9990', false);
    check('file:///etc/passwd', false);
    assert.deepEqual(read('').config.demoControl, undefined);
    assert.match(read('demo: {}').faults.join(), /demo needs control/);
  });

  it('reads objectives from the files that it names, with their faults and places', (context) => {
    const dir = mkdtempSync(join(tmpdir(), 'nines-config-'));
    context.after(() => rmSync(dir, { recursive: true }));
    const file = join(dir, 'nines.yaml');
    const metric = (query: string) => `{metricSource: {spec: {query: '${query}'}}}`;
    const write = (total: string): void =>
      writeFileSync(
        join(dir, 'slo.yaml'),
        `apiVersion: openslo/v1
kind: SLO
metadata: {name: checkout}
spec:
  service: checkout
  budgetingMethod: Occurrences
  timeWindow: [{duration: 30d, isRolling: true}]
  objectives: [{target: 0.999}]
  indicator:
    spec: {ratioMetric: {counter: true, good: ${metric('a')}, total: ${metric(total)}}}
`,
      );
    const readHere = (text: string) => readConfig({ text, file, checkExpression });
    write('b');
    const { config, faults } = readHere('slo_files: [slo.yaml, "more/*.yaml"]');
    assert.deepEqual(faults, []);
    assert.deepEqual(
      config.slos.map(({ name, place }) => [name, place.file]),
      [['checkout', join(dir, 'slo.yaml')]],
    );
    assert.deepEqual(checkFile(join(dir, 'slo.yaml'), { checkExpression }), []);
    write('rate(b[5m])');
    const place = `${join(dir, 'slo.yaml')}:10:122: cannot count "rate(b[5m])"`;
    for (const found of [
      readHere('slo_files: [slo.yaml]').faults,
      checkFile(join(dir, 'slo.yaml'), { checkExpression }),
    ]) {
      assert.equal(found.length, 1);
      assert.ok(found[0].startsWith(place), found[0]);
    }
    assert.match(
      readHere('slo_files: [gone.yaml]').faults[0],
      /1:13: .*gone.yaml:1:1: cannot read/,
    );
  });

  it('takes Prometheus’ spelling of the retention', () => {
    assert.equal(
      read('storage: { tsdb: { retention: { time: 30d } } }').config.storage.retentionMs,
      30 * 86_400_000,
    );
    assert.match(
      read('storage: { tsdb: { retention: { time: 1m } } }').faults[0],
      /a retention under 1h/,
    );
  });

  it('takes the age from which blocks are dense; 0 is never', () => {
    const readAge = (text: string) => read(text).config.storage.denseAfterMs;
    assert.equal(readAge('{}'), 86_400_000);
    assert.equal(readAge('storage: { dense_after: 3d }'), 3 * 86_400_000);
    assert.equal(readAge('storage: { dense_after: 0s }'), Infinity);
  });

  it('takes aggregates that are kept for longer than samples', () => {
    const readLevels = (text: string) => read(`storage: { downsample: ${text} }`);
    const minutes = '{ every: 5m, after: 2d, keep: 1y }';
    assert.deepEqual(
      readLevels(`[${minutes}, { every: 1h, keep: 5y }]`).config.storage.downsample,
      [
        { everyMs: 300_000, afterMs: 2 * 86_400_000, keepMs: 365 * 86_400_000 },
        { everyMs: 3_600_000, afterMs: 86_400_000, keepMs: 5 * 365 * 86_400_000 },
      ],
    );
    const check = (text: string, fault: RegExp): void => {
      assert.match(readLevels(text).faults.join('\n'), fault, text);
    };
    check('[{ every: 5m }]', /downsample\[0\] needs every and keep/);
    check('[{ every: 7m, keep: 1y }]', /divide a day/);
    check('[{ every: 30s, keep: 1y }]', /1m at least/);
    check('[{ every: 5m, keep: 15d }]', /longer than storage.tsdb.retention.time/);
    check('[{ every: 5m, after: 16d, keep: 1y }]', /longer than storage.tsdb.retention.time/);
    check(`[${minutes}, { every: 8m, keep: 2y }]`, /multiple of that of the item before/);
    check(`[${minutes}, { every: 1h, keep: 1y }]`, /longer than that of the item before it/);
    check(`[${Array.from({ length: 5 }, () => minutes).join()}]`, /4 items at most/);
    const late = 'tsdb: { out_of_order_time_window: 2d }, downsample: [{ every: 5m, keep: 1y }]';
    assert.match(read(`storage: { ${late} }`).faults.join(), /shorter than .*out_of_order/);
  });

  it('takes a prometheus.yml, and remarks on what has no effect here', () => {
    const { config, faults } = read(
      [
        'global: { scrape_interval: 15s, query_log_file: q.log }',
        'alerting: { alertmanagers: [{ static_configs: [{ targets: ["am:9093"] }] }] }',
        'remote_read: [{ url: "http://store/read" }]',
        'scrape_configs: [{ job_name: a, ec2_sd_configs: [{ region: eu }] }]',
      ].join('\n'),
    );
    assert.deepEqual(faults, []);
    assert.equal(config.scrapeConfigs?.length, 1);
    assert.deepEqual(
      config.ignored.map((remark) => remark.replace('/etc/nines/nines.yaml:', '').slice(0, 50)),
      [
        '1:33: query_log_file has no effect: Nines writes n',
        '2:1: alerting has no effect: Nines routes its aler',
        '3:1: remote_read has no effect: name the server un',
        '4:33: discovery by ec2_sd_configs does not run in ',
      ],
    );
  });

  it('reads where samples are sent, with the defaults of Prometheus', () => {
    const { config, faults } = read(
      [
        'remote_write:',
        '- url: http://store/write',
        '- url: http://store/write',
        '  name: second',
        '  protobuf_message: io.prometheus.write.v2.Request',
        '  headers: { X-Tenant: a }',
        '  queue_config: { max_shards: 3, max_backoff: 9s, sample_age_limit: 1h }',
        '  metadata_config: { send: false }',
        '  write_relabel_configs: [{ target_label: site, replacement: b }]',
      ].join('\n'),
    );
    assert.deepEqual(faults, []);
    assert.deepEqual(config.ignored, []);
    const [first, second] = config.remoteWrites;
    assert.deepEqual(first.config.queue, DEFAULT_QUEUE);
    assert.match(first.config.name, /^[0-9a-f]{6}$/);
    assert.equal(first.config.version, 'v1');
    assert.equal(first.config.timeoutMs, 30_000);
    assert.equal(second.config.version, 'v2');
    assert.deepEqual(second.config.headers, { 'X-Tenant': 'a' });
    const { maxShards, maxBackoffMs, sampleAgeLimitMs } = second.config.queue;
    assert.deepEqual([maxShards, maxBackoffMs, sampleAgeLimitMs], [3, 9_000, 3_600_000]);
    assert.equal(second.config.metadata.isSent, false);
    assert.equal(second.relabelConfigs.length, 1);
    const check = (text: string, want: RegExp): void => {
      assert.match(read(`remote_write: [{ url: 'http://a/b', ${text} }]`).faults[0], want);
    };
    check('queue_config: { capacity: 0 }', /capacity must not be 0/);
    check('queue_config: { min_shards: 4, max_shards: 2 }', /must be at least min_shards/);
    check('queue_config: { min_backoff: 4s, max_backoff: 2s }', /must be at least min_backoff/);
    check('headers: { Host: x }', /"Host" is a reserved header/);
    check('headers: { "X Tenant": x }', /1:\d+: "X Tenant" is not a valid name of a header/);
  });

  it('reads jobs from the files that it names', (context) => {
    const dir = mkdtempSync(join(tmpdir(), 'nines-config-'));
    context.after(() => rmSync(dir, { recursive: true }));
    const file = join(dir, 'prometheus.yml');
    const readHere = (text: string) => readConfig({ text, file, checkExpression });
    writeFileSync(join(dir, 'a.yml'), 'scrape_configs: [{ job_name: a }]');
    writeFileSync(join(dir, 'b.yml'), 'scrape_configs:\n  - job_name: b\n    metrics_pat: /m');
    const { config, faults } = readHere('scrape_config_files: [a.yml]');
    assert.deepEqual(faults, []);
    assert.deepEqual(
      config.scrapeConfigs?.map(({ jobName }) => jobName),
      ['a'],
    );
    const check = (text: string, want: RegExp): void =>
      assert.match(readHere(text).faults.join('\n'), want);
    check('scrape_config_files: ["*.yml"]', /b\.yml:3:5: field "metrics_pat" is not known/);
    check(
      'scrape_config_files: [a.yml]\nscrape_configs: [{ job_name: a }]',
      /a\.yml:1:18: job_name "a" stands twice, first in .*prometheus\.yml:2/,
    );
    check('scrape_config_files: [gone.yml]', /gone\.yml:1:1: cannot read the file: ENOENT/);
    check('scrape_config_files: ["*/x.yml"]', /has a \* before its last part/);
    check('scrape_config_files: [a.yml, a.yml]', /"a\.yml" stands twice/);
  });

  it('names every fault in order of place', () => {
    const faults = read(
      'records: { url: mysql://x }\nalerting: { alertmanager: [] }\nrule_files: [missing.yml]\nserver: { tls: { cert_file: a } }\n',
    ).faults;
    assert.deepEqual(
      faults.map((fault) => fault.replace('/etc/nines/nines.yaml:', '')),
      [
        '1:17: records.url must begin with postgres://; without it records are in SQLite',
        '2:13: field "alertmanager" is not known in alerting; did you mean "alertmanagers"?',
        '3:14: /etc/nines/missing.yml:1:1: cannot read the file: ENOENT',
        '4:16: server.tls needs key_file',
        '4:29: server.tls.cert_file: cannot read /etc/nines/a: ENOENT',
      ],
    );
  });
});
