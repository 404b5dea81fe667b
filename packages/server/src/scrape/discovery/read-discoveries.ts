/** Reads the `*_sd_configs` of a job. */
import { dirname, isAbsolute, join } from 'node:path';
import {
  type YamlFields,
  type YamlValue,
  HTTP_CLIENT_KEYS,
  readHttpClient,
  readDuration,
  readFlag,
  readHttpUrl,
  readPort,
  readStrings,
  readTextMap,
  readWord,
} from '../../platform/index.ts';
import type {
  ConsulDiscoveryConfig,
  DiscoveryConfig,
  DnsDiscoveryConfig,
  DnsRecordType,
  DockerDiscoveryConfig,
  FileDiscoveryConfig,
  HttpDiscoveryConfig,
  NamedFilter,
} from './config.ts';
import { DISCOVERIES_PER_JOB_MAX, REFRESH_MS_MIN } from './limits.ts';
import { OTHER_KINDS, readOtherKind } from './other-kinds.ts';
import { readKubernetesDiscovery } from './read-kubernetes.ts';

const READERS: Readonly<Record<string, (value: YamlValue) => DiscoveryConfig>> = {
  file: readFileDiscovery,
  http: readHttpDiscovery,
  dns: readDnsDiscovery,
  consul: readConsulDiscovery,
  docker: readDockerDiscovery,
  kubernetes: readKubernetesDiscovery,
};

/** The keys of all kinds of discovery, those that do not run here included. */
export const DISCOVERY_KEYS: readonly string[] = [
  ...Object.keys(READERS),
  ...OTHER_KINDS.keys(),
].map((kind) => `${kind}_sd_configs`);

/** Reads all discoveries of a job; a kind that does not run here is checked, and remarked on. */
export function readDiscoveries(fields: YamlFields): readonly DiscoveryConfig[] {
  const configs: DiscoveryConfig[] = [];
  for (const [kind, read] of Object.entries(READERS)) {
    const list = fields.find(`${kind}_sd_configs`);
    for (const item of list?.list() ?? []) {
      if (item.kind === 'empty') item.fault(`${item.path} is empty; want what to discover`);
      else configs.push(read(item));
    }
    if (configs.length > DISCOVERIES_PER_JOB_MAX) {
      list?.fault(`more than ${DISCOVERIES_PER_JOB_MAX} discoveries in one job`);
      return [];
    }
  }
  for (const [kind, shape] of OTHER_KINDS) {
    const list = fields.find(`${kind}_sd_configs`);
    for (const item of list?.list() ?? []) readOtherKind(item, shape);
    list?.remark(
      `discovery by ${kind}_sd_configs does not run in Nines: these targets are not found; let file_sd_configs or http_sd_configs find them`,
    );
  }
  return configs;
}

/** An interval between two looks; asking all the time serves nobody. */
function readRefresh(fields: YamlFields, otherwiseMs: number): number {
  const field = fields.find('refresh_interval');
  const refreshMs = readDuration(field, otherwiseMs);
  if (refreshMs >= REFRESH_MS_MIN) return refreshMs;
  field?.fault(`${field.path} must be at least ${REFRESH_MS_MIN}ms`);
  return otherwiseMs;
}

/** As Prometheus: stars in the last part only, and an ending that says what is in the file. */
const FILE_PATTERN = /^[^*]*(?:\*[^/]*)?\.(?:json|yml|yaml|JSON|YML|YAML)$/;

function readFileDiscovery(value: YamlValue): FileDiscoveryConfig {
  const fields = value.fields(['files', 'refresh_interval']);
  const items = fields.find('files')?.list() ?? [];
  if (items.length === 0) value.fault(`${value.path} needs files`);
  const patterns = items.map((item) => {
    const text = item.string();
    if (!FILE_PATTERN.test(text)) {
      item.fault(
        `${item.path}: "${text}" must end in .json, .yml or .yaml, with * in its last part only`,
      );
    }
    return isAbsolute(text) ? text : join(dirname(item.place.file), text);
  });
  return { kind: 'file', patterns, refreshMs: readRefresh(fields, 5 * 60_000) };
}

function readHttpDiscovery(value: YamlValue): HttpDiscoveryConfig {
  const fields = value.fields(['url', 'refresh_interval', ...HTTP_CLIENT_KEYS]);
  const url = fields.find('url');
  if (url === undefined) value.fault(`${value.path} needs url`);
  return {
    kind: 'http',
    url: url === undefined ? '' : readHttpUrl(url),
    refreshMs: readRefresh(fields, 60_000),
    http: readHttpClient(fields),
  };
}

const RECORD_TYPES: readonly DnsRecordType[] = ['SRV', 'A', 'AAAA', 'MX', 'NS'];

