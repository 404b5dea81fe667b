/** Reads one panel of a board. */
import {
  type BoardVariable,
  fillVariables,
  type Panel,
  type PanelQuery,
  type PanelThreshold,
} from '@nines/contract';
import type { YamlValue } from '../platform/index.ts';
import { kindOf, ParseError, parseExpr } from '../promql/index.ts';
import { QUERIES_PER_PANEL_MAX, THRESHOLDS_MAX } from './limits.ts';
import { checkVariableUses } from './read-variables.ts';
import { readBounded, readRequired, readWhole, readWord } from './values.ts';

const PANEL_FIELDS = [
  'title',
  'description',
  'kind',
  'unit',
  'width',
  'height',
  'min',
  'max',
  'queries',
  'thresholds',
];
const QUERY_FIELDS = ['expr', 'legend'];
const THRESHOLD_FIELDS = ['above', 'below', 'label', 'level'];
const UNITS = ['none', 'seconds', 'per_second', 'ratio', 'bytes', 'count'] as const;
/** Columns of a wide screen that a panel takes where nothing is said. */
const WIDTHS = { line: 6, number: 3, table: 6 } as const;
const HEIGHT = { min: 80, max: 1000, otherwise: 200 };
/** A label between the braces of a legend. */
const LEGEND_LABEL = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** Reads a panel with its defaults. */
export function readPanel(item: YamlValue, variables: readonly BoardVariable[]): Panel {
  const fields = item.fields(PANEL_FIELDS);
  const kind = readWord(fields.find('kind'), ['line', 'number', 'table']);
  const unit = readWord(fields.find('unit'), UNITS);
  const min = fields.find('min')?.number() ?? null;
  const max = fields.find('max')?.number() ?? null;
  if (min !== null && max !== null && min >= max) {
    fields.find('max')?.fault(`${item.path}.max must be more than its min, ${min}`);
  }
  const queries = readBounded(fields.find('queries'), QUERIES_PER_PANEL_MAX);
  if (queries.length === 0) {
    item.fault(`${item.path} has no queries; give it at least one: queries: [{expr: up}]`);
  }
  return {
    title: readRequired(item, fields, 'title'),
    description: fields.find('description')?.string() ?? null,
    kind,
    unit: unit === 'none' ? null : unit,
    width: readWhole(fields.find('width'), { min: 1, max: 12, otherwise: WIDTHS[kind] }),
    height: readWhole(fields.find('height'), HEIGHT),
    min,
    max,
    queries: queries.map((query) => readQuery(query, variables)),
    thresholds: readBounded(fields.find('thresholds'), THRESHOLDS_MAX).map(readThreshold),
  };
}

function readQuery(item: YamlValue, variables: readonly BoardVariable[]): PanelQuery {
  const fields = item.fields(QUERY_FIELDS);
  const expression = readRequired(item, fields, 'expr');
  const field = fields.find('expr');
  if (field !== undefined && expression !== '') checkExpression(field, expression, variables);
  const legend = fields.find('legend');
  if (legend !== undefined) checkLegend(legend);
  return { expression, legend: legend?.string() ?? null };
}

function checkExpression(
  at: YamlValue,
  expression: string,
  variables: readonly BoardVariable[],
): void {
  checkVariableUses(at, expression, variables);
  // A value that no regular expression trips over; the page puts others in just as safely.
  const values = Object.fromEntries(variables.map(({ name }) => [name, 'x']));
  try {
    const kind = kindOf(parseExpr(fillVariables(expression, values)));
    if (kind === 'vector' || kind === 'scalar') return;
    at.fault(`${at.path} must be a vector or a scalar to be drawn, got a ${kind}`);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    at.fault(`${at.path} cannot be read: ${error.message}`);
  }
}

function checkLegend(value: YamlValue): void {
  const rest = value.string().replaceAll(LEGEND_LABEL, '');
  if (rest.includes('{{') || rest.includes('}}')) {
    value.fault(`${value.path} has a brace without its other half; labels stand as {{label}}`);
  }
}

function readThreshold(item: YamlValue): PanelThreshold {
  const fields = item.fields(THRESHOLD_FIELDS);
  const above = fields.find('above');
  const below = fields.find('below');
  if ((above === undefined) === (below === undefined)) {
    item.fault(`${item.path} needs one of above and below: the value beyond which it is bad`);
  }
  return {
    value: (above ?? below)?.number() ?? 0,
    label: fields.find('label')?.string() ?? null,
    level: readWord(fields.find('level'), ['ticket', 'page']),
    isBelow: below !== undefined,
  };
}
