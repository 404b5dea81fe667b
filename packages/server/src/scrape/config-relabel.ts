/** Reads relabelling rules, with Prometheus' checks of what goes with which action. */
import { errorMessage, readStrings, type YamlFields, type YamlValue } from '../platform/index.ts';
import { hasVariable } from '../series/index.ts';
import { RELABEL_REGEX_CHARS_MAX } from './limits.ts';
import { isValidLabelName, type NameValidation } from './name-validation.ts';
import {
  compileRelabelRules,
  DEFAULT_RELABEL_CONFIG,
  RELABEL_ACTIONS,
  type RelabelAction,
  type RelabelConfig,
} from './relabel.ts';

const KEYS = [
  'source_labels',
  'separator',
  'regex',
  'modulus',
  'target_label',
  'replacement',
  'action',
];

/** Reads a list of rules; the faults name the place of each mistake. */
export function readRelabelConfigs(
  value: YamlValue | undefined,
  nameValidation: NameValidation,
): readonly RelabelConfig[] {
  const configs: RelabelConfig[] = [];
  for (const item of value?.list() ?? []) {
    if (item.kind === 'empty') item.fault(`${item.path} is empty; want a relabelling rule`);
    else configs.push(readRelabelConfig(item, nameValidation));
  }
  return configs;
}

function readRelabelConfig(value: YamlValue, nameValidation: NameValidation): RelabelConfig {
  const fields = value.fields(KEYS);
  const config: RelabelConfig = {
    action: readAction(value, fields),
    sourceLabels: readStrings(fields.find('source_labels')),
    separator: fields.find('separator')?.string() ?? DEFAULT_RELABEL_CONFIG.separator,
    regex: readRegex(value, fields),
    modulus: readModulus(fields.find('modulus')),
    targetLabel: fields.find('target_label')?.string() ?? '',
    replacement: fields.find('replacement')?.string() ?? DEFAULT_RELABEL_CONFIG.replacement,
    nameValidation,
  };
  const hasRegex = fields.find('regex') !== undefined;
  for (const { key, message } of findMistakes(config, hasRegex)) {
    (fields.find(key) ?? value).fault(`${value.path}: ${message}`);
  }
  return config;
}

function readAction(value: YamlValue, fields: YamlFields): RelabelAction {
  const field = fields.find('action');
  if (field === undefined) {
    const isEmpty = value.entries().some((entry) => entry.key.string() === 'action');
    if (isEmpty) value.fault(`${value.path}: action is empty; leave it out or name one`);
    return DEFAULT_RELABEL_CONFIG.action;
  }
  const name = field.string();
  const action = RELABEL_ACTIONS.find((known) => known === name.toLowerCase());
  if (action === undefined) {
    const known = RELABEL_ACTIONS.join(', ');
    field.fault(`${value.path}: unknown relabel action "${name}"; known are ${known}`);
  }
  return action ?? DEFAULT_RELABEL_CONFIG.action;
}

/** A `regex:` with nothing behind it means the empty expression, not the default one. */
function readRegex(value: YamlValue, fields: YamlFields): string {
  const field = fields.find('regex');
  if (field === undefined) {
    const isEmpty = value.entries().some((entry) => entry.key.string() === 'regex');
    return isEmpty ? '' : DEFAULT_RELABEL_CONFIG.regex;
  }
  const regex = field.string();
  if (regex.length > RELABEL_REGEX_CHARS_MAX) {
    field.fault(`${field.path} is longer than ${RELABEL_REGEX_CHARS_MAX} characters`);
    return DEFAULT_RELABEL_CONFIG.regex;
  }
  try {
    compileRelabelRules([{ ...DEFAULT_RELABEL_CONFIG, regex }]);
    return regex;
  } catch (error) {
    field.fault(`${field.path}: ${errorMessage(error)}`);
    return DEFAULT_RELABEL_CONFIG.regex;
  }
}

function readModulus(value: YamlValue | undefined): number {
  if (value === undefined) return 0;
  const modulus = value.number();
  if (Number.isSafeInteger(modulus) && modulus >= 0) return modulus;
  value.fault(`${value.path} must be a whole number from 1 to ${Number.MAX_SAFE_INTEGER}`);
  return 1;
}

interface Mistake {
  /** The field to point at. */
  readonly key: string;
  readonly message: string;
}

const NEEDS_TARGET: readonly RelabelAction[] = [
  'replace',
  'hashmod',
  'lowercase',
  'uppercase',
  'keepequal',
  'dropequal',
];
const NEEDS_NO_REPLACEMENT: readonly RelabelAction[] = [
  'lowercase',
  'uppercase',
  'keepequal',
  'dropequal',
];

function* findMistakes(config: RelabelConfig, hasRegex: boolean): Generator<Mistake> {
  const { action } = config;
  if (action === 'hashmod' && config.modulus === 0) {
    const message = 'relabel configuration for hashmod requires non-zero modulus';
    yield { key: 'modulus', message };
  }
  if (NEEDS_TARGET.includes(action)) yield* findTargetMistakes(config);
  if (NEEDS_NO_REPLACEMENT.includes(action)) {
    if (config.replacement !== DEFAULT_RELABEL_CONFIG.replacement) {
      yield { key: 'replacement', message: `'replacement' can not be set for ${action} action` };
    }
  }
  if (action === 'labelmap' && !isTemplateName(config.replacement, config.nameValidation)) {
    const message = `"${config.replacement}" is invalid 'replacement' for labelmap action`;
    yield { key: 'replacement', message };
  }
  yield* findSurplus(config, hasRegex);
}

function* findTargetMistakes({
  action,
  targetLabel,
  nameValidation,
}: RelabelConfig): Generator<Mistake> {
  if (targetLabel === '') {
    const message = `relabel configuration for ${action} action requires 'target_label' value`;
    yield { key: 'target_label', message };
    return;
  }
  const isTemplate = action === 'replace' && hasVariable(targetLabel);
  const isValid = isTemplate
    ? isTemplateName(targetLabel, nameValidation)
    : isValidLabelName(targetLabel, nameValidation);
  if (!isValid) {
    const message = `"${targetLabel}" is invalid 'target_label' for ${action} action`;
    yield { key: 'target_label', message };
  }
}

function* findSurplus(config: RelabelConfig, hasRegex: boolean): Generator<Mistake> {
  const { action } = config;
  const surplus: string[] = [];
  if (config.modulus !== 0) surplus.push('modulus');
  if (config.separator !== DEFAULT_RELABEL_CONFIG.separator) surplus.push('separator');
  if (config.replacement !== DEFAULT_RELABEL_CONFIG.replacement) surplus.push('replacement');
  if (action === 'keepequal' || action === 'dropequal') {
    if (hasRegex) surplus.push('regex');
    const message = `${action} action requires only 'source_labels' and 'target_label', and no other fields`;
    for (const key of surplus) yield { key, message };
  }
  if (action === 'labeldrop' || action === 'labelkeep') {
    if (config.sourceLabels.length > 0) surplus.push('source_labels');
    if (config.targetLabel !== '') surplus.push('target_label');
    const message = `${action} action requires only 'regex', and no other fields`;
    for (const key of surplus) yield { key, message };
  }
}

/** A name that may hold `$1` and `${name}` between the characters of a plain one. */
const LEGACY_TEMPLATE = /^(?:[a-zA-Z_]|\$(?:\{\w+\}|\w+))(?:\w|\$(?:\{\w+\}|\w+))*$/;

function isTemplateName(text: string, validation: NameValidation): boolean {
  return validation === 'legacy' ? LEGACY_TEMPLATE.test(text) : isValidLabelName(text, validation);
}
