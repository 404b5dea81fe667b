/**
 * From the labels that a target exposes to those that the store keeps: the target's own labels are
 * added, metric relabelling runs, and the configured bounds are checked.
 */
import { invalid, limitExceeded } from '../platform/index.ts';
import {
  formatSeries,
  type Labels,
  labelPairs,
  labelValue,
  METRIC_NAME,
  mergeLabels,
} from '../series/index.ts';
import type { ScrapeLimits } from './config.ts';
import { LabelBuilder } from './label-builder.ts';
import { isValidLabelName, isValidMetricName, type NameValidation } from './name-validation.ts';
import { type RelabelRule, relabelInPlace } from './relabel.ts';

/** Labels of a series as the store shall have them; undefined drops it. */
export type MapLabels = (exposed: Labels) => Labels | undefined;

const EXPORTED = 'exported_';
/** Characters of a name or value that an error message quotes, as Prometheus cuts them. */
const QUOTED_MAX = 50;

export interface SampleLabelRules {
  readonly targetLabels: Labels;
  /** Whether the exposed label wins where target and exposition both have one. */
  readonly honorLabels: boolean;
  readonly rules: readonly RelabelRule[];
  readonly limits: ScrapeLimits;
  readonly nameValidation: NameValidation;
}

/** Builds the mapping for the series of one target. It throws when a bound is broken. */
export function createSampleLabels(options: SampleLabelRules): MapLabels {
  return (exposed) => {
    const labels = addTargetLabels(exposed, options);
    if (labels === undefined || labels.names.length === 0) return undefined;
    checkNames(labels, options.nameValidation);
    checkLimits(labels, options.limits);
    return labels;
  };
}

function addTargetLabels(exposed: Labels, options: SampleLabelRules): Labels | undefined {
  const { rules, targetLabels } = options;
  const merged = rules.length === 0 ? mergeDisjoint(exposed, targetLabels) : undefined;
  if (merged !== undefined) return merged;
  const builder = new LabelBuilder(exposed);
  if (options.honorLabels) addMissing(builder, targetLabels);
  else addRenaming(builder, targetLabels);
  return relabelInPlace(builder, rules) ? builder.labels() : undefined;
}

/** Both sets in one walk, as nearly all series need it; undefined where they share a name. */
function mergeDisjoint(a: Labels, b: Labels): Labels | undefined {
  const names: string[] = [];
  const values: string[] = [];
  let i = 0;
  let j = 0;
  while (i < a.names.length || j < b.names.length) {
    if (i < a.names.length && a.names[i] === b.names[j]) return undefined;
    const isFirst = j >= b.names.length || a.names[i] < b.names[j];
    names.push(isFirst ? a.names[i] : b.names[j]);
    values.push(isFirst ? a.values[i++] : b.values[j++]);
  }
  return { names, values };
}

/** Labels of the series that a scrape makes about itself: the target's labels always win. */
export function reportLabels(metricName: string, targetLabels: Labels): Labels {
  return mergeLabels({ names: [METRIC_NAME], values: [metricName] }, targetLabels);
}

function addMissing(builder: LabelBuilder, targetLabels: Labels): void {
  for (const [name, value] of labelPairs(targetLabels)) {
    if (builder.get(name) === '') builder.set(name, value);
  }
}

/** The target's labels win; what they displace goes on under `exported_`, repeated if need be. */
function addRenaming(builder: LabelBuilder, targetLabels: Labels): void {
  const displaced: [string, string][] = [];
  for (const [name, value] of labelPairs(targetLabels)) {
    const exposed = builder.get(name);
    if (exposed !== '') displaced.push([name, exposed]);
    builder.set(name, value);
  }
  // Short names first, so that `exported_a` does not take the place that `a` needs.
  displaced.sort(([a], [b]) => a.length - b.length);
  for (const [name, value] of displaced) {
    let renamed = EXPORTED + name;
    while (builder.get(renamed) !== '') renamed = EXPORTED + renamed;
    builder.set(renamed, value);
  }
}

function checkNames(labels: Labels, validation: NameValidation): void {
  const metric = labelValue(labels, METRIC_NAME);
  if (metric === '') {
    throw invalid('SCRAPE_NAME_INVALID', 'missing metric name (__name__ label)');
  }
  const isValid =
    isValidMetricName(metric, validation) &&
    labels.names.every((name) => name === METRIC_NAME || isValidLabelName(name, validation));
  if (isValid) return;
  const message = `invalid metric name or label names: ${formatSeries(labels)}`;
  throw invalid('SCRAPE_NAME_INVALID', message);
}

function checkLimits(labels: Labels, limits: ScrapeLimits): void {
  const metric = labelValue(labels, METRIC_NAME).slice(0, QUOTED_MAX);
  const count = labels.names.length;
  if (limits.labelCount > 0 && count > limits.labelCount) {
    throw overLimit(
      `label_limit exceeded (metric: ${metric}, number of labels: ${count}, limit: ${limits.labelCount})`,
    );
  }
  if (limits.labelNameBytes === 0 && limits.labelValueBytes === 0) return;
  for (const [name, value] of labelPairs(labels)) {
    const where = `metric: ${metric}, label name: ${name.slice(0, QUOTED_MAX)}`;
    const nameBytes = Buffer.byteLength(name);
    if (limits.labelNameBytes > 0 && nameBytes > limits.labelNameBytes) {
      throw overLimit(
        `label_name_length_limit exceeded (${where}, length: ${nameBytes}, limit: ${limits.labelNameBytes})`,
      );
    }
    const valueBytes = Buffer.byteLength(value);
    if (limits.labelValueBytes > 0 && valueBytes > limits.labelValueBytes) {
      throw overLimit(
        `label_value_length_limit exceeded (${where}, length: ${valueBytes}, limit: ${limits.labelValueBytes})`,
      );
    }
  }
}

function overLimit(message: string): Error {
  return limitExceeded('SCRAPE_LABEL_LIMIT', message);
}
