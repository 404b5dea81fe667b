/**
 * The parts of a prometheus.yml that Nines does not run: read with Prometheus' own checks, so that
 * a file that Prometheus refuses is refused here, and remarked on, so that nobody who brings a file
 * along believes in a part that has no effect.
 */
import {
  type YamlFields,
  type YamlValue,
  HTTP_CLIENT_KEYS,
  readDuration,
  readFlag,
  readHttpClient,
  readWord,
} from '../platform/index.ts';
import {
  DISCOVERY_KEYS,
  readDiscoveries,
  readRelabelConfigs,
  readStaticConfigs,
} from '../scrape/index.ts';
import { checkCloudAuth, checkHeaders, checkRemoteReads } from './remote-config.ts';

/** The keys of these parts. */
export const IDLE_PARTS: readonly string[] = ['runtime', 'alerting', 'remote_read', 'tracing'];

/** Checks all parts that have no effect here. */
export function checkIdleParts(fields: YamlFields): void {
  const runtime = fields.find('runtime');
  runtime?.fields(['gogc']).find('gogc')?.number();
  runtime?.remark(
    'runtime has no effect: it tunes the Go runtime, which Nines does not have; leave it out',
  );
  checkAlerting(fields.find('alerting'));
  checkRemoteReads(fields.find('remote_read'));
  checkTracing(fields.find('tracing'));
}

const ALERTMANAGER_KEYS = [
  'scheme',
  'path_prefix',
  'timeout',
  'api_version',
  'relabel_configs',
  'alert_relabel_configs',
  'static_configs',
  'sigv4',
];

function checkAlerting(value: YamlValue | undefined): void {
  const fields = value?.fields(['alert_relabel_configs', 'alertmanagers']);
  readRelabelConfigs(fields?.find('alert_relabel_configs'), 'utf8');
  for (const item of fields?.find('alertmanagers')?.list() ?? []) checkAlertmanager(item);
  value?.remark(
    'alerting has no effect: Nines routes its alerts itself; say who hears of them in escalation_policies',
  );
}

function checkAlertmanager(value: YamlValue): void {
  if (value.kind === 'empty') return value.fault(`${value.path} is empty`);
  const fields = value.fields([...ALERTMANAGER_KEYS, ...DISCOVERY_KEYS, ...HTTP_CLIENT_KEYS]);
  readWord(fields.find('scheme'), ['http', 'https'], 'http');
  readDuration(fields.find('timeout'), 0);
  fields.find('path_prefix')?.string();
  readWord(fields.find('api_version'), ['v2'], 'v2');
  const relabelConfigs = readRelabelConfigs(fields.find('relabel_configs'), 'utf8');
  readRelabelConfigs(fields.find('alert_relabel_configs'), 'utf8');
  readStaticConfigs(fields.find('static_configs'), relabelConfigs.length === 0);
  readDiscoveries(fields);
  readHttpClient(fields);
  checkCloudAuth(fields);
}

const TRACING_KEYS = [
  'client_type',
  'endpoint',
  'sampling_fraction',
  'insecure',
  'headers',
  'compression',
  'timeout',
  'tls_config',
];

function checkTracing(value: YamlValue | undefined): void {
  if (value === undefined) return;
  const fields = value.fields(TRACING_KEYS);
  readWord(fields.find('client_type'), ['grpc', 'http'], 'grpc');
  readWord(fields.find('compression'), ['gzip'], 'gzip');
  const fraction = fields.find('sampling_fraction')?.number() ?? 0;
  if (fraction < 0 || fraction > 1) value.fault(`${value.path}.sampling_fraction must be 0 to 1`);
  if (fields.find('endpoint') === undefined) value.fault(`${value.path} needs endpoint`);
  readFlag(fields.find('insecure'), false);
  readDuration(fields.find('timeout'), 0);
  checkHeaders(fields.find('headers'));
  readHttpClient(fields);
  value.remark('tracing has no effect: Nines sends no traces; leave it out');
}

/** Names of files, in the way of Prometheus: each once, with stars in the last part only. */
export function checkPatterns(value: YamlValue | undefined): void {
  const seen = new Set<string>();
  for (const item of value?.list() ?? []) {
    const text = item.string();
    if (seen.has(text)) item.fault(`${item.path}: "${text}" stands twice`);
    seen.add(text);
    if (!/^[^*]*(?:\*[^/]*)?$/.test(text)) {
      item.fault(`${item.path}: "${text}" has a * before its last part, where none is read`);
    }
  }
}