function readDnsDiscovery(value: YamlValue): DnsDiscoveryConfig {
  const fields = value.fields(['names', 'type', 'port', 'refresh_interval']);
  const names = readStrings(fields.find('names'));
  if (names.length === 0) value.fault(`${value.path} needs names`);
  const typeField = fields.find('type');
  const type = RECORD_TYPES.find((known) => known === (typeField?.string() ?? 'SRV').toUpperCase());
  if (type === undefined) typeField?.fault(`type must be one of ${RECORD_TYPES.join(', ')}`);
  const port = fields.find('port');
  if (type !== undefined && type !== 'SRV' && port === undefined) {
    value.fault(
      `${value.path}: a port is required in DNS-SD configs for all record types except SRV`,
    );
  }
  return {
    kind: 'dns',
    names,
    type: type ?? 'SRV',
    port: readPort(port, 0),
    refreshMs: readRefresh(fields, 30_000),
  };
}

const CONSUL_KEYS = [
  'server',
  'path_prefix',
  'token',
  'datacenter',
  'namespace',
  'partition',
  'tag_separator',
  'scheme',
  'username',
  'password',
  'allow_stale',
  'refresh_interval',
  'services',
  'tags',
  'node_meta',
  'filter',
  'health_filter',
];

function readConsulDiscovery(value: YamlValue): ConsulDiscoveryConfig {
  const fields = value.fields([...CONSUL_KEYS, ...HTTP_CLIENT_KEYS]);
  const text = (key: string, otherwise = ''): string => fields.find(key)?.string() ?? otherwise;
  const token = fields.find('token');
  const scheme = readWord(fields.find('scheme'), ['http', 'https'], 'http');
  const prefix = text('path_prefix').replaceAll(/^\/+|\/+$/g, '');
  const url = `${scheme}://${text('server', 'localhost:8500')}${prefix === '' ? '' : `/${prefix}`}`;
  if (!URL.canParse(url)) value.fault(`${value.path}: "${url}" is not the address of a server`);
  if (token !== undefined && (fields.find('authorization') ?? fields.find('oauth2'))) {
    token.fault('at most one of token, authorization and oauth2 may be set');
  }
  return {
    kind: 'consul',
    url,
    token: token === undefined ? undefined : { kind: 'text', text: token.string() },
    datacenter: text('datacenter'),
    namespace: text('namespace'),
    partition: text('partition'),
    services: readStrings(fields.find('services')),
    tags: readStrings(fields.find('tags')),
    nodeMeta: readTextMap(fields.find('node_meta')),
    filter: text('filter'),
    healthFilter: text('health_filter'),
    tagSeparator: text('tag_separator', ','),
    allowStale: readFlag(fields.find('allow_stale'), true),
    refreshMs: readRefresh(fields, 30_000),
    http: readConsulHttp(value, fields),
  };
}

/** `username` and `password` are an old way to write basic_auth. */
function readConsulHttp(value: YamlValue, fields: YamlFields): ConsulDiscoveryConfig['http'] {
  const http = readHttpClient(fields);
  const username = fields.find('username');
  const password = fields.find('password');
  if (username === undefined && password === undefined) return http;
  if (http.auth.kind !== 'none') {
    value.fault(`${value.path}: username and password go without other credentials`);
  }
  return {
    ...http,
    auth: {
      kind: 'basic',
      username: { kind: 'text', text: username?.string() ?? '' },
      password: { kind: 'text', text: password?.string() ?? '' },
    },
  };
}

/** Filters as Docker's API takes them. */
export function readFilters(value: YamlValue | undefined): readonly NamedFilter[] {
  return (value?.list() ?? []).map((item) => {
    const fields = item.fields(['name', 'values']);
    const name = fields.find('name')?.string() ?? '';
    const values = readStrings(fields.find('values'));
    if (name === '' || values.length === 0) item.fault(`${item.path} needs name and values`);
    return { name, values };
  });
}

function readDockerDiscovery(value: YamlValue): DockerDiscoveryConfig {
  const fields = value.fields([
    'host',
    'port',
    'filters',
    'host_networking_host',
    'match_first_network',
    'refresh_interval',
    ...HTTP_CLIENT_KEYS,
  ]);
  const hostField = fields.find('host');
  const host = hostField?.string() ?? '';
  if (!/^(?:unix:\/\/\/|(?:tcp|https?):\/\/[^/])/.test(host) || !URL.canParse(host)) {
    const want = 'want the address of Docker, such as unix:///var/run/docker.sock';
    (hostField ?? value).fault(`${value.path}.host: ${want}, got "${host}"`);
  }
  return {
    kind: 'docker',
    host,
    port: readPort(fields.find('port'), 80),
    hostNetworkingHost: fields.find('host_networking_host')?.string() ?? 'localhost',
    matchFirstNetwork: readFlag(fields.find('match_first_network'), true),
    filters: readFilters(fields.find('filters')),
    refreshMs: readRefresh(fields, 60_000),
    http: readHttpClient(fields),
  };
}
