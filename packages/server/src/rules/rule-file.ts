/**
 * Reads Prometheus rule files: what Prometheus refuses is refused, and every fault is named with
 * its place, those inside an expression or a template with their place inside it.
 */
import {
  errorMessage,
  type Fault,
  readYaml,
  type YamlFields,
  type YamlValue,
} from '../platform/index.ts';
import { isPlainLabelName, isPlainMetricName, METRIC_NAME, quote } from '../series/index.ts';
import { compileAlertText, TEMPLATE_PRELUDE } from './alert-template.ts';
import type { CheckExpression } from './engine.ts';
import type { Rule, RuleGroup, TextPairs } from './rule.ts';
import { PROBATION_ANNOTATION, readProbation } from './probation.ts';
import { placeInScalar } from './scalar-place.ts';
import { TemplateSyntaxError } from '../template/index.ts';
import { mergePairs, type PairValue, readPairs } from './text-pairs.ts';

/** What rules may say. */
export interface RuleFormat {
  readonly checkExpression: CheckExpression;
  /** Which names are good: any text (default), or letters, digits and `_` as before UTF-8. */
  readonly nameValidation?: 'utf8' | 'legacy' | undefined;
  /** Why groups may have no labels; where it is not given, they may. */
  readonly groupLabelsFault?: string | undefined;
  /** Functions that templates may not call, though we know them. */
  readonly absentFunctions?: ReadonlySet<string>;
}

export interface RuleFileOptions extends RuleFormat {
  readonly text: string;
  /** The file's name as people know it; groups are told apart by it. */
  readonly file: string;
  /** Whether fields that no rule file has are left alone, as where people add their own. */
  readonly ignoresUnknownFields?: boolean;
}

/** Reads a rule file; where there are faults the groups must not be used. */
export function readRuleFile(options: RuleFileOptions): {
  readonly groups: readonly RuleGroup[];
  readonly faults: readonly Fault[];
  /** The document, for reports on each of its fields. */
  readonly root: YamlValue;
} {
  const { root, faults } = readYaml({ text: options.text, file: options.file });
  const context: Context = { options, faults };
  const seen = new Set<string>();
  const fields = knownFields(context, root, ['groups']);
  const groups = (fields.find('groups')?.list() ?? []).map((value) => {
    const group = readGroup(context, value);
    if (seen.has(group.name)) {
      value.fault(`groupname: ${quote(group.name)} is repeated in the same file`);
    }
    seen.add(group.name);
    return group;
  });
  return { groups, faults, root };
}

interface Context {
  readonly options: RuleFileOptions;
  readonly faults: Fault[];
}

function knownFields(context: Context, value: YamlValue, known: readonly string[]): YamlFields {
  const isLenient = context.options.ignoresUnknownFields === true && value.kind === 'map';
  if (!isLenient) return value.fields(known);
  return value.fields([...known, ...value.entries().map(({ key }) => key.string())]);
}

const GROUP_FIELDS = ['name', 'interval', 'query_offset', 'limit', 'labels', 'rules'];

function readGroup(context: Context, value: YamlValue): RuleGroup {
  const fields = knownFields(context, value, GROUP_FIELDS);
  const name = fields.find('name')?.string() ?? '';
  if (name === '') (fields.find('name') ?? value).fault('Groupname must not be empty');
  const limit = fields.find('limit')?.number() ?? 0;
  if (!Number.isInteger(limit)) {
    fields.find('limit')?.fault(`limit must be a whole number, got ${limit}`);
  }
  const labels = readPairs(fields.find('labels')).map(({ key, name: label, text }) => {
    if (!isLabelName(context, label)) key.fault(`invalid label name: ${label}`);
    return [label, text] as const;
  });
  const { groupLabelsFault } = context.options;
  if (groupLabelsFault !== undefined) fields.find('labels')?.fault(groupLabelsFault);
  const intervalMs = fields.find('interval')?.durationMs() ?? 0;
  return {
    file: context.options.file,
    name,
    // Prometheus reads `interval: 0s` as "the default".
    intervalMs: intervalMs === 0 ? undefined : intervalMs,
    queryOffsetMs: fields.find('query_offset')?.durationMs(),
    limit: Math.max(0, limit),
    labels: mergePairs(labels),
    rules: (fields.find('rules')?.list() ?? []).flatMap((rule, i) => {
      const read = readRule(context, { value: rule, groupName: name, number: i + 1, labels });
      return read === undefined ? [] : [read];
    }),
  };
}

interface RuleSource {
  readonly value: YamlValue;
  readonly groupName: string;
  /** From 1, as messages count. */
  readonly number: number;
  /** The group's labels. */
  readonly labels: TextPairs;
}

const RULE_FIELDS = ['record', 'alert', 'expr', 'for', 'keep_firing_for', 'labels', 'annotations'];

