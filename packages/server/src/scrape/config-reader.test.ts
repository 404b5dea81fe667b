import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatFault, readYaml } from '../platform/index.ts';
import { createLabels, labelsRecord } from '../series/index.ts';
import { DEFAULT_SCRAPE_PROTOCOLS, type GlobalConfig, type ScrapeConfig } from './config.ts';
import { DEFAULT_GLOBAL, readGlobal, readScrapeConfigs } from './config-reader.ts';
import { addressLabels } from './target.ts';

interface Reading {
  readonly global: GlobalConfig;
  readonly configs: readonly ScrapeConfig[];
  readonly faults: readonly string[];
  readonly remarks: readonly string[];
}

function read(text: string): Reading {
  const { root, faults, remarks } = readYaml({ text, file: '/etc/nines/nines.yaml' });
  const fields = root.fields(['global', 'scrape_configs']);
  const global = readGlobal(fields.find('global'));
  const configs = readScrapeConfigs([fields.find('scrape_configs')], global);
  const notes = { faults: faults.map(formatFault), remarks: remarks.map(formatFault) };
  return { global, configs, ...notes };
}

/** One job with some lines of its own. */
function job(...lines: readonly string[]): string {
  return ['scrape_configs:', '  - job_name: a', ...lines.map((line) => `    ${line}`)].join('\n');
}

function readJob(...lines: readonly string[]): ScrapeConfig {
  const { configs, faults } = read(job(...lines));
  assert.deepEqual(faults, []);
  return configs[0];
}

function checkFault(text: string, ...wants: readonly string[]): void {
  const faults = read(text).faults.map((fault) => fault.replace('/etc/nines/nines.yaml:', ''));
  assert.deepEqual(faults, wants);
}

describe('global', () => {
  it('has Prometheus’ defaults', () => {
    assert.equal(readGlobal(undefined), DEFAULT_GLOBAL);
    const { global } = read('global: {}');
    assert.equal(global.scrapeIntervalMs, 60_000);
    assert.equal(global.scrapeTimeoutMs, 10_000);
    assert.equal(global.evaluationIntervalMs, 60_000);
  });

  it('is read whole', () => {
    const { global, faults } = read(`
global:
  scrape_interval: 5s
  evaluation_interval: 30s
  rule_query_offset: 1m
  external_labels: {region: eu, cluster: a}
  body_size_limit: 15MB
  sample_limit: 1500
  scrape_protocols: [PrometheusText0.0.4]
`);
    assert.deepEqual(faults, []);
    assert.equal(global.scrapeIntervalMs, 5_000);
    assert.equal(global.scrapeTimeoutMs, 5_000, 'an inherited timeout is cut to the interval');
    assert.equal(global.evaluationIntervalMs, 30_000);
    assert.equal(global.ruleQueryOffsetMs, 60_000);
    assert.deepEqual(labelsRecord(global.externalLabels), { cluster: 'a', region: 'eu' });
    assert.equal(global.limits.bodySizeBytes, 15 * 1024 * 1024);
    assert.equal(global.limits.sampleCount, 1500);
    assert.deepEqual(global.scrapeProtocols, ['PrometheusText0.0.4']);
  });

  it('puts variables of the environment into external labels', () => {
    const environment: Readonly<Record<string, string>> = { ZONE: 'eu-1', A_2: 'x' };
    const expand = (text: string): readonly [string | undefined, readonly string[]] => {
      const json = JSON.stringify({ global: { external_labels: { a: text, b: 'c' } } });
      const reading = readYaml({ text: json, file: 'a.yml' });
      const global = reading.root.fields(['global']).find('global');
      const { externalLabels } = readGlobal(global, (name) => environment[name] ?? '');
      return [labelsRecord(externalLabels)['a'], reading.remarks.map(({ message }) => message)];
    };
    assert.deepEqual(expand('${ZONE}'), ['eu-1', []]);
    assert.deepEqual(expand('z-$ZONE/${A_2}!'), ['z-eu-1/x!', []]);
    assert.deepEqual(expand('5$$ and 5$, $'), ['5$ and 5$, $', []]);
    const [value, remarks] = expand('${NONE}');
    assert.equal(value, undefined);
    assert.match(remarks.join(), /no variable "NONE"/);
  });

  it('refuses a timeout longer than the interval', () => {
    checkFault(
      'global:\n  scrape_interval: 5s\n  scrape_timeout: 6s',
      '3:19: global: scrape_timeout is greater than scrape_interval',
    );
  });
});

