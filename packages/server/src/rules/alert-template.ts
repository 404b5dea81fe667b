/**
 * Labels and annotations of alerts, which are templates over the element that made the alert.
 *
 * As in Prometheus, each text is compiled behind a prelude that sets the variables people know
 * (`$labels`, `$value`, …), and one that fails becomes the text `<error expanding template: …>`:
 * an alert with a broken annotation is worth more than none.
 */
import { errorMessage } from '../platform/index.ts';
import { type Labels, labelPairs } from '../series/index.ts';
import type { VectorSample } from './engine.ts';
import { createTemplateLanguage, createTextMap, type Value } from '../template/index.ts';
import { TEMPLATE_QUERIES_MAX } from './limits.ts';
import { PROMETHEUS_FUNCTIONS, type TemplateEnvironment, valueOf } from './template-functions.ts';

/** Sets the variables; its length is also the offset of the user's text in error messages. */
export const TEMPLATE_PRELUDE =
  '{{$labels := .Labels}}' +
  '{{$externalLabels := .ExternalLabels}}' +
  '{{$externalURL := .ExternalURL}}' +
  '{{$value := .Value}}';

const BROKEN_TEXT = '<error expanding template';

const DATA_TYPE =
  'struct { Labels map[string]string; ExternalLabels map[string]string; ' +
  'ExternalURL string; Value interface {} }';

/** What texts are expanded with, besides the element itself. */
export interface ExpansionContext {
  readonly environment: TemplateEnvironment;
  readonly externalLabels: Labels;
  /** Told of each text that could not be expanded. */
  onError(message: string): void;
}

/** A text that becomes the value of a label or an annotation. */
export type AlertText = (sample: VectorSample, context: ExpansionContext) => string;

/** A template ready to be run any number of times. */
export interface Template {
  readonly name: string;
  /** Runs it over data; throws a TemplateExecutionError. */
  execute(data: Value, environment: TemplateEnvironment): string;
}

const LANGUAGE = createTemplateLanguage(PROMETHEUS_FUNCTIONS);

/** Reads a template, which may do without some functions; throws a TemplateSyntaxError. */
export function parseTemplate(
  name: string,
  text: string,
  absentFunctions?: ReadonlySet<string>,
): Template {
  const templates = LANGUAGE.parse({ name, text }, absentFunctions);
  return {
    name,
    execute: (data, environment) =>
      LANGUAGE.execute({ name, templates, data, environment: limitQueries(environment) }),
  };
}

/** Each query is a full evaluation: a run has a budget of them. */
function limitQueries(environment: TemplateEnvironment): TemplateEnvironment {
  let queryCount = 0;
  return {
    ...environment,
    query(expression) {
      if (++queryCount > TEMPLATE_QUERIES_MAX) {
        throw new Error(`more than ${TEMPLATE_QUERIES_MAX} queries in one template`);
      }
      return environment.query(expression);
    },
  };
}

/** Compiles a text of a rule; throws a TemplateSyntaxError. */
export function compileAlertText(
  ruleName: string,
  text: string,
  absentFunctions?: ReadonlySet<string>,
): AlertText {
  // Most labels and many annotations are plain text; they are not worth a run.
  if (!text.includes('{{')) return () => text;
  const template = parseTemplate(`__alert_${ruleName}`, TEMPLATE_PRELUDE + text, absentFunctions);
  return (sample, context) => expand(template, sample, context);
}

function expand(template: Template, sample: VectorSample, context: ExpansionContext): string {
  try {
    return template.execute(createData(sample, context), context.environment);
  } catch (error) {
    const message = `error executing template ${template.name}: ${errorMessage(error)}`;
    context.onError(message);
    return `${BROKEN_TEXT}: ${message}>`;
  }
}

/** Whether a text of an alert is what stands in for one that could not be expanded. */
export function isBrokenText(text: string): boolean {
  return text.startsWith(BROKEN_TEXT);
}

function createData(sample: VectorSample, context: ExpansionContext): Value {
  const fields = new Map<string, Value>([
    ['Labels', createTextMap(labelPairs(sample.labels))],
    ['ExternalLabels', createTextMap(labelPairs(context.externalLabels))],
    ['ExternalURL', context.environment.externalUrl],
    ['Value', valueOf(sample)],
  ]);
  return { kind: 'struct', type: DATA_TYPE, fields };
}
