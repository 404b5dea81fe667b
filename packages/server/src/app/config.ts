/**
 * The configuration: one file and the rule and SLO files that it names, read as a whole. Either
 * everything is without fault and goes into force together, or nothing does.
 *
 * `global`, `scrape_configs`, `rule_files` and `storage.tsdb.retention.time` are Prometheus' own
 * syntax; the rest is ours. Reference: docs/reference/config.md.
 */
import { accessSync, constants, existsSync, globSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { dirname, resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { type EscalationPolicy, readEscalationPolicies } from '../alerts/index.ts';
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
  type Fault,
  formatFault,
  readYaml,
  systemErrorCode,
  type YamlFields,
  type YamlValue,
} from '../platform/index.ts';
import { type CheckExpression, readRuleFile, type RuleGroup } from '../rules/index.ts';
import {
  type GlobalConfig,
  readGlobal,
  readScrapeConfigs,
  type ScrapeConfig,
} from '../scrape/index.ts';
import { isSloFile, readSlos, type Slo, SLO_FILES_MAX } from '../slo/index.ts';

/** Prometheus' default. */
const RETENTION_MS = 15 * 86_400_000;
/** As many as a directory of one file per team would hold. */
const RULE_FILES_MAX = 1000;
const FIELDS = [
  'global',
  'scrape_configs',
  'rule_files',
  'slo_files',
  'storage',
  'services',
  'webhooks',
  'smtp',
  'emails',
  'escalation_policies',
  'server',
  'watch',
  'records',
  'demo',
];
/** Prometheus has them, and they would be missed in silence. */
const LATER_FIELDS = [
  'alerting',
  'remote_write',
  'remote_read',
  'tracing',
  'otlp',
  'runtime',
  'scrape_config_files',
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

export interface RuleFile {
  readonly file: string;
  readonly groups: readonly RuleGroup[];
}

export interface Config {
  /** Absolute; undefined: there is no file. */
  readonly file: string | undefined;
  readonly text: string;
  readonly global: GlobalConfig;
  /** Undefined: nothing was said, so Nines watches itself. */
  readonly scrapeConfigs: readonly ScrapeConfig[] | undefined;
  readonly ruleFiles: readonly RuleFile[];
  readonly slos: readonly Slo[];
  readonly services: readonly Service[];
  readonly channels: DeclaredChannels;
  readonly policies: readonly EscalationPolicy[];
  readonly retentionMs: number;
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
}

/** What a configuration is called where nobody named one. */
export const DEFAULT_FILE = 'nines.yaml';

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
export function readConfig(options: {
  readonly text: string;
  readonly file: string | undefined;
  readonly checkExpression: CheckExpression;
}): ReadConfig {
  const { text, file } = options;
  const { root, faults } = readYaml({ text, file: file ?? DEFAULT_FILE });
  const fields = root.fields([...FIELDS, ...LATER_FIELDS]);
  for (const key of LATER_FIELDS) {
    fields.find(key)?.fault(`${key} is not supported by this version of Nines; take it out`);
  }
  const global = readGlobal(fields.find('global'));
  const scrape = fields.find('scrape_configs');
  const channels = readChannels(fields);
  const policies = readEscalationPolicies(
    fields.find('escalation_policies'),
    channelNames(channels),
  );
  const policyNames = policies.map(({ name }) => name);
  const ruleFiles = readRuleFiles(fields.find('rule_files'), { ...options, faults });
  const config: Config = {
    file,
    text,
    global,
    scrapeConfigs: scrape === undefined ? undefined : readScrapeConfigs(scrape, global),
    ruleFiles,
    slos: readSloFiles(fields.find('slo_files'), { file, faults }),
    services: readServices(fields.find('services'), { policyNames }),
    channels,
    policies,
    retentionMs: readRetention(fields.find('storage')),
    recordsUrl: readRecordsUrl(fields.find('records')),
    server: readServer(fields.find('server'), file),
    demoControl: readDemoControl(fields.find('demo')),
    watch: readWatch(fields.find('watch')),
  };
  return { config, faults: faults.toSorted(inOrderOfPlace).map(formatFault) };
}

function readChannels(fields: YamlFields): DeclaredChannels {
  const smtp = fields.find('smtp');
  return {
    webhooks: readWebhooks(fields.find('webhooks')),
    smtp: readSmtp(smtp),
    emails: readEmails(fields.find('emails'), smtp !== undefined),
  };
}

function inOrderOfPlace(a: Fault, b: Fault): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

/** The faults of any file that Nines reads: its configuration, a rule file, or one of OpenSLO. */
export function checkFile(file: string, checkExpression: CheckExpression): readonly string[] {
  const text = readText(file);
  if (typeof text !== 'string') return [text.fault];
  if (isSloFile(text)) {
    return readSlos([{ file, text }]).faults.toSorted(inOrderOfPlace).map(formatFault);
  }
  const { root } = readYaml({ text, file });
  const isRuleFile =
    root.kind === 'map' && root.entries().some(({ key }) => key.string() === 'groups');
  if (isRuleFile) {
    const { faults } = readRuleFile({ text, file, checkExpression });
    return faults.toSorted(inOrderOfPlace).map(formatFault);
  }
  return readConfig({ text, file, checkExpression }).faults;
}

function readText(file: string): string | { readonly fault: string } {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    return {
      fault: `${file}:1:1: cannot read the file: ${systemErrorCode(error) ?? errorMessage(error)}`,
    };
  }
}

function readRuleFiles(
  value: YamlValue | undefined,
  options: {
    readonly file: string | undefined;
    readonly checkExpression: CheckExpression;
    readonly faults: Fault[];
  },
): readonly RuleFile[] {
  const files = readNamedFiles(value, { owner: options.file, filesMax: RULE_FILES_MAX });
  return files.map(({ file, text }) => {
    if (text === undefined) return { file, groups: [] };
    const { groups, faults } = readRuleFile({
      text,
      file,
      checkExpression: options.checkExpression,
    });
    options.faults.push(...faults);
    return { file, groups };
  });
}

function readSloFiles(
  value: YamlValue | undefined,
  options: { readonly file: string | undefined; readonly faults: Fault[] },
): readonly Slo[] {
  const files = readNamedFiles(value, { owner: options.file, filesMax: SLO_FILES_MAX });
  const { slos, faults } = readSlos(
    files.flatMap(({ file, text }) => (text === undefined ? [] : [{ file, text }])),
  );
  options.faults.push(...faults);
  return slos;
}

interface NamedFile {
  readonly file: string;
  /** Undefined: it cannot be read, and has a fault. */
  readonly text: string | undefined;
}

/** The files that a list of names and patterns means. */
function readNamedFiles(
  value: YamlValue | undefined,
  options: { readonly owner: string | undefined; readonly filesMax: number },
): readonly NamedFile[] {
  const { owner, filesMax } = options;
  const base = dirname(owner ?? resolve(DEFAULT_FILE));
  const found = new Map<string, YamlValue>();
  for (const pattern of value?.list() ?? []) {
    for (const name of findFiles(pattern, base)) found.set(name, pattern);
  }
  if (found.size > filesMax) {
    value?.fault(`${value.path} names ${found.size} files; at most ${filesMax} are read`);
  }
  return [...found].slice(0, filesMax).map(([file, pattern]) => {
    const text = readText(file);
    if (typeof text === 'string') return { file, text };
    pattern.fault(text.fault);
    return { file, text: undefined };
  });
}

/** A plain name must exist; a pattern may match nothing, as in Prometheus. */
function findFiles(pattern: YamlValue, base: string): readonly string[] {
  const text = pattern.string();
  if (!/[*?[]/.test(text)) return [resolve(base, text)];
  return globSync(text, { cwd: base })
    .map((name) => resolve(base, name))
    .sort();
}

function readRetention(storage: YamlValue | undefined): number {
  const retention = storage
    ?.fields(['tsdb'])
    .find('tsdb')
    ?.fields(['retention'])
    .find('retention')
    ?.fields(['time'])
    .find('time');
  const retentionMs = retention?.durationMs() ?? RETENTION_MS;
  if (retentionMs < 3_600_000)
    retention?.fault('a retention under 1h would lose what alerts look at');
  return retentionMs;
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