describe('a scrape job', () => {
  it('takes what it does not say from global, and the rest from Prometheus’ defaults', () => {
    const { configs } = read(`global: {scrape_interval: 7s, sample_limit: 9}\n${job()}`);
    const [config] = configs;
    assert.equal(config.scrapeIntervalMs, 7_000);
    assert.equal(config.scrapeTimeoutMs, 7_000);
    assert.equal(config.metricsPath, '/metrics');
    assert.equal(config.scheme, 'http');
    assert.equal(config.honorLabels, false);
    assert.equal(config.honorTimestamps, true);
    assert.equal(config.enableCompression, true);
    assert.equal(config.limits.sampleCount, 9);
    assert.equal(config.nameEscaping, 'allow-utf-8');
    assert.deepEqual(config.scrapeProtocols, DEFAULT_SCRAPE_PROTOCOLS);
  });

  it('is read whole', () => {
    const config = readJob(
      'scrape_interval: 30s',
      'scrape_timeout: 4s',
      'scheme: https',
      'metrics_path: /m',
      'params: {module: [http_2xx, other]}',
      'honor_labels: true',
      'honor_timestamps: false',
      'track_timestamps_staleness: true',
      'enable_compression: false',
      'body_size_limit: 1.5KiB',
      'label_limit: 3',
      'fallback_scrape_protocol: PrometheusText0.0.4',
      'static_configs:',
      '  - targets: ["a:1", "[::1]:2", c]',
      '    labels: {env: prod}',
    );
    assert.equal(config.scrapeTimeoutMs, 4_000);
    assert.equal(config.scheme, 'https');
    assert.deepEqual(config.params, [{ name: 'module', values: ['http_2xx', 'other'] }]);
    assert.equal(config.honorLabels, true);
    assert.equal(config.honorTimestamps, false);
    assert.equal(config.trackTimestampsStaleness, true);
    assert.equal(config.enableCompression, false);
    assert.equal(config.limits.bodySizeBytes, 1536);
    assert.equal(config.limits.labelCount, 3);
    assert.equal(config.fallbackScrapeProtocol, 'PrometheusText0.0.4');
    const labels = createLabels({ env: 'prod' });
    assert.deepEqual(config.staticConfigs, [
      { source: '0', targets: ['a:1', '[::1]:2', 'c'].map(addressLabels), labels },
    ]);
  });

  it('is equal to itself as JSON and differs where anything differs', () => {
    const lines = ['static_configs: [{targets: ["a:1"]}]'];
    assert.equal(JSON.stringify(readJob(...lines)), JSON.stringify(readJob(...lines)));
    const other = readJob('static_configs: [{targets: ["a:2"]}]');
    assert.notEqual(JSON.stringify(readJob(...lines)), JSON.stringify(other));
  });

  it('has a name, and one of its own', () => {
    checkFault('scrape_configs: [{}]', '1:18: scrape_configs[0]: job_name is missing');
    checkFault(
      'scrape_configs:\n  - job_name: a\n  - job_name: a',
      '3:5: job_name "a" stands twice, first in /etc/nines/nines.yaml:2',
    );
    checkFault(
      'scrape_configs:\n  -',
      '2:4: scrape_configs[0] is empty; want a job with at least job_name',
    );
  });

  it('names each mistake with its place', () => {
    const check = (line: string, want: string): void => checkFault(job(line), want);
    check(
      'scrape_interval: 5',
      '3:22: scrape_configs[0].scrape_interval: not a valid duration string: "5"; want a duration such as 15s or 1h30m',
    );
    check(
      'scrape_timeout: 2m',
      '3:21: scrape_configs[0]: scrape_timeout is greater than scrape_interval',
    );
    check('scheme: ftp', '3:13: scrape_configs[0].scheme must be one of http, https, got "ftp"');
    check(
      'body_size_limit: 100',
      '3:22: scrape_configs[0].body_size_limit: "100" is not a size; want a number with a unit, such as 10MB',
    );
    check(
      'sample_limit: -1',
      '3:19: scrape_configs[0].sample_limit must be a whole number from 0 up, got -1',
    );
    check(
      'honor_labels: maybe',
      '3:19: scrape_configs[0].honor_labels must be true or false, got "maybe"',
    );
    check(
      'metrics_pth: /m',
      '3:5: field "metrics_pth" is not known in scrape_configs[0]; did you mean "metrics_path"?',
    );
    check(
      'bearer_token: a\n    basic_auth: {username: u}',
      '3:19: at most one of basic_auth, authorization, oauth2 and bearer_token may be set',
    );
    check(
      'authorization: {type: Basic}',
      '3:27: authorization type cannot be "basic"; use basic_auth instead',
    );
    check('http_headers: {Host: {values: [x]}}', '3:20: setting header "Host" is not allowed');
    check(
      'tls_config: {cert_file: c}',
      '3:17: scrape_configs[0].tls_config: a client certificate needs its key; set key_file too',
    );
  });

  it('remarks on what has no effect, and tells it from what does not exist', () => {
    const check = (line: string, want: RegExp): void => {
      const { faults, remarks } = read(job(line));
      assert.deepEqual(faults, []);
      assert.match(remarks.join(), want);
    };
    check('scrape_failure_log_file: f.log', /3:5: scrape_failure_log_file has no effect/);
    check('ec2_sd_configs: [{region: eu}]', /discovery by ec2_sd_configs does not run in Nines/);
    check('vultr_sd_configs: []', /discovery by vultr_sd_configs does not run in Nines/);
    checkFault(
      job('ec3_sd_configs: []'),
      '3:5: field "ec3_sd_configs" is not known in scrape_configs[0]; did you mean "ec2_sd_configs"?',
    );
    readJob('scrape_native_histograms: false', 'enable_http2: false');
  });

  it('refuses credentials and proxies that contradict themselves', () => {
    const check = (line: string, want: RegExp): void =>
      assert.match(read(job(line)).faults.join(), want);
    check('oauth2: {client_id: a, client_secret: b}', /oauth2 needs token_url/);
    check('oauth2: {client_id: a, token_url: "http://t"}', /needs client_secret/);
    check('oauth2: {client_id: a, client_secret: b, token_url: t}', /must be an http or https/);
    check('oauth2: {client_id: a, iss: b}', /jwt-bearer grant, which is not supported/);
    check('no_proxy: a', /no_proxy needs proxy_url/);
    check('proxy_from_environment: true\n    proxy_url: http://p', /goes without proxy_url/);
    check('proxy_url: socks5://p', /must be an http or https address/);
    check('proxy_connect_header: {a: [b]}', /proxy_connect_header is not supported/);
  });

  it('wants targets as host and port, unless rules rewrite them', () => {
    const check = (target: string): void =>
      assert.match(
        read(job(`static_configs: [{targets: ["${target}"]}]`)).faults[0],
        /3:\d+: ".*" is not a valid target; want host:port/,
      );
    check('http://a:1');
    check('a:1/metrics');
    check('');
    check('a:99999');
    check('a b');
    readJob('static_configs: [{targets: ["http://a"]}]', 'relabel_configs: [{target_label: x}]');
  });

  it('knows the formats to ask for', () => {
    const config = readJob('scrape_protocols: [PrometheusProto, PrometheusText0.0.4]');
    assert.deepEqual(config.scrapeProtocols, ['PrometheusProto', 'PrometheusText0.0.4']);
    const check = (line: string, want: RegExp): void =>
      assert.match(read(job(line)).faults[0], want);
    check('scrape_protocols: [prometheusproto]', /"prometheusproto" is not a scrape protocol/);
    check('scrape_protocols: [PrometheusText0.0.4, PrometheusText0.0.4]', /stands twice/);
    check('scrape_protocols: []', /must not be empty/);
    check('fallback_scrape_protocol: Text', /"Text" is not a scrape protocol/);
  });

  it('asks for the format that has native histograms where they are wanted', () => {
    assert.equal(readJob('honor_labels: true').scrapeProtocols[0], 'OpenMetricsText1.0.0');
    const native = readJob('scrape_native_histograms: true', 'native_histogram_bucket_limit: 9');
    assert.equal(native.scrapeProtocols[0], 'PrometheusProto');
    assert.equal(native.histograms.nativeBucketCountMax, 9);
    const chosen = readJob('scrape_native_histograms: true', 'scrape_protocols: [PrometheusProto]');
    assert.deepEqual(chosen.scrapeProtocols, ['PrometheusProto']);
    const [fault] = read(job('native_histogram_min_bucket_factor: -1')).faults;
    assert.match(fault, /must be a number from 0 up, got -1/);
  });

  it('keeps secrets as they are and finds their files beside its own', () => {
    const { http } = readJob('basic_auth: {username: u, password_file: pw}');
    assert.deepEqual(http.auth, {
      kind: 'basic',
      username: { kind: 'text', text: 'u' },
      password: { kind: 'file', path: '/etc/nines/pw' },
    });
    const bearer = readJob('bearer_token: t').http.auth;
    const token = { kind: 'text', text: 't' };
    assert.deepEqual(bearer, { kind: 'token', scheme: 'Bearer', token });
    const { tls } = readJob('tls_config: {ca_file: /ca, min_version: TLS12}').http;
    assert.deepEqual(tls.ca, { kind: 'file', path: '/ca' });
    assert.equal(tls.minVersion, 'TLSv1.2');
  });

  it('narrows names where it is asked to', () => {
    const legacy = 'metric_name_validation_scheme: legacy';
    const config = readJob(legacy, 'metric_name_escaping_scheme: underscores');
    assert.equal(config.nameEscaping, 'underscores');
    assert.match(read(job(legacy)).faults[0], /set metric_name_escaping_scheme: underscores$/);
    const global = 'global: {metric_name_validation_scheme: legacy}\n';
    assert.deepEqual(read(global + job('honor_labels: true')).faults, []);
    const lines = [
      'metric_name_validation_scheme: legacy',
      'metric_name_escaping_scheme: allow-utf-8',
    ];
    assert.match(read(job(...lines)).faults[0], /validation scheme is legacy;/);
  });
});

