/**
 * Reads blackbox_exporter's file: modules, each with its prober.
 *
 * What that program refuses is a fault here. What it takes and this server cannot do is no fault of
 * the file: it is noted with the module, which then fails each probe with that reason.
 */
import {
  HTTP_CLIENT_KEYS,
  readCount,
  readFlag,
  readHttpClient,
  readStrings,
  readTlsConfig,
  readYaml,
  type YamlFields,
  type YamlValue,
} from '../platform/index.ts';
import {
  ADDRESS_KEYS,
  findRegexpFault,
  readAddressChoice,
  readGoDuration,
  readName,
  readRegexp,
} from './config-values.ts';
import { DNS_CLASSES, DNS_TYPES } from './dns-names.ts';
import { MODULES_MAX, STEPS_MAX } from './limits.ts';
import type {
  DnsModule,
  GrpcModule,
  IcmpModule,
  ProbeModule,
  Prober,
  QueryResponse,
  RecordChecks,
  StreamModule,
  TcpModule,
} from './module.ts';
import { readHttpModule, type Refuse } from './read-http-module.ts';

const PROBERS: readonly Prober[] = ['http', 'tcp', 'unix', 'icmp', 'dns', 'grpc', 'websocket'];
const TTL_DEFAULT = 64;
const TTL_MAX = 255;

/** A module's refusals with their places, for a report. */
export interface Refusal {
  readonly value: YamlValue;
  readonly message: string;
}

export interface ReadModules {
  readonly modules: ReadonlyMap<string, ProbeModule>;
  readonly refusals: readonly Refusal[];
}

/** Reads the text of a file as `--config.file` of blackbox_exporter names one. */
export function readModuleFile(options: { readonly text: string; readonly file: string }) {
  const { root, faults, remarks } = readYaml(options);
  if (root.kind === 'empty' && faults.length === 0) root.fault('the file is empty; want modules');
  const read = readModules(root.fields(['modules']).find('modules'));
  return { ...read, root, faults, remarks };
}

/** Reads modules by name. */
export function readModules(value: YamlValue | undefined): ReadModules {
  const modules = new Map<string, ProbeModule>();
  const refusals: Refusal[] = [];
  for (const { key, value: item } of value?.entries() ?? []) {
    const name = key.string();
    if (modules.has(name)) key.fault(`module "${name}" stands twice`);
    modules.set(name, readModule(name, item, refusals));
  }
  if (modules.size > MODULES_MAX) {
    value?.fault(`${modules.size} modules; at most ${MODULES_MAX} are read`);
  }
  return { modules, refusals };
}

function readModule(name: string, value: YamlValue, all: Refusal[]): ProbeModule {
  const fields = value.fields(['prober', 'timeout', ...PROBERS]);
  const prober = readProber(value, fields);
  const refusals: string[] = [];
  const refuse: Refuse = (at, message) => {
    all.push({ value: at ?? value, message });
    refusals.push(message);
  };
  // A part that is not asked for cannot be missed.
  const refuseIn = (part: Prober): Refuse => (part === prober ? refuse : () => {});
  for (const part of PROBERS) {
    if (part === prober || fields.find(part) === undefined) continue;
    fields.find(part)?.remark(`${part} has no effect where the prober is ${prober}; leave it out`);
  }
  if (prober === 'websocket' || prober === 'grpc') {
    // The part with its fields, too: none of them has a meaning without its prober.
    for (const at of [fields.find('prober'), fields.find(prober)]) {
      if (at !== undefined)
        refuse(at, `${prober} is not supported; leave this module to blackbox_exporter`);
    }
  }
  checkWebsocket(fields.find('websocket'));
  return {
    name,
    prober,
    timeoutMs: readGoDuration(fields.find('timeout')),
    http: readHttpModule(fields.find('http'), refuseIn('http')),
    tcp: readTcp(fields.find('tcp')),
    unix: readStream(fields.find('unix')?.fields(STREAM_KEYS)),
    icmp: readIcmp(fields.find('icmp')),
    dns: readDns(fields.find('dns')),
    grpc: readGrpc(fields.find('grpc')),
    refusals,
  };
}

function readProber(value: YamlValue, fields: YamlFields): Prober {
  const field = fields.find('prober');
  const word = field?.string() ?? '';
  const prober = PROBERS.find((one) => one === word);
  if (prober === undefined) {
    const got = word === '' ? 'it has none' : `got "${word}"`;
    (field ?? value).fault(`${value.path} needs a prober of ${PROBERS.join(', ')}; ${got}`);
  }
  return prober ?? 'http';
}

const STREAM_KEYS = ['query_response', 'tls', 'tls_config'];

function readStream(fields: YamlFields | undefined): StreamModule {
  return {
    queryResponse: readSteps(fields?.find('query_response')),
    tls: readFlag(fields?.find('tls'), false),
    tlsConfig: readTlsConfig(fields?.find('tls_config')),
  };
}

function readTcp(value: YamlValue | undefined): TcpModule {
  const fields = value?.fields([...STREAM_KEYS, ...ADDRESS_KEYS, 'source_ip_address']);
  return {
    ...readStream(fields),
    ...readAddressChoice(fields, true),
    sourceAddress: fields?.find('source_ip_address')?.string() ?? '',
  };
}

const NO_BYTES = new Uint8Array(0);

