/** Readers for the values that only the scrape configuration has: labels and bounds. */
import { readCount, readSize, type YamlFields, type YamlValue } from '../platform/index.ts';
import { createLabelsFromPairs, type Labels } from '../series/index.ts';
import type { ScrapeLimits } from './config.ts';
import { isValidLabelName, type NameValidation } from './name-validation.ts';

/** A map of labels; each name that is not allowed is a fault. */
export function readLabels(value: YamlValue | undefined, validation: NameValidation): Labels {
  const pairs = new Map<string, string>();
  for (const entry of value?.entries() ?? []) {
    const name = entry.key.string();
    if (!isValidLabelName(name, validation)) {
      entry.key.fault(`"${name}" is not a valid label name`);
    } else if (pairs.has(name)) {
      entry.key.fault(`label "${name}" stands twice`);
    } else {
      pairs.set(name, entry.value.string());
    }
  }
  return createLabelsFromPairs(pairs);
}

/** The keys of the bounds, which stand in `global` and in each job alike. */
export const LIMIT_KEYS: readonly string[] = [
  'body_size_limit',
  'sample_limit',
  'target_limit',
  'label_limit',
  'label_name_length_limit',
  'label_value_length_limit',
  'keep_dropped_targets',
];

/** The bounds; 0 in a job means what `global` says, as in Prometheus. */
export function readLimits(fields: YamlFields, otherwise: ScrapeLimits): ScrapeLimits {
  const count = (key: string, general: number): number => readCount(fields.find(key), 0) || general;
  return {
    bodySizeBytes: readSize(fields.find('body_size_limit'), 0) || otherwise.bodySizeBytes,
    sampleCount: count('sample_limit', otherwise.sampleCount),
    targetCount: count('target_limit', otherwise.targetCount),
    labelCount: count('label_limit', otherwise.labelCount),
    labelNameBytes: count('label_name_length_limit', otherwise.labelNameBytes),
    labelValueBytes: count('label_value_length_limit', otherwise.labelValueBytes),
    keptDroppedTargetCount: count('keep_dropped_targets', otherwise.keptDroppedTargetCount),
  };
}
