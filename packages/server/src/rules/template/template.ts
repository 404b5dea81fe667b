/**
 * Go's text/template, as Prometheus uses it in labels and annotations.
 *
 * No package on npm implements it, and alerts of half the world are written in it (ADR 0045). This
 * is the language as a whole with Go's error texts, without what no annotation can use: methods of
 * arbitrary types, complex numbers, channels and functions as values.
 */
import { BUILTIN_FUNCTIONS } from './builtins.ts';
import { executeTemplate } from './evaluator.ts';
import type { FunctionTable, TemplateEnvironment } from './function.ts';
import { parseTemplateText } from './parser.ts';
import { PROMETHEUS_FUNCTIONS } from './prometheus-functions.ts';
import type { Value } from './value.ts';

/** A template ready to be run any number of times. */
export interface Template {
  readonly name: string;
  /** Runs it over data; throws a TemplateExecutionError. */
  execute(data: Value, environment: TemplateEnvironment): string;
}

const FUNCTIONS: FunctionTable = new Map([...BUILTIN_FUNCTIONS, ...PROMETHEUS_FUNCTIONS]);

/** Reads a template, which may do without some functions; throws a TemplateSyntaxError. */
export function parseTemplate(
  name: string,
  text: string,
  absentFunctions?: ReadonlySet<string>,
): Template {
  const functions = FUNCTIONS;
  const hasFunction = (wanted: string): boolean =>
    functions.has(wanted) && absentFunctions?.has(wanted) !== true;
  const templates = parseTemplateText({ name, text, hasFunction });
  return {
    name,
    execute: (data, environment) =>
      executeTemplate({ name, text, templates, functions, environment, data }),
  };
}
