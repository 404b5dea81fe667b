/** Reads `remote_write` and `remote_read`, in Prometheus' syntax. */
import { createHash } from 'node:crypto';
import {
  type HttpClientConfig,
  type YamlFields,
  type YamlValue,
  checkHeaderName,
  HTTP_CLIENT_KEYS,
  readCount,
  readDuration,
  readFlag,
  readHttpClient,
  readTextMap,
  readWord,
  RESERVED_HEADERS,
} from '../platform/index.ts';
import {
  DEFAULT_METADATA,
  DEFAULT_QUEUE,
  type MetadataConfig,
  type QueueConfig,
  type RemoteWriteConfig,
} from '../remote/index.ts';
import { readRelabelConfigs, type RelabelConfig } from '../scrape/index.ts';

/** A receiver of samples: what remote write needs of it, and what sending to it needs. */
export interface RemoteWriteEntry {
  readonly config: RemoteWriteConfig;
  readonly http: HttpClientConfig;
  readonly relabelConfigs: readonly RelabelConfig[];
}

/** Prometheus' default. */
const TIMEOUT_MS = 30_000;

const AUTHS = ['basic_auth', 'authorization', 'oauth2', 'sigv4', 'azuread', 'google_iam'];

/** Each of the clouds has its own way to sign requests; only one way may be chosen. */
export function checkCloudAuth(fields: YamlFields): void {
  const [, second] = AUTHS.flatMap((key) => fields.find(key) ?? []);
  second?.fault(`at most one of ${AUTHS.join(', ')} may be set`);
}

const REMOTE_KEYS = ['url', 'name', 'remote_timeout', 'headers'];
const WRITE_KEYS = [
  ...REMOTE_KEYS,
  'protobuf_message',
  'write_relabel_configs',
  'send_exemplars',
  'send_native_histograms',
  'round_robin_dns',
  'sigv4',
  'azuread',
  'google_iam',
  'queue_config',
  'metadata_config',
];
const READ_KEYS = [...REMOTE_KEYS, 'required_matchers', 'read_recent', 'filter_external_labels'];
const V1_MESSAGE = 'prometheus.WriteRequest';
const V2_MESSAGE = 'io.prometheus.write.v2.Request';

/** Reads the receivers that samples are sent to. */
export function readRemoteWrites(value: YamlValue | undefined): readonly RemoteWriteEntry[] {
  return readRemotes(value, [...WRITE_KEYS, ...HTTP_CLIENT_KEYS]).map(readRemoteWrite);
}

function readRemoteWrite({ fields, url, name }: Remote): RemoteWriteEntry {
  const message = readWord(fields.find('protobuf_message'), [V1_MESSAGE, V2_MESSAGE], V1_MESSAGE);
  const roundRobin = fields.find('round_robin_dns');
  if (readFlag(roundRobin, false)) {
    roundRobin?.remark(
      'round_robin_dns has no effect: connections go where the system says; name the receivers one by one to spread the load',
    );
  }
  for (const key of ['sigv4', 'azuread', 'google_iam']) {
    fields
      .find(key)
      ?.remark(
        `${key} is not supported: requests go out without it; sign them in a proxy before the receiver`,
      );
  }
  checkCloudAuth(fields);
  return {
    config: {
      name,
      url,
      version: message === V2_MESSAGE ? 'v2' : 'v1',
      timeoutMs: readDuration(fields.find('remote_timeout'), TIMEOUT_MS),
      headers: readTextMap(fields.find('headers')),
      sendExemplars: readFlag(fields.find('send_exemplars'), false),
      sendHistograms: readFlag(fields.find('send_native_histograms'), false),
      queue: readQueue(fields.find('queue_config')),
      metadata: readMetadata(fields.find('metadata_config')),
    },
    http: readHttpClient(fields),
    relabelConfigs: readRelabelConfigs(fields.find('write_relabel_configs'), 'utf8'),
  };
}

function readMetadata(value: YamlValue | undefined): MetadataConfig {
  const fields = value?.fields(['send', 'send_interval', 'max_samples_per_send']);
  const usual = DEFAULT_METADATA;
  return {
    isSent: readFlag(fields?.find('send'), usual.isSent),
    intervalMs: readDuration(fields?.find('send_interval'), usual.intervalMs),
    countPerSend: readCount(fields?.find('max_samples_per_send'), 0) || usual.countPerSend,
  };
}

