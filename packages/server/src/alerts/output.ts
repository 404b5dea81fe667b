/** What an alert does to a person, by its label `severity`: docs/adr/0060. */
import { type Labels, labelValue } from '../series/index.ts';
import type { Output, Source } from './model.ts';

const OUTPUTS: ReadonlyMap<string, Output> = new Map([
  ['page', 'page'],
  ['critical', 'page'],
  ['ticket', 'ticket'],
  ['warning', 'ticket'],
  ['log', 'log'],
  ['info', 'log'],
  ['none', 'log'],
]);

/** The output of an alert. */
export function outputOf(labels: Labels): Output {
  return OUTPUTS.get(labelValue(labels, 'severity').toLowerCase()) ?? 'ticket';
}

/** What is known of an alert that a rule of ours begins. */
export function ruleSource(labels: Labels): Source {
  return { origin: 'rule', output: outputOf(labels) };
}

/** Why an alert sends no page, for its history. */
export function explainOutput(labels: Labels, output: Output): string {
  const severity = labelValue(labels, 'severity');
  if (severity === '') return `its output is ${output}, because it has no label "severity"`;
  if (OUTPUTS.get(severity.toLowerCase()) === output) return `its output is ${output}`;
  const known = [...OUTPUTS.keys()].join(', ');
  return `its output is ${output}, because severity "${severity}" is none of ${known}`;
}
