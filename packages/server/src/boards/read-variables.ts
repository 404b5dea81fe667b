/** Reads the choices above a board, and holds what its queries say of them to what there is. */
import { type BoardVariable, listVariableUses } from '@nines/contract';
import { errorMessage, type YamlValue } from '../platform/index.ts';
import { parseSelector } from '../promql/index.ts';
import { VARIABLES_MAX } from './limits.ts';
import { readBounded, readRequired } from './values.ts';

const FIELDS = ['name', 'title', 'label', 'of', 'default', 'all'];
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** What the page's own URL parameters are called. */
const TAKEN = new Set(['range', 'from', 'to']);
const MATCHING = new Set(['=', '!=', '=~', '!~']);

/** The variables in order; those without a usable name are left out. */
export function readVariables(value: YamlValue | undefined): BoardVariable[] {
  const variables = new Map<string, BoardVariable>();
  for (const item of readBounded(value, VARIABLES_MAX)) {
    const variable = readVariable(item);
    if (variables.has(variable.name)) item.fault(`variable "${variable.name}" stands twice`);
    else if (variable.name !== '') variables.set(variable.name, variable);
  }
  return [...variables.values()];
}

function readVariable(item: YamlValue): BoardVariable {
  const fields = item.fields(FIELDS);
  const name = readRequired(item, fields, 'name');
  if (name !== '' && (!NAME.test(name) || TAKEN.has(name))) {
    const why = TAKEN.has(name) ? 'which the page uses itself' : 'letters, digits and "_" are read';
    fields.find('name')?.fault(`${item.path} cannot be called "${name}": ${why}`);
  }
  const label = fields.find('label')?.string() ?? name;
  const of = fields.find('of');
  return {
    name,
    title: fields.find('title')?.string() ?? name,
    label,
    of: of === undefined ? `{${formatLabelName(label)}!=""}` : readSelector(of),
    defaultValue: fields.find('default')?.string() ?? null,
    hasAll: fields.find('all')?.boolean() ?? true,
  };
}

/** A label of any name can be asked for, as PromQL writes those that are no plain word. */
function formatLabelName(label: string): string {
  return NAME.test(label) ? label : JSON.stringify(label);
}

function readSelector(value: YamlValue): string {
  const text = value.string();
  try {
    parseSelector(text);
  } catch (error) {
    value.fault(`${value.path} must be a selector such as up{job="shop"}: ${errorMessage(error)}`);
  }
  return text;
}

/** Notes what an expression says of variables and cannot mean. */
export function checkVariableUses(
  at: YamlValue,
  expression: string,
  variables: readonly BoardVariable[],
): void {
  for (const { name, operator, isQuoted } of listVariableUses(expression)) {
    const variable = variables.find((one) => one.name === name);
    if (!isQuoted) {
      at.fault(`${at.path}: $${name} stands outside of quotes; write {label=~"$${name}"}`);
    } else if (variable === undefined && MATCHING.has(operator)) {
      const known = variables.map((one) => `$${one.name}`).join(', ') || 'none';
      at.fault(`${at.path}: $${name} is no variable of this board; known are ${known}`);
    } else if (variable?.hasAll === true && (operator === '=' || operator === '!=')) {
      const instead = operator === '=' ? '=~' : '!~';
      at.fault(
        `${at.path}: $${name} can be all values, which ${operator} cannot match; write ${instead}"$${name}", or all: false at the variable`,
      );
    }
  }
}