function readQueue(value: YamlValue | undefined): QueueConfig {
  if (value === undefined) return DEFAULT_QUEUE;
  const counts = ['capacity', 'max_shards', 'min_shards', 'max_samples_per_send'];
  const times = ['batch_send_deadline', 'min_backoff', 'max_backoff', 'sample_age_limit'];
  const fields = value.fields([...counts, ...times, 'retry_on_http_429']);
  const usual = DEFAULT_QUEUE;
  const readPositive = (key: string, otherwise: number): number => {
    const field = fields.find(key);
    const count = readCount(field, otherwise);
    if (count === 0) field?.fault(`${field.path} must not be 0`);
    return count === 0 ? otherwise : count;
  };
  const minShards = readPositive('min_shards', usual.minShards);
  const maxShards = readPositive('max_shards', Math.max(usual.maxShards, minShards));
  const minBackoffMs = readDuration(fields.find('min_backoff'), usual.minBackoffMs);
  const maxBackoff = fields.find('max_backoff');
  const maxBackoffMs = readDuration(maxBackoff, Math.max(usual.maxBackoffMs, minBackoffMs));
  const sayOrder = (most: YamlValue | undefined, least: string): void =>
    most?.fault(`${most.path} must be at least ${least}`);
  if (maxShards < minShards) sayOrder(fields.find('max_shards'), 'min_shards');
  if (maxBackoffMs < minBackoffMs) sayOrder(maxBackoff, 'min_backoff');
  return {
    capacity: readPositive('capacity', usual.capacity),
    maxShards,
    minShards,
    maxSamplesPerSend: readPositive('max_samples_per_send', usual.maxSamplesPerSend),
    batchSendDeadlineMs: readDuration(
      fields.find('batch_send_deadline'),
      usual.batchSendDeadlineMs,
    ),
    minBackoffMs,
    maxBackoffMs,
    retryOn429: readFlag(fields.find('retry_on_http_429'), usual.retryOn429),
    sampleAgeLimitMs: readDuration(fields.find('sample_age_limit'), usual.sampleAgeLimitMs),
  };
}

/** Checks the stores that queries might read from, which has no effect here. */
export function checkRemoteReads(value: YamlValue | undefined): void {
  for (const { fields } of readRemotes(value, [...READ_KEYS, ...HTTP_CLIENT_KEYS])) {
    readTextMap(fields.find('required_matchers'));
    readFlag(fields.find('read_recent'), false);
    readFlag(fields.find('filter_external_labels'), true);
    readDuration(fields.find('remote_timeout'), 0);
    readHttpClient(fields);
  }
  value?.remark('remote_read has no effect: name the server under query.sources');
}

interface Remote {
  readonly fields: YamlFields;
  readonly url: string;
  /** Unique in its list. */
  readonly name: string;
}

/** What writing and reading have in common: an address, a name that is unique, headers. */
function readRemotes(value: YamlValue | undefined, keys: readonly string[]): readonly Remote[] {
  const remotes: Remote[] = [];
  const names = new Set<string>();
  for (const item of value?.list() ?? []) {
    if (item.kind === 'empty') {
      item.fault(`${item.path} is empty; want at least url`);
      continue;
    }
    const fields = item.fields(keys);
    const url = fields.find('url');
    const text = url?.string() ?? '';
    if (!URL.canParse(text)) {
      (url ?? item).fault(`${item.path} needs url, the address of the other side`);
    }
    const field = fields.find('name');
    if (field !== undefined && names.has(field.string())) {
      field.fault(`${item.path}: the name "${field.string()}" stands twice`);
    }
    const name = field?.string() ?? nameFor(text, names);
    names.add(name);
    checkHeaders(fields.find('headers'));
    remotes.push({ fields, url: text, name });
  }
  return remotes;
}

/** Six letters by which a receiver without a name is known again, as in Prometheus. */
function nameFor(url: string, taken: ReadonlySet<string>): string {
  const name = createHash('md5').update(url).digest('hex').slice(0, 6);
  for (let i = 2; taken.has(name) && i < 1000; i++) {
    if (!taken.has(`${name}-${i}`)) return `${name}-${i}`;
  }
  return name;
}

const REMOTE_HEADERS = new Set([
  ...RESERVED_HEADERS,
  'x-prometheus-remote-write-version',
  'x-prometheus-remote-read-version',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-content-sha256',
]);

/** Headers of requests; those that somebody else decides are faults. */
export function checkHeaders(value: YamlValue | undefined): void {
  for (const { key, value: text } of value?.entries() ?? []) {
    const name = key.string();
    text.string();
    checkHeaderName(key);
    if (REMOTE_HEADERS.has(name.toLowerCase())) {
      key.fault(`"${name}" is a reserved header; it must not be changed`);
    }
  }
}
