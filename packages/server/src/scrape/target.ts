/** From a discovered address to a target: its labels after relabelling, its URL, its identity. */
import { createHash } from 'node:crypto';
import { errorMessage, formatDuration, parseDuration } from '../platform/index.ts';
import { filterLabels, type Labels, labelPairs, labelsKey, labelValue } from '../series/index.ts';
import type { ScrapeConfig, TargetGroup } from './config.ts';
import { LabelBuilder } from './label-builder.ts';
import { type RelabelRule, relabelInPlace } from './relabel.ts';
import { DISABLE_SHARDING, findOwners, type ShardConfig } from './shard.ts';

const ADDRESS = '__address__';
const SCHEME = '__scheme__';
const PATH = '__metrics_path__';
const INTERVAL = '__scrape_interval__';
const TIMEOUT = '__scrape_timeout__';
const PARAM_PREFIX = '__param_';
const META_PREFIX = '__meta_';

/** An endpoint to scrape. */
export interface Target {
  readonly jobName: string;
  readonly url: string;
  /** What it was before relabelling, for people to look at. */
  readonly discoveredLabels: Labels;
  /** What its series carry. */
  readonly labels: Labels;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /**
   * Equal for the same endpoint with the same labels, across reloads and restarts. Prometheus
   * counts the hidden labels in, its interval among them, and so takes a target whose pace
   * changes for another one.
   */
  readonly identity: string;
  /** The members of the scrape layer that scrape it, us among them; none: nothing is shared out. */
  readonly owners: readonly string[];
}

/** What became of one discovered address. */
export type TargetOutcome =
  | { readonly kind: 'target'; readonly target: Target }
  | { readonly kind: 'dropped'; readonly discoveredLabels: Labels }
  /** Other members of the scrape layer scrape it. */
  | { readonly kind: 'left'; readonly identity: string; readonly owners: readonly string[] }
  | { readonly kind: 'refused'; readonly discoveredLabels: Labels; readonly reason: string };

/** What decides on targets beside the job itself. */
export interface TargetMapping {
  /** Those of the job, compiled. */
  readonly rules: readonly RelabelRule[];
  /** Undefined: all targets are ours. */
  readonly shard: ShardConfig | undefined;
}

/** Says what is wrong with an address, or undefined. */
export function findAddressMistake(address: string): string | undefined {
  if (address.includes('/')) {
    return `"${address}" is not a valid target; want host:port, with the rest in scheme and metrics_path`;
  }
  if (!URL.canParse(`http://${address}`)) {
    return `"${address}" is not a valid target; want host:port`;
  }
  return undefined;
}

/** A target that is known by its address only. */
export function addressLabels(address: string): Labels {
  return { names: [ADDRESS], values: [address] };
}

/** The labels that a discovered target starts with, before any rule. */
export function discoverLabels(config: ScrapeConfig, own: Labels, groupLabels: Labels): Labels {
  const builder = new LabelBuilder(groupLabels);
  for (const [name, value] of labelPairs(own)) builder.set(name, value);
  const setDefault = (name: string, value: string): void => {
    if (builder.get(name) === '') builder.set(name, value);
  };
  setDefault('job', config.jobName);
  setDefault(INTERVAL, formatDuration(config.scrapeIntervalMs));
  setDefault(TIMEOUT, formatDuration(config.scrapeTimeoutMs));
  setDefault(PATH, config.metricsPath);
  setDefault(SCHEME, config.scheme);
  for (const { name, values } of config.params) {
    if (values.length > 0) setDefault(PARAM_PREFIX + name, values[0]);
  }
  return builder.labels();
}

/** Makes a target of discovered labels, or says why there is none. */
export function populateLabels(
  config: ScrapeConfig,
  { rules, shard }: TargetMapping,
  discoveredLabels: Labels,
): TargetOutcome {
  const builder = new LabelBuilder(discoveredLabels);
  if (!relabelInPlace(builder, rules)) return { kind: 'dropped', discoveredLabels };
  const refused = (reason: string): TargetOutcome => ({
    kind: 'refused',
    discoveredLabels,
    reason,
  });
  const address = builder.get(ADDRESS);
  if (address === '') return refused('no address');
  const mistake = findAddressMistake(address) ?? findSchemeMistake(builder.get(SCHEME));
  if (mistake !== undefined) return refused(mistake);
  const times = readTimes(builder);
  if (typeof times === 'string') return refused(times);
  for (const name of builder.names()) if (name.startsWith(META_PREFIX)) builder.delete(name);
  if (builder.get('instance') === '') builder.set('instance', address);
  const all = builder.labels();
  const url = targetUrl(config, all);
  const labels = filterLabels(all, (name) => !name.startsWith('__'));
  const identity = createHash('md5').update(labelsKey(labels)).update(url).digest('hex');
  const { jobName } = config;
  const owners = listOwners(shard, identity, builder.get(DISABLE_SHARDING) !== '');
  if (shard !== undefined && !owners.includes(shard.name))
    return { kind: 'left', identity, owners };
  return {
    kind: 'target',
    target: { jobName, url, discoveredLabels, labels, ...times, identity, owners },
  };
}

function listOwners(
  shard: ShardConfig | undefined,
  identity: string,
  isForAll: boolean,
): readonly string[] {
  if (shard === undefined) return [];
  return isForAll ? shard.members : findOwners(shard, identity);
}

/** Makes targets of all that a group holds. */
export function* populateGroup(
  config: ScrapeConfig,
  mapping: TargetMapping,
  group: TargetGroup,
): Generator<TargetOutcome> {
  for (const own of group.targets) {
    yield populateLabels(config, mapping, discoverLabels(config, own, group.labels));
  }
}

function findSchemeMistake(scheme: string): string | undefined {
  return scheme === 'http' || scheme === 'https'
    ? undefined
    : `unsupported scheme "${scheme}"; want http or https`;
}

function readTimes(builder: LabelBuilder): Pick<Target, 'intervalMs' | 'timeoutMs'> | string {
  const interval = builder.get(INTERVAL);
  const timeout = builder.get(TIMEOUT);
  try {
    const intervalMs = parseDuration(interval);
    const timeoutMs = parseDuration(timeout);
    if (intervalMs === 0) return 'scrape interval cannot be 0';
    if (timeoutMs === 0) return 'scrape timeout cannot be 0';
    if (timeoutMs > intervalMs) {
      return `scrape timeout cannot be greater than scrape interval ("${timeout}" > "${interval}")`;
    }
    return { intervalMs, timeoutMs };
  } catch (error) {
    return `cannot read the target's scrape interval or timeout: ${errorMessage(error)}`;
  }
}

/** The address with all parameters: those of the job, the first of each as relabelled. */
function targetUrl(config: ScrapeConfig, labels: Labels): string {
  const params = new Map(config.params.map(({ name, values }) => [name, [...values]]));
  for (const [name, value] of labelPairs(labels)) {
    if (!name.startsWith(PARAM_PREFIX)) continue;
    const key = name.slice(PARAM_PREFIX.length);
    params.set(key, [value, ...(params.get(key) ?? []).slice(1)]);
  }
  const scheme = labelValue(labels, SCHEME);
  const address = labelValue(labels, ADDRESS);
  const url = new URL(`${scheme}://${address}`);
  url.pathname = labelValue(labels, PATH);
  // Sorted by name, as Prometheus' addresses are, so that both show the same one.
  for (const key of [...params.keys()].sort()) {
    for (const value of params.get(key) ?? []) url.searchParams.append(key, value);
  }
  // URL leaves out a port that is the scheme's default; people look for what they configured.
  return `${scheme}://${address}${url.pathname}${url.search}`;
}
