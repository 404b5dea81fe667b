/** Reads `global` and `scrape_configs` in Prometheus' syntax and tells every fault's place. */
import {
  type YamlFields,
  type YamlValue,
  HTTP_CLIENT_KEYS,
  readHttpClient,
  readDuration,
  readFlag,
  readStrings,
  readWord,
  readVariable,
} from '../platform/index.ts';
import { createLabels, EMPTY_LABELS, type Labels, quote } from '../series/index.ts';
import {
  DEFAULT_HISTOGRAMS,
  type GlobalConfig,
  type NameEscaping,
  NO_LIMITS,
  type ScrapeConfig,
  type TargetGroup,
} from './config.ts';
import {
  defaultProtocols,
  FORMAT_KEYS,
  JOB_FORMAT_KEYS,
  readFallbackProtocol,
  readHistograms,
  readScrapeProtocols,
} from './config-formats.ts';
import { readRelabelConfigs } from './config-relabel.ts';
import { LIMIT_KEYS, readLabels, readLimits } from './config-values.ts';
import { DISCOVERY_KEYS, readDiscoveries } from './discovery/read-discoveries.ts';
import { expandVariables } from './expand-variables.ts';
import { TARGETS_PER_JOB_MAX } from './limits.ts';
import type { NameValidation } from './name-validation.ts';
import { addressLabels, findAddressMistake } from './target.ts';

const VALIDATIONS: readonly NameValidation[] = ['utf8', 'legacy'];
const ESCAPINGS: readonly NameEscaping[] = ['allow-utf-8', 'underscores', 'dots', 'values'];

/** What `global` is where the configuration says nothing. */
export const DEFAULT_GLOBAL: GlobalConfig = {
  scrapeIntervalMs: 60_000,
  scrapeTimeoutMs: 10_000,
  evaluationIntervalMs: 60_000,
  ruleQueryOffsetMs: 0,
  externalLabels: EMPTY_LABELS,
  limits: NO_LIMITS,
  scrapeProtocols: undefined,
  nameValidation: 'utf8',
  nameEscaping: undefined,
  histograms: DEFAULT_HISTOGRAMS,
  extraScrapeMetrics: false,
};

const GLOBAL_KEYS = [
  'scrape_interval',
  'scrape_timeout',
  'evaluation_interval',
  'rule_query_offset',
  'external_labels',
  'metric_name_validation_scheme',
  'metric_name_escaping_scheme',
  'extra_scrape_metrics',
  ...FORMAT_KEYS,
  ...LIMIT_KEYS,
];
const FAILURES = 'why a scrape failed stands on the Targets page; leave it out';
const GLOBAL_IDLE: Readonly<Record<string, string>> = {
  query_log_file: 'Nines writes no log of queries; leave it out',
  scrape_failure_log_file: FAILURES,
};

/**
 * Reads the `global` part; absent means all defaults. Variables of the environment are put into
 * external labels.
 */
export function readGlobal(
  value: YamlValue | undefined,
  readEnvironment: (name: string) => string = readVariable,
): GlobalConfig {
  if (value === undefined) return DEFAULT_GLOBAL;
  const fields = value.fields([...GLOBAL_KEYS, ...Object.keys(GLOBAL_IDLE)]);
  remarkIdle(fields, GLOBAL_IDLE);
  const base = DEFAULT_GLOBAL;
  const intervals = readIntervals(value, fields, base);
  const nameValidation = readWord(
    fields.find('metric_name_validation_scheme'),
    VALIDATIONS,
    base.nameValidation,
  );
  return {
    ...intervals,
    evaluationIntervalMs: readDuration(
      fields.find('evaluation_interval'),
      base.evaluationIntervalMs,
    ),
    ruleQueryOffsetMs: fields.find('rule_query_offset')?.durationMs() ?? 0,
    externalLabels: readExternalLabels(
      fields.find('external_labels'),
      nameValidation,
      readEnvironment,
    ),
    limits: readLimits(fields, NO_LIMITS),
    scrapeProtocols: readScrapeProtocols(fields.find('scrape_protocols')),
    histograms: readHistograms(fields, base.histograms),
    nameValidation,
    nameEscaping: readEscaping(fields),
    extraScrapeMetrics: readFlag(fields.find('extra_scrape_metrics'), base.extraScrapeMetrics),
  };
}