function readSteps(value: YamlValue | undefined): readonly QueryResponse[] {
  const items = value?.list() ?? [];
  if (items.length > STEPS_MAX) {
    value?.fault(`${value.path} has ${items.length} steps; at most ${STEPS_MAX} are read`);
  }
  return items.map((item) => {
    const fields = item.fields(['expect', 'expect_bytes', 'labels', 'send', 'starttls']);
    const expect = readRegexp(fields.find('expect'));
    const bytes = fields.find('expect_bytes');
    const expectBytes = bytes?.bytes() ?? NO_BYTES;
    if (expect !== undefined && expectBytes.length > 0) {
      bytes?.fault('at most one of expect and expect_bytes may be set');
    }
    const labels = (fields.find('labels')?.list() ?? []).map((label) => {
      const parts = label.fields(['name', 'value']);
      return [parts.find('name')?.string() ?? '', parts.find('value')?.string() ?? ''] as const;
    });
    const send = fields.find('send')?.bytes() ?? NO_BYTES;
    return {
      expect,
      expectBytes,
      labels,
      send,
      startTls: readFlag(fields.find('starttls'), false),
    };
  });
}

const ICMP_KEYS = [...ADDRESS_KEYS, 'source_ip_address', 'payload_size', 'dont_fragment', 'ttl'];

function readIcmp(value: YamlValue | undefined): IcmpModule {
  const fields = value?.fields(ICMP_KEYS);
  const ttl = fields?.find('ttl');
  const hops = ttl?.number() ?? TTL_DEFAULT;
  if (!Number.isInteger(hops) || hops < 0 || hops > TTL_MAX) {
    ttl?.fault(`${ttl.path} must be a whole number from 0 to ${TTL_MAX}, got ${hops}`);
  }
  return {
    ...readAddressChoice(fields, true),
    sourceAddress: fields?.find('source_ip_address')?.string() ?? '',
    payloadBytes: readCount(fields?.find('payload_size'), 0),
    isFragmentRefused: readFlag(fields?.find('dont_fragment'), false),
    ttl: hops,
  };
}

const SECTIONS = ['answer', 'authority', 'additional'] as const;
const DNS_KEYS = [
  ...ADDRESS_KEYS,
  'dns_over_tls',
  'tls_config',
  'source_ip_address',
  'transport_protocol',
  'query_class',
  'query_name',
  'query_type',
  'recursion_desired',
  'valid_rcodes',
  ...SECTIONS.map((section) => `validate_${section}_rrs`),
];

function readDns(value: YamlValue | undefined): DnsModule {
  const fields = value?.fields(DNS_KEYS);
  const queryName = fields?.find('query_name')?.string() ?? '';
  if (queryName === '') value?.fault(`${value.path} needs query_name`);
  const rcodes = fields?.find('valid_rcodes');
  const transport = fields?.find('transport_protocol');
  const word = transport?.string() ?? '';
  if (!['', 'udp', 'tcp'].includes(word)) {
    transport?.advise(`${transport.path}: "${word}" is neither udp nor tcp, and every probe fails`);
  }
  const checksOf = (section: (typeof SECTIONS)[number]): RecordChecks =>
    readRecordChecks(fields?.find(`validate_${section}_rrs`));
  return {
    ...readAddressChoice(fields, true),
    isOverTls: readFlag(fields?.find('dns_over_tls'), false),
    tlsConfig: readTlsConfig(fields?.find('tls_config')),
    sourceAddress: fields?.find('source_ip_address')?.string() ?? '',
    transport: word === '' ? 'udp' : word,
    queryClass: readName(fields?.find('query_class'), DNS_CLASSES),
    queryName,
    queryType: readName(fields?.find('query_type'), DNS_TYPES),
    isRecursionDesired: readFlag(fields?.find('recursion_desired'), true),
    validRcodes: rcodes === undefined ? undefined : readStrings(rcodes),
    answer: checksOf('answer'),
    authority: checksOf('authority'),
    additional: checksOf('additional'),
  };
}

const CHECK_KEYS = [
  'fail_if_matches_regexp',
  'fail_if_all_match_regexp',
  'fail_if_not_matches_regexp',
  'fail_if_none_matches_regexp',
];

function readRecordChecks(value: YamlValue | undefined): RecordChecks {
  const fields = value?.fields(CHECK_KEYS);
  const [failIfMatches, failIfAllMatch, failIfNotMatches, failIfNoneMatches] = CHECK_KEYS.map(
    (key) => {
      const patterns = fields?.find(key)?.list() ?? [];
      return patterns.map((item) => {
        const pattern = item.string();
        const fault = findRegexpFault(pattern);
        // blackbox_exporter compiles these at each probe, and takes a file with broken ones.
        if (fault !== undefined) item.advise(`${fault}; every probe fails`);
        return pattern;
      });
    },
  );
  return { failIfMatches, failIfAllMatch, failIfNotMatches, failIfNoneMatches };
}

const GRPC_KEYS = [...ADDRESS_KEYS, 'service', 'tls', 'tls_config', 'metadata'];

function readGrpc(value: YamlValue | undefined): GrpcModule {
  const fields = value?.fields(GRPC_KEYS);
  const metadata = (fields?.find('metadata')?.entries() ?? []).flatMap(({ key, value: texts }) => {
    const name = key.string();
    return readStrings(texts).map((text) => [name, text] as const);
  });
  return {
    // Without its part, blackbox_exporter falls back for every prober but this one.
    ...readAddressChoice(fields, fields !== undefined),
    service: fields?.find('service')?.string() ?? '',
    tls: readFlag(fields?.find('tls'), false),
    tlsConfig: readTlsConfig(fields?.find('tls_config')),
    metadata,
  };
}

const WEBSOCKET_KEYS = [...ADDRESS_KEYS, 'http_config', 'headers', 'query_response'];

/** Read for its faults alone. */
function checkWebsocket(value: YamlValue | undefined): void {
  const fields = value?.fields(WEBSOCKET_KEYS);
  const http = fields?.find('http_config')?.fields(HTTP_CLIENT_KEYS);
  if (http !== undefined) readHttpClient(http);
  readSteps(fields?.find('query_response'));
  readAddressChoice(fields, true);
}
