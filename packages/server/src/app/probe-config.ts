/** Reads `probes`: modules in blackbox_exporter's syntax, and what is probed on a schedule. */
import {
  readDuration,
  readFlag,
  readStrings,
  readWord,
  readYaml,
  type YamlFields,
  type YamlValue,
} from '../platform/index.ts';
import { type ProbeModule, readModules } from '../probe/index.ts';
import type { ConfigNotes, ReadNamedFiles } from './named-files.ts';

/**
 * What a request is, by the SRE book's chapter 17: one that must be refused, one that must be
 * answered and may be repeated in production, one that must be answered and changes something.
 */
export type ProbeKind = 'known_bad' | 'known_good' | 'known_good_unsafe';

export interface ScheduledProbe {
  readonly name: string;
  readonly module: string;
  readonly targets: readonly string[];
  readonly intervalMs: number;
  readonly service: string | undefined;
  readonly kind: ProbeKind;
  readonly allowsPrivate: boolean;
}

export interface ProbeConfig {
  /** Those of the files, then those written here, then ours where nobody has the name. */
  readonly modules: ReadonlyMap<string, ProbeModule>;
  /** Of probes that somebody asks for. */
  readonly allowsPrivate: boolean;
  readonly schedule: readonly ScheduledProbe[];
}