function readExternalLabels(
  value: YamlValue | undefined,
  validation: NameValidation,
  readEnvironment: (name: string) => string,
): Labels {
  const { names, values } = readLabels(value, validation);
  const expanded = values.map((text) =>
    expandVariables(text, readEnvironment, (name) => {
      value?.advise(`the environment has no variable ${quote(name)}, which external_labels name`);
    }),
  );
  // A label without a value is none.
  return createLabels(Object.fromEntries(names.map((name, i) => [name, expanded[i]])));
}

const SCRAPE_KEYS = [
  'job_name',
  'scrape_interval',
  'scrape_timeout',
  'scheme',
  'metrics_path',
  'params',
  'honor_labels',
  'honor_timestamps',
  'track_timestamps_staleness',
  'extra_scrape_metrics',
  'enable_compression',
  'metric_name_validation_scheme',
  'metric_name_escaping_scheme',
  ...FORMAT_KEYS,
  ...JOB_FORMAT_KEYS,
  'static_configs',
  'relabel_configs',
  'metric_relabel_configs',
  ...DISCOVERY_KEYS,
  ...LIMIT_KEYS,
  ...HTTP_CLIENT_KEYS,
];

/** Fields of a job that are read and have no effect here. */
const SCRAPE_IDLE: Readonly<Record<string, string>> = { scrape_failure_log_file: FAILURES };

/**
 * Reads lists of jobs, which may stand in several files; a job with a fault is still answered, so
 * that all faults are found.
 */
export function readScrapeConfigs(
  lists: readonly (YamlValue | undefined)[],
  global: GlobalConfig,
): ScrapeConfig[] {
  const configs: ScrapeConfig[] = [];
  const places = new Map<string, string>();
  for (const item of lists.flatMap((list) => list?.list() ?? [])) {
    if (item.kind === 'empty') {
      item.fault(`${item.path} is empty; want a job with at least job_name`);
      continue;
    }
    const config = readScrapeConfig(item, global);
    const first = places.get(config.jobName);
    const { file, line } = item.place;
    if (first !== undefined && config.jobName !== '') {
      item.fault(`job_name "${config.jobName}" stands twice, first in ${first}`);
    }
    places.set(config.jobName, first ?? `${file}:${line}`);
    configs.push(config);
  }
  return configs;
}

function readScrapeConfig(value: YamlValue, global: GlobalConfig): ScrapeConfig {
  const fields = value.fields([...SCRAPE_KEYS, ...Object.keys(SCRAPE_IDLE)]);
  remarkIdle(fields, SCRAPE_IDLE);
  const jobName = fields.find('job_name')?.string() ?? '';
  if (jobName === '')
    (fields.find('job_name') ?? value).fault(`${value.path}: job_name is missing`);
  const names = readNames(fields, global);
  const histograms = readHistograms(fields, global.histograms);
  const relabelConfigs = readRelabelConfigs(fields.find('relabel_configs'), names.nameValidation);
  return {
    jobName,
    ...readIntervals(value, fields, global),
    scheme: readWord(fields.find('scheme'), ['http', 'https'], 'http'),
    metricsPath: fields.find('metrics_path')?.string() ?? '/metrics',
    params: readParams(fields.find('params')),
    honorLabels: readFlag(fields.find('honor_labels'), false),
    honorTimestamps: readFlag(fields.find('honor_timestamps'), true),
    trackTimestampsStaleness: readFlag(fields.find('track_timestamps_staleness'), false),
    extraScrapeMetrics: readFlag(fields.find('extra_scrape_metrics'), global.extraScrapeMetrics),
    enableCompression: readFlag(fields.find('enable_compression'), true),
    scrapeProtocols:
      readScrapeProtocols(fields.find('scrape_protocols')) ??
      global.scrapeProtocols ??
      defaultProtocols(histograms),
    histograms,
    fallbackScrapeProtocol: readFallbackProtocol(fields.find('fallback_scrape_protocol')),
    ...names,
    limits: readLimits(fields, global.limits),
    http: readHttpClient(fields),
    staticConfigs: readStaticConfigs(fields.find('static_configs'), relabelConfigs.length === 0),
    discoveries: readDiscoveries(fields),
    relabelConfigs,
    metricRelabelConfigs: readRelabelConfigs(
      fields.find('metric_relabel_configs'),
      names.nameValidation,
    ),
  };
}

