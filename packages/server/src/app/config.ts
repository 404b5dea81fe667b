/**
 * The configuration: one file and the rules, SLOs and boards that it names, read as a whole. Either
 * everything is without fault and goes into force together, or nothing does.
 *
 * `global`, `scrape_configs`, `rule_files` and `storage.tsdb.retention.time` are Prometheus' own
 * syntax; the rest is ours. Reference: docs/reference/config.md.
 */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { dirname, resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { type EscalationPolicy, readEscalationPolicies } from '../alerts/index.ts';
import { isBoardFile, readBoard } from '../boards/index.ts';
import { readServices, type Service } from '../catalog/index.ts';
import { isLoopbackAddress } from '../http/index.ts';
import {
  channelNames,
  type DeclaredChannels,
  readEmails,
  readSmtp,
  readWebhooks,
} from '../notify/index.ts';
import {
  errorMessage,
  formatFaults,
  readYaml,
  systemErrorCode,
  type YamlFields,
  type YamlValue,
} from '../platform/index.ts';
import { type CheckExpression, readRuleFile, type RuleFormat } from '../rules/index.ts';
import {
  type GlobalConfig,
  readGlobal,
  readScrapeConfigs,
  type ScrapeConfig,
} from '../scrape/index.ts';
import { type BoardConfig, readBoardConfig } from './board-config.ts';
import {
  type ConfigNotes,
  DEFAULT_FILE,
  type ReadNamedFiles,
  readNamedFiles,
  readText,
} from './named-files.ts';
import { checkIdleParts, checkPatterns, IDLE_PARTS } from './prometheus-parts.ts';
import { type ProbeConfig, readProbes } from './probe-config.ts';
import { readOtlp } from './otlp-config.ts';
import type { OtlpConfig } from '../remote/index.ts';
import { readRemoteWrites, type RemoteWriteEntry } from './remote-config.ts';
import type { RuleFilesInForce } from '../rule-files/index.ts';
import { readRuleConfig } from './rule-config.ts';
import { type QueryConfig, readQueryConfig } from './query-config.ts';
import { readStorage, type StorageConfig } from './storage-config.ts';
import { readShard, type ShardEntry } from './shard-config.ts';
import { isSloFile, readSlos, type Slo, SLO_FILES_MAX } from '../slo/index.ts';

const SCRAPE_CONFIG_FILES_MAX = 1000;
const FIELDS = [
  'global',
  'scrape_configs',
  'rule_files',
  'rules',
  'scrape_config_files',
  'shard',
  'slo_files',
  'boards',
  'storage',
  'remote_write',
  'otlp',
  'query',
  'services',
  'probes',
  'webhooks',
  'smtp',
  'emails',
  'escalation_policies',
  'server',
  'watch',
  'records',
  'demo',
];
export interface ServerConfig {
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
  readonly trustedProxies: readonly string[];
}

/** What Nines watches without being told to. */
export interface WatchConfig {
  /** Itself: its own metrics, and the rules about them. */
  readonly self: boolean;
  /** The machine that it runs on. */
  readonly host: boolean;
}

export interface Config {
  /** Absolute; undefined: there is no file. */
  readonly file: string | undefined;
  readonly text: string;
  /** What was read and has no effect here, each with its place. */
  readonly ignored: readonly string[];
  /** What has an effect, and maybe another than its author thinks. */
  readonly advice: readonly string[];
  readonly global: GlobalConfig;
  /** Undefined: nothing was said, so Nines watches itself. */
  readonly scrapeConfigs: readonly ScrapeConfig[] | undefined;
  /** Undefined: this server scrapes all targets itself. */
  readonly shard: ShardEntry | undefined;
  readonly rules: RuleFilesInForce;
  readonly slos: readonly Slo[];
  readonly boards: BoardConfig;
  readonly services: readonly Service[];
  readonly probes: ProbeConfig;
  readonly channels: DeclaredChannels;
  readonly policies: readonly EscalationPolicy[];
  readonly storage: StorageConfig;
  readonly otlp: OtlpConfig;
  readonly remoteWrites: readonly RemoteWriteEntry[];
  readonly query: QueryConfig;
  /** A PostgreSQL URL; undefined: SQLite in the data folder. */
  readonly recordsUrl: string | undefined;
  readonly server: ServerConfig;
  readonly watch: WatchConfig;
  /** Where the demo's shop is controlled; undefined: there is no shop. */
  readonly demoControl: URL | undefined;
}

export interface ReadConfig {
  readonly config: Config;
  /** In the order of their places; not empty: the configuration must not be used. */
  readonly faults: readonly string[];
  /** The document and what was noted in it, for a report. */
  readonly root: YamlValue;
  readonly notes: ConfigNotes;
}

/** The file that is named, else the usual one where there is one; undefined: there is none. */
export function findConfigFile(named: string | undefined): string | undefined {
  return named ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined);
}