const KINDS: readonly ProbeKind[] = ['known_bad', 'known_good', 'known_good_unsafe'];
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9._ -]{0,63}$/;
const MODULE_FILES_MAX = 100;
/** Each target keeps its last failures in memory. */
const TARGETS_MAX = 1_000;
/** Oftener, a probe is load and no measurement. */
const INTERVAL_MS_MIN = 1_000;
/** Of HTTP: what may be repeated without another effect than the first time's. */
const SAFE_METHODS = new Set(['', 'GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** What there is where nobody says anything: the names that everybody's configuration asks for. */
const BUILT_IN = `
http_2xx: {prober: http}
tcp_connect: {prober: tcp}
icmp: {prober: icmp}
`;

interface Reading {
  readonly file: string | undefined;
  readonly readNamed: ReadNamedFiles;
  readonly notes: ConfigNotes;
}

/** The job whose series a probe gives. */
export function probeJob(name: string): string {
  return `probe/${name}`;
}

const PROBES_KEYS = ['module_files', 'modules', 'allow_private', 'test_environment', 'schedule'];

/** Reads the part; absent means the built-in modules, public addresses, and no schedule. */
export function readProbes(
  value: YamlValue | undefined,
  reading: Reading,
  jobs: { readonly intervalMs: number; readonly names: ReadonlySet<string> },
): ProbeConfig {
  const fields = value?.fields(PROBES_KEYS);
  const modules = readAllModules(fields, reading);
  const allowsPrivate = readFlag(fields?.find('allow_private'), false);
  const isTest = readFlag(fields?.find('test_environment'), false);
  const options = { modules, allowsPrivate, isTest, intervalMs: jobs.intervalMs };
  const items = fields?.find('schedule')?.list() ?? [];
  const names = new Set<string>();
  const schedule = items.map((item) => readScheduled(item, names, options));
  for (const [i, { name }] of schedule.entries()) {
    if (!jobs.names.has(probeJob(name))) continue;
    items[i].fault(`a scrape job is called ${probeJob(name)}, as that of this probe would be`);
  }
  const targetCount = schedule.reduce((sum, { targets }) => sum + targets.length, 0);
  if (targetCount > TARGETS_MAX) {
    value?.fault(`${targetCount} targets of probes; at most ${TARGETS_MAX} are allowed`);
  }
  return { modules, allowsPrivate, schedule };
}

let builtIn: ReadonlyMap<string, ProbeModule> | undefined;

/** Read when the first probe asks for them: most servers have none. */
export function findModule(config: ProbeConfig, name: string): ProbeModule | undefined {
  const own = config.modules.get(name);
  if (own !== undefined) return own;
  builtIn ??= readModules(readYaml({ text: BUILT_IN, file: 'built in' }).root).modules;
  return builtIn.get(name);
}

function readAllModules(
  fields: YamlFields | undefined,
  { file, readNamed, notes }: Reading,
): ReadonlyMap<string, ProbeModule> {
  const all = new Map<string, ProbeModule>();
  const add = (value: YamlValue | undefined): void => {
    const { modules, refusals } = readModules(value);
    // The file is sound, and the module fails each probe with this reason.
    for (const refusal of refusals) refusal.value.remark(refusal.message);
    for (const [name, module] of modules) {
      if (all.has(name)) value?.fault(`module "${name}" stands twice`);
      all.set(name, module);
    }
  };
  const named = fields?.find('module_files');
  const files = readNamed(named, { owner: file, filesMax: MODULE_FILES_MAX });
  for (const { file: path, text } of named === undefined ? [] : files) {
    const document = readYaml({ text: text ?? '', file: path });
    add(document.root.fields(['modules']).find('modules'));
    notes.documents.push(document.root);
    notes.faults.push(...document.faults);
    notes.remarks.push(...document.remarks);
  }
  add(fields?.find('modules'));
  return all;
}

interface ScheduleOptions {
  readonly modules: ProbeConfig['modules'];
  readonly allowsPrivate: boolean;
  readonly isTest: boolean;
  readonly intervalMs: number;
}

function readScheduled(
  item: YamlValue,
  names: Set<string>,
  options: ScheduleOptions,
): ScheduledProbe {
  const fields = item.fields([
    'name',
    'module',
    'targets',
    'interval',
    'service',
    'kind',
    'allow_private',
  ]);
  const name = fields.find('name')?.string() ?? '';
  if (!NAME.test(name)) {
    (fields.find('name') ?? item).fault(
      `${item.path} needs name: a letter or digit, then up to 63 letters, digits, spaces and ._-`,
    );
  }
  if (names.has(name)) item.fault(`the probe "${name}" stands twice`);
  names.add(name);
  const targets = readStrings(fields.find('targets')).filter((target) => target !== '');
  if (targets.length === 0) item.fault(`${item.path} needs targets, at least one`);
  const intervalMs = readDuration(fields.find('interval'), options.intervalMs);
  if (intervalMs < INTERVAL_MS_MIN) {
    fields.find('interval')?.fault(`${item.path}: the interval must be at least 1s`);
  }
  const module = fields.find('module')?.string() ?? 'http_2xx';
  const kind = readWord(fields.find('kind'), KINDS, 'known_good');
  checkModule(item, fields, { ...options, module, kind });
  return {
    name,
    module,
    targets,
    intervalMs,
    service: fields.find('service')?.string(),
    kind,
    allowsPrivate: readFlag(fields.find('allow_private'), options.allowsPrivate),
  };
}

/** The module must be there, and what changes something stays out of production. */
function checkModule(
  item: YamlValue,
  fields: YamlFields,
  what: ScheduleOptions & { readonly module: string; readonly kind: ProbeKind },
): void {
  const found = findModule({ ...what, schedule: [] }, what.module);
  const at = fields.find('module') ?? item;
  if (found === undefined) {
    const names = [...what.modules.keys(), 'http_2xx', 'tcp_connect', 'icmp'];
    at.fault(`there is no module "${what.module}"; there are ${names.join(', ')}`);
    return;
  }
  const [refusal] = found.refusals;
  if (refusal !== undefined) at.fault(`module "${what.module}" cannot run here: ${refusal}`);
  if (what.kind === 'known_good_unsafe' && !what.isTest) {
    fields
      .find('kind')
      ?.fault('a request that is not safe runs only where probes.test_environment is true');
  }
  const { method } = found.http;
  const isUnsafe = found.prober === 'http' && !SAFE_METHODS.has(method.toUpperCase());
  if (what.kind === 'known_good' && isUnsafe) {
    at.advise(`the request is ${method}; where it changes something, say kind: known_good_unsafe`);
  }
}