function remarkIdle(fields: YamlFields, idle: Readonly<Record<string, string>>): void {
  for (const [key, why] of Object.entries(idle)) {
    fields.find(key)?.remark(`${key} has no effect: ${why}`);
  }
}

interface Intervals {
  readonly scrapeIntervalMs: number;
  readonly scrapeTimeoutMs: number;
}

/** An explicit timeout must fit into the interval; an inherited one is cut to it. */
function readIntervals(value: YamlValue, fields: YamlFields, otherwise: Intervals): Intervals {
  const scrapeIntervalMs = readDuration(fields.find('scrape_interval'), otherwise.scrapeIntervalMs);
  const timeoutField = fields.find('scrape_timeout');
  const scrapeTimeoutMs = readDuration(
    timeoutField,
    Math.min(otherwise.scrapeTimeoutMs, scrapeIntervalMs),
  );
  if (scrapeTimeoutMs > scrapeIntervalMs) {
    const message = `scrape_timeout is greater than scrape_interval`;
    (timeoutField ?? value).fault(`${value.path}: ${message}`);
  }
  return { scrapeIntervalMs, scrapeTimeoutMs: Math.min(scrapeTimeoutMs, scrapeIntervalMs) };
}

function readEscaping(fields: YamlFields): NameEscaping | undefined {
  const field = fields.find('metric_name_escaping_scheme');
  return field === undefined ? undefined : readWord(field, ESCAPINGS, 'allow-utf-8');
}

/** What `global` says of escaping holds for a job that narrows its names, too, as in Prometheus. */
function readNames(
  fields: YamlFields,
  global: GlobalConfig,
): Pick<ScrapeConfig, 'nameValidation' | 'nameEscaping'> {
  const validationField = fields.find('metric_name_validation_scheme');
  const nameValidation = readWord(validationField, VALIDATIONS, global.nameValidation);
  const usual = global.nameValidation === 'legacy' ? 'underscores' : 'allow-utf-8';
  const nameEscaping = readEscaping(fields) ?? global.nameEscaping ?? usual;
  if (nameEscaping === 'allow-utf-8' && nameValidation === 'legacy') {
    const field = fields.find('metric_name_escaping_scheme') ?? validationField;
    field?.fault(
      'allow-utf-8 names are asked for, but the validation scheme is legacy; set metric_name_escaping_scheme: underscores',
    );
  }
  return { nameValidation, nameEscaping };
}

function readParams(value: YamlValue | undefined): ScrapeConfig['params'] {
  return (value?.entries() ?? []).map((entry) => ({
    name: entry.key.string(),
    values: readStrings(entry.value),
  }));
}

/** Reads groups of targets; rules may turn any text into an address, so `isChecked` without them. */
export function readStaticConfigs(
  value: YamlValue | undefined,
  isChecked: boolean,
): readonly TargetGroup[] {
  let targetCount = 0;
  const groups: TargetGroup[] = [];
  for (const [index, item] of (value?.list() ?? []).entries()) {
    const fields = item.fields(['targets', 'labels']);
    const addresses = (fields.find('targets')?.list() ?? []).map((target) => {
      const address = target.string();
      const mistake = isChecked ? findAddressMistake(address) : undefined;
      if (mistake !== undefined) target.fault(mistake);
      return address;
    });
    targetCount += addresses.length;
    groups.push({
      source: String(index),
      targets: addresses.map(addressLabels),
      labels: readLabels(fields.find('labels'), 'utf8'),
    });
  }
  if (targetCount > TARGETS_PER_JOB_MAX) {
    value?.fault(`${targetCount} targets in one job; at most ${TARGETS_PER_JOB_MAX} are allowed`);
  }
  return groups;
}