function readRule(context: Context, source: RuleSource): Rule | undefined {
  const fields = knownFields(context, source.value, RULE_FIELDS);
  const record = fields.find('record')?.string() ?? '';
  const alert = fields.find('alert')?.string() ?? '';
  const name = alert === '' ? record : alert;
  const where = `group ${quote(source.groupName)}, rule ${source.number}, ${quote(name)}: `;
  const fault: NoteFault = (at, message) => at.fault(where + message);
  if (record !== '' && alert !== '') {
    fault(source.value, "only one of 'record' and 'alert' must be set");
  } else if (name === '') {
    fault(source.value, "one of 'record' or 'alert' must be set");
  }
  const expression = checkExpression(context, source.value, { fields, where, fault });
  const forMs = fields.find('for')?.durationMs() ?? 0;
  const keepFiringForMs = fields.find('keep_firing_for')?.durationMs() ?? 0;
  if (record !== '') {
    checkRecord(context, fields, fault);
    for (const [field, durationMs] of [
      ['for', forMs],
      ['keep_firing_for', keepFiringForMs],
    ] as const) {
      const at = fields.find(field) ?? source.value;
      if (durationMs !== 0) fault(at, `invalid field '${field}' in recording rule`);
    }
  }
  const own = checkLabels(context, fields.find('labels'), { ruleName: alert, where, fault });
  const annotations = checkAnnotations(context, fields.find('annotations'), {
    ruleName: alert,
    where,
    fault,
  });
  if (name === '') return undefined;
  const labels = mergePairs([...source.labels, ...own]);
  const base = { name, expression, labels, place: source.value.place };
  if (alert === '') return { ...base, kind: 'record' };
  return { ...base, kind: 'alert', forMs, keepFiringForMs, annotations };
}

type NoteFault = (at: YamlValue, message: string) => void;

function checkExpression(
  context: Context,
  rule: YamlValue,
  { fields, where, fault }: { fields: YamlFields; where: string; fault: NoteFault },
): string {
  const field = fields.find('expr');
  const expression = field?.string() ?? '';
  if (field === undefined || expression.trim() === '') {
    fault(field ?? rule, "field 'expr' must be set in rule");
    return '';
  }
  const wrong = context.options.checkExpression(expression);
  if (wrong === undefined) return expression;
  const place = placeInScalar({
    source: context.options.text,
    place: field.place,
    value: expression,
    offset: wrong.offset,
  });
  context.faults.push({
    ...place,
    path: field.path,
    message: `${where}could not parse expression: ${wrong.message}`,
  });
  return expression;
}

/** What a recording rule must not have, and how its name must look. */
function checkRecord(context: Context, fields: YamlFields, fault: NoteFault): void {
  const record = fields.find('record');
  const name = record?.string() ?? '';
  const annotations = fields.find('annotations');
  if (annotations !== undefined && annotations.entries().length > 0) {
    fault(annotations, "invalid field 'annotations' in recording rule");
  }
  if (record === undefined) return;
  if (context.options.nameValidation === 'legacy' && !isPlainMetricName(name)) {
    fault(record, `invalid recording rule name: ${name}`);
  }
  if (/[{}]/.test(name)) {
    fault(record, `braces present in the recording rule name; should it be in expr?: ${name}`);
  }
}

interface TextOwner {
  /** The alert's name; '' for a recording rule, whose texts are no templates. */
  readonly ruleName: string;
  readonly where: string;
  readonly fault: NoteFault;
}

function checkLabels(context: Context, value: YamlValue | undefined, owner: TextOwner): TextPairs {
  return readPairs(value).map((pair) => {
    if (!isLabelName(context, pair.name)) owner.fault(pair.key, `invalid label name: ${pair.name}`);
    checkTemplate(context, `label ${quote(pair.name)}`, { ...owner, pair });
    return [pair.name, pair.text] as const;
  });
}

function checkAnnotations(
  context: Context,
  value: YamlValue | undefined,
  owner: TextOwner,
): TextPairs {
  const read = readPairs(value);
  const pairs = read.map((pair) => {
    const isGood = context.options.nameValidation !== 'legacy' || isPlainLabelName(pair.name);
    if (!isGood || pair.name === '') {
      owner.fault(pair.key, `invalid annotation name: ${pair.name}`);
    }
    checkTemplate(context, `annotation ${quote(pair.name)}`, { ...owner, pair });
    return [pair.name, pair.text] as const;
  });
  const probation = readProbation(Object.fromEntries(pairs));
  const at = read.find(({ name }) => name === PROBATION_ANNOTATION)?.value;
  if (at !== undefined && typeof probation === 'string') owner.fault(at, probation);
  return mergePairs(pairs);
}

function checkTemplate(
  context: Context,
  what: string,
  { ruleName, where, pair }: TextOwner & { readonly pair: PairValue },
): void {
  if (ruleName === '') return;
  try {
    compileAlertText(ruleName, pair.text, context.options.absentFunctions);
  } catch (error) {
    const offset = error instanceof TemplateSyntaxError ? error.offset : 0;
    const place = placeInScalar({
      source: context.options.text,
      place: pair.value.place,
      value: pair.text,
      offset: Math.max(0, offset - TEMPLATE_PRELUDE.length),
    });
    const message = `${where}${what}: ${errorMessage(error)}`;
    context.faults.push({ ...place, path: pair.value.path, message });
  }
}

function isLabelName(context: Context, name: string): boolean {
  if (name === '' || name === METRIC_NAME) return false;
  return context.options.nameValidation !== 'legacy' || isPlainLabelName(name);
}