/** Reads the file and what it names; without a file everything has its default. */
export function loadConfig(file: string | undefined, checkExpression: CheckExpression): ReadConfig {
  if (file === undefined) return readConfig({ text: '', file: undefined, checkExpression });
  const path = resolve(file);
  const text = readText(path);
  if (typeof text !== 'string')
    return { ...loadConfig(undefined, checkExpression), faults: [text.fault] };
  return readConfig({ text, file: path, checkExpression });
}

/** Reads a configuration from its text. */
export function readConfig(
  options: RuleFormat & {
    readonly text: string;
    readonly file: string | undefined;
    /** How the files that it names are read; from the disk where nothing is said. */
    readonly readNamed?: ReadNamedFiles;
  },
): ReadConfig {
  const { text, file } = options;
  const { root, faults, remarks } = readYaml({ text, file: file ?? DEFAULT_FILE });
  const readNamed = options.readNamed ?? readNamedFiles;
  const fields = root.fields([...FIELDS, ...IDLE_PARTS]);
  const global = readGlobal(fields.find('global'));
  checkIdleParts(fields);
  const channels = readChannels(fields);
  const policies = readEscalationPolicies(
    fields.find('escalation_policies'),
    channelNames(channels),
  );
  const policyNames = policies.map(({ name }) => name);
  const reading = { file, readNamed, notes: { faults, remarks, documents: [] } };
  const { nameValidation = global.nameValidation } = options;
  const ruleOptions = { ...options, ...reading, nameValidation };
  const rules = readRuleConfig(fields, ruleOptions);
  const scrapeConfigs = readJobs(fields, global, reading);
  const config: Omit<Config, 'ignored' | 'advice'> = {
    file,
    text,
    global,
    scrapeConfigs,
    shard: readShard(fields.find('shard')),
    rules,
    slos: readSloFiles(fields.find('slo_files'), reading),
    boards: readBoardConfig(fields.find('boards'), { file, faults }),
    services: readServices(fields.find('services'), { policyNames }),
    probes: readProbes(fields.find('probes'), reading, {
      intervalMs: global.scrapeIntervalMs,
      names: new Set(scrapeConfigs?.map(({ jobName }) => jobName)),
    }),
    channels,
    policies,
    storage: readStorage(fields.find('storage')),
    otlp: readOtlp(fields.find('otlp'), global.nameValidation === 'legacy'),
    remoteWrites: readRemoteWrites(fields.find('remote_write')),
    query: readQueryConfig(fields.find('query')),
    recordsUrl: readRecordsUrl(fields.find('records')),
    server: readServer(fields.find('server'), file),
    demoControl: readDemoControl(fields.find('demo')),
    watch: readWatch(fields.find('watch')),
  };
  return {
    config: {
      ...config,
      ignored: formatFaults(remarks.filter(({ isAdvice }) => !isAdvice)),
      advice: formatFaults(remarks.filter(({ isAdvice }) => isAdvice)),
    },
    faults: formatFaults(faults),
    root,
    notes: reading.notes,
  };
}

interface ReadingOptions {
  readonly file: string | undefined;
  readonly readNamed: ReadNamedFiles;
  readonly notes: ConfigNotes;
}

/** The jobs of the file itself and of those that it names; undefined: none were spoken of. */
function readJobs(
  fields: YamlFields,
  global: GlobalConfig,
  options: ReadingOptions,
): readonly ScrapeConfig[] | undefined {
  const { notes, readNamed, file } = options;
  const own = fields.find('scrape_configs');
  const named = fields.find('scrape_config_files');
  if (own === undefined && named === undefined) return undefined;
  checkPatterns(named);
  const documents = readNamed(named, { owner: file, filesMax: SCRAPE_CONFIG_FILES_MAX }).map(
    (one) => readYaml({ text: one.text ?? '', file: one.file }),
  );
  const lists = documents.map(({ root }) => root.fields(['scrape_configs']).find('scrape_configs'));
  const configs = readScrapeConfigs([own, ...lists], global);
  notes.documents.push(...documents.map(({ root }) => root));
  notes.faults.push(...documents.flatMap(({ faults }) => faults));
  notes.remarks.push(...documents.flatMap(({ remarks }) => remarks));
  return configs;
}

function readChannels(fields: YamlFields): DeclaredChannels {
  const smtp = fields.find('smtp');
  return {
    webhooks: readWebhooks(fields.find('webhooks')),
    smtp: readSmtp(smtp),
    emails: readEmails(fields.find('emails'), smtp !== undefined),
  };
}

