/** Reads lists of groups of targets: what files and HTTP answers of discovery hold. */
import { formatFault, invalid, readYaml, type YamlValue } from '../../platform/index.ts';
import { createLabelsFromPairs, type Labels } from '../../series/index.ts';
import type { TargetGroup } from '../config.ts';
import { isValidLabelName } from '../name-validation.ts';
import { addressLabels } from '../target.ts';
import { GROUPS_MAX, TARGETS_MAX } from './limits.ts';

export interface ReadGroupsOptions {
  /** Where they come from, for their sources and messages. */
  readonly source: string;
  /** Labels that each group gets besides its own. */
  readonly labels: readonly (readonly [string, string])[];
}

/** Reads JSON; throws with the place of the first mistake. */
export function readJsonGroups(text: string, options: ReadGroupsOptions): readonly TargetGroup[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw broken(options, 'not valid JSON', cause);
  }
  if (!Array.isArray(value)) throw broken(options, 'want a list of groups');
  checkCount(value.length, options);
  const groups = value.map((item: unknown, i): TargetGroup => {
    const place = `group ${i}`;
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      throw broken(options, `${place} is not a map with targets and labels`);
    }
    const fields = new Map<string, unknown>(Object.entries(item));
    const unknown = [...fields.keys()].find((key) => key !== 'targets' && key !== 'labels');
    if (unknown !== undefined) throw broken(options, `${place} has an unknown field "${unknown}"`);
    const addresses = readTexts(fields.get('targets'), `${place}, targets`, options);
    return createGroup(i, addresses, {
      ...options,
      own: readPairs(fields.get('labels'), place, options),
    });
  });
  checkTargets(groups, options);
  return groups;
}

/** Reads YAML, which JSON is too; throws with line and column of all mistakes. */
export function readYamlGroups(text: string, options: ReadGroupsOptions): readonly TargetGroup[] {
  const { root, faults } = readYaml({ text, file: options.source });
  const items = root.list();
  checkCount(items.length, options);
  const groups = items.map((item, i) => {
    if (item.kind === 'empty') item.fault('a group is empty; want targets and labels');
    const fields = item.fields(['targets', 'labels']);
    const addresses = (fields.find('targets')?.list() ?? []).map((one) => one.string());
    const own = (fields.find('labels')?.entries() ?? []).map(({ key, value }) => {
      const name = key.string();
      if (!isValidLabelName(name, 'utf8')) key.fault(`"${name}" is not a valid label name`);
      return [name, readValue(value)] as const;
    });
    return createGroup(i, addresses, { ...options, own });
  });
  if (faults.length > 0) {
    throw invalid('SCRAPE_DISCOVERY', faults.slice(0, 3).map(formatFault).join('; '));
  }
  checkTargets(groups, options);
  return groups;
}

function readValue(value: YamlValue): string {
  return value.kind === 'empty' ? '' : value.string();
}

function createGroup(
  index: number,
  addresses: readonly string[],
  options: ReadGroupsOptions & { readonly own: Iterable<readonly [string, string]> },
): TargetGroup {
  const labels: Labels = createLabelsFromPairs([...options.own, ...options.labels]);
  return { source: `${options.source}:${index}`, targets: addresses.map(addressLabels), labels };
}

function readTexts(value: unknown, place: string, options: ReadGroupsOptions): readonly string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw broken(options, `${place}: want a list of texts`);
  return value.map((item: unknown) => {
    if (typeof item === 'string') return item;
    throw broken(options, `${place}: want a list of texts`);
  });
}

function readPairs(
  value: unknown,
  place: string,
  options: ReadGroupsOptions,
): readonly (readonly [string, string])[] {
  if (value === undefined || value === null) return [];
  if (typeof value !== 'object') throw broken(options, `${place}: labels must be a map of texts`);
  return Object.entries(value).map(([name, text]: [string, unknown]) => {
    if (!isValidLabelName(name, 'utf8')) {
      throw broken(options, `${place}: "${name}" is not a valid label name`);
    }
    if (typeof text === 'string') return [name, text] as const;
    throw broken(options, `${place}: label "${name}" must be a text`);
  });
}

function checkCount(count: number, options: ReadGroupsOptions): void {
  if (count <= GROUPS_MAX) return;
  throw broken(options, `${count} groups; at most ${GROUPS_MAX} are read`);
}

function checkTargets(groups: readonly TargetGroup[], options: ReadGroupsOptions): void {
  const count = groups.reduce((sum, { targets }) => sum + targets.length, 0);
  if (count > TARGETS_MAX)
    throw broken(options, `${count} targets; at most ${TARGETS_MAX} are read`);
}

function broken({ source }: ReadGroupsOptions, why: string, cause?: unknown): Error {
  const detail = cause instanceof Error ? `${why} (${cause.message})` : why;
  return invalid('SCRAPE_DISCOVERY', `cannot read the targets of ${source}: ${detail}`, { cause });
}
