import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readYaml } from '../platform/index.ts';
import { createLabels, labelsRecord, labelValue } from '../series/index.ts';
import type { ScrapeConfig } from './config.ts';
import { DEFAULT_GLOBAL, readScrapeConfigs } from './config-reader.ts';
import { compileRelabelRules } from './relabel.ts';
import {
  addressLabels,
  discoverLabels,
  populateLabels,
  type Target,
  type TargetOutcome,
} from './target.ts';

function readConfig(...lines: readonly string[]): ScrapeConfig {
  const text = ['- job_name: j', ...lines.map((line) => `  ${line}`)].join('\n');
  const { root, faults } = readYaml({ text, file: 'f' });
  const [config] = readScrapeConfigs([root], DEFAULT_GLOBAL);
  assert.deepEqual(faults, []);
  return config;
}

function populate(config: ScrapeConfig, address: string, labels = {}): TargetOutcome {
  const discovered = discoverLabels(config, addressLabels(address), createLabels(labels));
  return populateLabels(
    config,
    { rules: compileRelabelRules(config.relabelConfigs), shard: undefined },
    discovered,
  );
}

function populated(config: ScrapeConfig, address: string, labels = {}): Target {
  const outcome = populate(config, address, labels);
  assert.equal(outcome.kind, 'target', JSON.stringify(outcome));
  if (outcome.kind !== 'target') throw new Error('unreachable');
  return outcome.target;
}

describe('a target', () => {
  it('has the job and its address as labels, and Prometheus’ discovered ones', () => {
    const target = populated(readConfig('params: {m: [x, y]}'), 'h:1', { env: 'p' });
    assert.deepEqual(labelsRecord(target.labels), { env: 'p', instance: 'h:1', job: 'j' });
    assert.deepEqual(labelsRecord(target.discoveredLabels), {
      __address__: 'h:1',
      __metrics_path__: '/metrics',
      __param_m: 'x',
      __scheme__: 'http',
      __scrape_interval__: '1m',
      __scrape_timeout__: '10s',
      env: 'p',
      job: 'j',
    });
    assert.equal(target.url, 'http://h:1/metrics?m=x&m=y');
    assert.deepEqual([target.intervalMs, target.timeoutMs], [60_000, 10_000]);
  });

  it('lets its own labels stand before those of the job', () => {
    const labels = { job: 'mine', __scheme__: 'https', instance: 'i' };
    const target = populated(readConfig(), 'h:443', labels);
    assert.deepEqual(labelsRecord(target.labels), { instance: 'i', job: 'mine' });
    assert.equal(target.url, 'https://h:443/metrics');
  });

  it('is what relabelling makes of it', () => {
    const config = readConfig(
      'metrics_path: /probe',
      'params: {module: [a], z: ["1"]}',
      'relabel_configs:',
      '  - {source_labels: [__address__], target_label: __param_target}',
      '  - {source_labels: [__param_target], target_label: instance}',
      '  - {target_label: __address__, replacement: "127.0.0.1:9115"}',
      '  - {target_label: __scrape_interval__, replacement: 5s}',
      '  - {target_label: __scrape_timeout__, replacement: 2s}',
    );
    const target = populated(config, 'http://x/y?z');
    assert.equal(
      target.url,
      'http://127.0.0.1:9115/probe?module=a&target=http%3A%2F%2Fx%2Fy%3Fz&z=1',
    );
    assert.equal(labelValue(target.labels, 'instance'), 'http://x/y?z');
    assert.deepEqual([target.intervalMs, target.timeoutMs], [5_000, 2_000]);
  });

  it('keeps a path with odd characters a path', () => {
    const target = populated(readConfig('metrics_path: "/a b?c"'), 'h:1');
    assert.equal(target.url, 'http://h:1/a%20b%3Fc');
  });

  it('is the same one as long as its labels and address are', () => {
    const config = readConfig();
    const first = populated(config, 'h:1').identity;
    assert.equal(populated(config, 'h:1').identity, first);
    assert.notEqual(populated(config, 'h:2').identity, first);
    assert.notEqual(populated(config, 'h:1', { a: 'b' }).identity, first);
    assert.notEqual(populated(readConfig('metrics_path: /m'), 'h:1').identity, first);
  });

  it('is dropped by a rule, with what it was', () => {
    const config = readConfig('relabel_configs: [{action: drop, source_labels: [env], regex: p}]');
    const outcome = populate(config, 'h:1', { env: 'p' });
    assert.equal(outcome.kind, 'dropped');
    assert.equal(populate(config, 'h:1', { env: 'q' }).kind, 'target');
  });

  it('is refused where nothing can be scraped, with the reason', () => {
    const check = (rule: string, want: RegExp): void => {
      const outcome = populate(readConfig(`relabel_configs: [{${rule}}]`), 'h:1');
      assert.equal(outcome.kind, 'refused');
      assert.match(outcome.kind === 'refused' ? outcome.reason : '', want);
    };
    const set = (label: string, value: string): string =>
      `target_label: ${label}, replacement: "${value}"`;
    check(set('__address__', ''), /^no address$/);
    check(set('__address__', 'http://h'), /^"http:\/\/h" is not a valid target; want host:port/);
    check(set('__scheme__', 'ftp'), /^unsupported scheme "ftp"; want http or https$/);
    check(set('__scrape_interval__', '0s'), /^scrape interval cannot be 0$/);
    check(set('__scrape_timeout__', '0s'), /^scrape timeout cannot be 0$/);
    check(set('__scrape_interval__', 'x'), /interval or timeout: not a valid duration string: "x"/);
    check(set('__scrape_timeout__', '2m'), /greater than scrape interval \("2m" > "1m"\)$/);
  });
});
