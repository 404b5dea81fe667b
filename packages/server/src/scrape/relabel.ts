/**
 * Relabelling: rules that rewrite or drop a set of labels before it becomes a target or a series.
 *
 * The eleven actions and their corner cases are those of Prometheus (model/relabel, 3.x): rules
 * run in order, the first that drops ends the run, and an absent label reads as ''.
 */
import { createHash } from 'node:crypto';
import { compileCapturing, expandTemplate, type Labels, type RegexMatch } from '../series/index.ts';
import { LabelBuilder } from './label-builder.ts';
import { isValidLabelName, type NameValidation } from './name-validation.ts';

export type RelabelAction =
  | 'replace'
  | 'keep'
  | 'drop'
  | 'keepequal'
  | 'dropequal'
  | 'hashmod'
  | 'labelmap'
  | 'labeldrop'
  | 'labelkeep'
  | 'lowercase'
  | 'uppercase';

export const RELABEL_ACTIONS: readonly RelabelAction[] = [
  'replace',
  'keep',
  'drop',
  'keepequal',
  'dropequal',
  'hashmod',
  'labelmap',
  'labeldrop',
  'labelkeep',
  'lowercase',
  'uppercase',
];

/** One rule as configured, defaults filled in. */
export interface RelabelConfig {
  readonly action: RelabelAction;
  readonly sourceLabels: readonly string[];
  readonly separator: string;
  readonly regex: string;
  /** 0 where the action needs none. */
  readonly modulus: number;
  readonly targetLabel: string;
  readonly replacement: string;
  readonly nameValidation: NameValidation;
}

/** What a rule is where the configuration says nothing. */
export const DEFAULT_RELABEL_CONFIG: RelabelConfig = {
  action: 'replace',
  sourceLabels: [],
  separator: ';',
  regex: '(.*)',
  modulus: 0,
  targetLabel: '',
  replacement: '$1',
  nameValidation: 'utf8',
};

/** A rule that is ready to run. */
export interface RelabelRule extends RelabelConfig {
  /** The groups of a full match of the text, the whole first; undefined where it does not match. */
  match(text: string): RegexMatch | undefined;
}

/** Gets rules ready; a bad expression throws the regex engine's error. */
export function compileRelabelRules(configs: readonly RelabelConfig[]): readonly RelabelRule[] {
  return configs.map((config) => ({ ...config, match: compileMatch(config.regex) }));
}

const NO_NAMES: ReadonlyMap<string, number> = new Map();

/** Most rules in the field leave the expression at its default, which needs no engine. */
function compileMatch(pattern: string): RelabelRule['match'] {
  if (pattern === DEFAULT_RELABEL_CONFIG.regex) {
    return (text) => ({ groups: [text, text], names: NO_NAMES });
  }
  const engine = compileCapturing(pattern);
  const names = new Map(Object.entries(engine.namedGroups()));
  const groupCount = engine.groupCount();
  return (text) => {
    const matcher = engine.matcher(text);
    if (!matcher.find()) return undefined;
    const groups: string[] = [];
    for (let i = 0; i <= groupCount; i++) groups.push(matcher.group(i) ?? '');
    return { groups, names };
  };
}

/** Runs the rules over a set of labels; undefined means that a rule dropped it. */
export function relabel(labels: Labels, rules: readonly RelabelRule[]): Labels | undefined {
  if (rules.length === 0) return labels;
  const builder = new LabelBuilder(labels);
  return relabelInPlace(builder, rules) ? builder.labels() : undefined;
}

/** Runs the rules over a builder; false means that a rule dropped it. */
export function relabelInPlace(builder: LabelBuilder, rules: readonly RelabelRule[]): boolean {
  return rules.every((rule) => applyRule(builder, rule));
}

function applyRule(builder: LabelBuilder, rule: RelabelRule): boolean {
  const text = rule.sourceLabels.map((name) => builder.get(name)).join(rule.separator);
  switch (rule.action) {
    case 'keep':
      return rule.match(text) !== undefined;
    case 'drop':
      return rule.match(text) === undefined;
    case 'keepequal':
      return builder.get(rule.targetLabel) === text;
    case 'dropequal':
      return builder.get(rule.targetLabel) !== text;
    case 'replace':
      replaceLabel(builder, rule, text);
      return true;
    case 'lowercase':
      builder.set(
        rule.targetLabel,
        changeCase(text, (part) => part.toLowerCase()),
      );
      return true;
    case 'uppercase':
      builder.set(
        rule.targetLabel,
        changeCase(text, (part) => part.toUpperCase()),
      );
      return true;
    case 'hashmod':
      builder.set(rule.targetLabel, String(hashModulus(text, rule.modulus)));
      return true;
    case 'labelmap':
      mapLabels(builder, rule);
      return true;
    case 'labeldrop':
      dropLabels(builder, (name) => rule.match(name) !== undefined);
      return true;
    case 'labelkeep':
      dropLabels(builder, (name) => rule.match(name) === undefined);
      return true;
  }
}

function replaceLabel(builder: LabelBuilder, rule: RelabelRule, text: string): void {
  const match = rule.match(text);
  if (match === undefined) return;
  const target = expandTemplate(rule.targetLabel, match);
  if (!isValidLabelName(target, rule.nameValidation)) return;
  builder.set(target, expandTemplate(rule.replacement, match));
}

function mapLabels(builder: LabelBuilder, rule: RelabelRule): void {
  // Values are read before the first is written: a rule does not see its own results.
  const pairs = builder.names().map((name) => [name, builder.get(name)] as const);
  for (const [name, value] of pairs) {
    const match = rule.match(name);
    if (match !== undefined) builder.set(expandTemplate(rule.replacement, match), value);
  }
}

function dropLabels(builder: LabelBuilder, isDropped: (name: string) => boolean): void {
  for (const name of builder.names()) if (isDropped(name)) builder.delete(name);
}

/**
 * Go changes each character by itself and leaves one that has no single counterpart, `ß` say, as
 * it is, where JavaScript writes `SS`.
 */
function changeCase(text: string, change: (part: string) => string): string {
  const changed = change(text);
  if (changed.length === text.length) return changed;
  return Array.from(text, (char) => {
    const other = change(char);
    return other.length === char.length ? other : char;
  }).join('');
}

/** The last 8 bytes of the MD5 as a big-endian number: shards must agree with Prometheus'. */
function hashModulus(text: string, modulus: number): number {
  const digest = createHash('md5').update(text, 'utf8').digest();
  return Number(digest.readBigUInt64BE(8) % BigInt(modulus));
}