describe('a relabelling rule', () => {
  const rule = (text: string): string => job(`relabel_configs: [{${text}}]`);

  it('has Prometheus’ defaults', () => {
    const [config] = readJob('relabel_configs: [{target_label: a}]').relabelConfigs;
    assert.deepEqual(config, {
      action: 'replace',
      sourceLabels: [],
      separator: ';',
      regex: '(.*)',
      modulus: 0,
      targetLabel: 'a',
      replacement: '$1',
      nameValidation: 'utf8',
    });
  });

  it('takes an action in any case, and an empty expression for what it is', () => {
    const configs = readJob(
      'relabel_configs:',
      '  - {action: KEEP, source_labels: [a]}',
      '  - target_label: x',
      '    regex:',
    ).relabelConfigs;
    assert.deepEqual([configs[0].action, configs[1].regex], ['keep', '']);
  });

  it('goes through Prometheus’ checks', () => {
    const check = (text: string, want: string): void => {
      const [fault = ''] = read(rule(text)).faults;
      assert.ok(fault.endsWith(want), `${text}: ${fault}`);
    };
    check(
      'action: nope',
      'dropequal, hashmod, labelmap, labeldrop, labelkeep, lowercase, uppercase',
    );
    check('action: replace', "for replace action requires 'target_label' value");
    check('action: lowercase', "for lowercase action requires 'target_label' value");
    check('action: hashmod, target_label: a', 'for hashmod requires non-zero modulus');
    check(
      'action: hashmod, target_label: a, modulus: 0.5',
      'must be a whole number from 1 to 9007199254740991',
    );
    check(
      'action: uppercase, target_label: a, replacement: b',
      "'replacement' can not be set for uppercase action",
    );
    check(
      'action: dropequal, target_label: a, regex: b',
      "requires only 'source_labels' and 'target_label', and no other fields",
    );
    check(
      'action: labeldrop, source_labels: [a]',
      "labeldrop action requires only 'regex', and no other fields",
    );
    check(
      'action: labelkeep, separator: x',
      "labelkeep action requires only 'regex', and no other fields",
    );
    check('regex: "(", target_label: a', 'missing closing ): `(`');
    check(
      'target_label: a, source: b',
      'known are source_labels, separator, regex, modulus, target_label, replacement, action',
    );
  });

  it('has an expression of a bounded length', () => {
    const [fault] = read(rule(`target_label: a, regex: ${'x'.repeat(70_000)}`)).faults;
    assert.match(fault, /regex is longer than 65536 characters$/);
    assert.match(
      read(rule('target_label: a, regex: "((a{100}){100}){100}"')).faults[0],
      /invalid repeat count/,
    );
  });

  it('is strict about names where only plain ones are allowed', () => {
    const check = (action: string, text: string, isValid: boolean): void => {
      const key = action === 'labelmap' ? 'replacement' : 'target_label';
      const yaml = job(
        'metric_name_validation_scheme: legacy',
        'metric_name_escaping_scheme: underscores',
        `relabel_configs: [{action: ${action}, ${key}: "${text}"}]`,
      );
      assert.equal(read(yaml).faults.length, isValid ? 0 : 1, `${action} ${text}`);
    };
    check('replace', 'label${1}', true);
    check('replace', '${1}', true);
    check('replace', '_${1}_', true);
    check('replace', '-label', false);
    check('replace', '${', false);
    check('replace', 'bar.foo${1}bar', false);
    check('lowercase', '${3}', false);
    check('labelmap', '$1', true);
    check('labelmap', 'a-b', false);
  });
});