/** The faults of any file that Nines reads: configuration, rules, objectives, a board. */
export function checkFile(file: string, format: RuleFormat): readonly string[] {
  const text = readText(file);
  if (typeof text !== 'string') return [text.fault];
  if (isSloFile(text)) return formatFaults(readSlos([{ file, text }]).faults);
  const { root } = readYaml({ text, file });
  if (isBoardFile(root)) return formatFaults(readBoard({ file, text }).faults);
  const isRuleFile =
    root.kind === 'map' && root.entries().some(({ key }) => key.string() === 'groups');
  if (isRuleFile) return formatFaults(readRuleFile({ ...format, text, file }).faults);
  return readConfig({ ...format, text, file }).faults;
}

function readSloFiles(value: YamlValue | undefined, options: ReadingOptions): readonly Slo[] {
  const files = options.readNamed(value, { owner: options.file, filesMax: SLO_FILES_MAX });
  const { slos, faults } = readSlos(
    files.flatMap(({ file, text }) => (text === undefined ? [] : [{ file, text }])),
  );
  options.notes.faults.push(...faults);
  return slos;
}

function readRecordsUrl(value: YamlValue | undefined): string | undefined {
  const url = value?.fields(['url']).find('url');
  const text = url?.string();
  if (text !== undefined && !/^postgres(ql)?:\/\//.test(text)) {
    url?.fault('records.url must begin with postgres://; without it records are in SQLite');
  }
  return text;
}

function readWatch(value: YamlValue | undefined): WatchConfig {
  const fields = value?.fields(['self', 'host']);
  return {
    self: fields?.find('self')?.boolean() ?? true,
    host: fields?.find('host')?.boolean() ?? true,
  };
}

/** Only this machine's: what is sent there breaks things, and no address of others is to get it. */
function readDemoControl(value: YamlValue | undefined): URL | undefined {
  const control = value?.fields(['control']).find('control');
  if (value !== undefined && control === undefined) value.fault('demo needs control');
  const text = control?.string();
  if (control === undefined || text === undefined) return undefined;
  const url = URL.parse(text);
  const isLocal =
    url?.protocol === 'http:' &&
    isLoopbackAddress(url.hostname.replace(/^\[|\]$/g, '')) &&
    `${url.origin}/` === url.href;
  if (isLocal) return url;
  control.fault(
    `demo.control must be an http address of this machine such as http://127.0.0.1:9990, got "${text}"`,
  );
  return undefined;
}

function readServer(value: YamlValue | undefined, file: string | undefined): ServerConfig {
  const fields = value?.fields(['tls', 'trusted_proxies']);
  const trustedProxies = fields?.find('trusted_proxies')?.list().map(readProxy) ?? [];
  const tls = fields?.find('tls');
  if (tls === undefined) return { tls: undefined, trustedProxies };
  const tlsFields = tls.fields(['cert_file', 'key_file']);
  const base = dirname(file ?? resolve(DEFAULT_FILE));
  const certFile = readPath(tls, tlsFields, { key: 'cert_file', base });
  const keyFile = readPath(tls, tlsFields, { key: 'key_file', base });
  checkKeyPair(tls, { certFile, keyFile });
  return { tls: { certFile, keyFile }, trustedProxies };
}

/** An address, or a range such as 10.0.0.0/8. */
function readProxy(value: YamlValue): string {
  const text = value.string();
  const [address, bits, ...rest] = text.split('/');
  const bitsMax = isIP(address) === 6 ? 128 : 32;
  const isRange = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= bitsMax);
  if (isIP(address) === 0 || !isRange || rest.length > 0) {
    value.fault(`${value.path} must be an address or a range such as 10.0.0.0/8, got "${text}"`);
  }
  return text;
}

/** Faults of a certificate show here, with their place, and not when the first browser comes. */
function checkKeyPair(
  tls: YamlValue,
  files: { readonly certFile: string; readonly keyFile: string },
): void {
  try {
    createSecureContext({
      cert: readFileSync(files.certFile),
      key: readFileSync(files.keyFile),
    });
  } catch (error) {
    // A file that is not there has its fault already.
    if (error instanceof Error && 'syscall' in error) return;
    tls.fault(`${tls.path}: cannot use this certificate and key: ${errorMessage(error)}`);
  }
}

function readPath(
  owner: YamlValue,
  fields: YamlFields,
  what: { readonly key: string; readonly base: string },
): string {
  const value = fields.find(what.key);
  if (value === undefined) {
    owner.fault(`${owner.path} needs ${what.key}`);
    return '';
  }
  const path = resolve(what.base, value.string());
  try {
    accessSync(path, constants.R_OK);
  } catch (error) {
    const why = systemErrorCode(error) ?? errorMessage(error);
    value.fault(`${value.path}: cannot read ${path}: ${why}`);
  }
  return path;
}
