/** Reads rule files with the place of everything that a finding can name. */
import { type Fault, type Place, readYaml, type YamlValue } from '../platform/index.ts';
import { parseExpr } from '../promql/index.ts';
import { placeInScalar, readRuleFile, type RuleFormat, type RuleGroup } from '../rules/index.ts';
import type { PlacedRule } from './model.ts';

export interface SourceFile {
  readonly file: string;
  readonly text: string;
}

export interface ReadSource extends SourceFile {
  /** Where there are any, there are no rules: what is refused cannot be looked at further. */
  readonly faults: readonly Fault[];
  readonly rules: readonly PlacedRule[];
}

/** Reads a file as a server would. */
export function readSource(source: SourceFile, format: RuleFormat): ReadSource {
  const { groups, faults } = readRuleFile({ ...format, ...source });
  if (faults.length > 0) return { ...source, faults, rules: [] };
  const { root } = readYaml(source);
  const rules: PlacedRule[] = [];
  childrenOf(root, 'groups').forEach((value, index) => {
    rules.push(...placeRules(groups[index], value, source));
  });
  return { ...source, faults, rules };
}

function placeRules(group: RuleGroup, value: YamlValue, source: SourceFile): readonly PlacedRule[] {
  // Comments before a rule are about it; those before the first one stand below the group's name.
  let first = value.place.line;
  return childrenOf(value, 'rules').map((ruleValue, index) => {
    const last = lastLineOf(ruleValue, source.text);
    const lines = { first, last };
    first = last + 1;
    const rule = group.rules[index];
    const fields = fieldsOf(ruleValue);
    const expression = fields.get('expr') ?? ruleValue;
    return {
      group,
      rule,
      lines,
      expr: parseExpr(rule.expression),
      placeOf: (field) => (fields.get(field) ?? ruleValue).place,
      placeInExpression: (offset) =>
        placeInScalar({
          source: source.text,
          place: expression.place,
          value: rule.expression,
          offset,
        }),
      placeOfText: (field, name) => placeOfText(fields.get(field), name) ?? ruleValue.place,
    };
  });
}

function placeOfText(map: YamlValue | undefined, name: string): Place | undefined {
  return map === undefined ? undefined : fieldsOf(map).get(name)?.place;
}

function childrenOf(value: YamlValue, field: string): readonly YamlValue[] {
  return fieldsOf(value).get(field)?.list() ?? [];
}

function fieldsOf(value: YamlValue): ReadonlyMap<string, YamlValue> {
  return new Map(value.entries().map((entry) => [entry.key.string(), entry.value]));
}

/** The last line of a value on which something of it stands. */
function lastLineOf({ span, place }: YamlValue, text: string): number {
  if (span === undefined) return place.line;
  const written = text.slice(span.start, span.end).trimEnd();
  return place.line + (written.match(/\n/g)?.length ?? 0);
}
