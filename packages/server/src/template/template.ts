/**
 * Go's text/template, for all whose texts people write in it: labels and annotations of rules,
 * messages of receivers.
 *
 * No package on npm implements it, and alerts of half the world are written in it (ADR 0045). This
 * is the language as a whole with Go's error texts, without what no message can use: methods of
 * arbitrary types, complex numbers, channels and functions as values. Which functions there are
 * beside Go's own is the user's to say.
 */
import { BUILTIN_FUNCTIONS } from './builtins.ts';
import { executeTemplate, TemplateExecutionError } from './evaluator.ts';
import { DEFAULT_RUN_LIMITS, type RunLimits } from './limits.ts';
import {
  type ParsedTemplates,
  parseTemplateText,
  type TemplateSource,
  TemplateSyntaxError,
} from './parser.ts';
import type { FunctionTable, Value } from './value.ts';

/** One run of a template. */
export interface TemplateRun<Environment> {
  /** The template to begin with. */
  readonly name: string;
  /** It and all that it calls. */
  readonly templates: ParsedTemplates;
  readonly data: Value;
  /** What functions ask of the world. */
  readonly environment: Environment;
}

/** The language with a set of functions. */
export interface TemplateLanguage<Environment> {
  /**
   * Reads a text: the template of its own name, and those that it defines. It may have to do
   * without some functions. Throws a TemplateSyntaxError.
   */
  parse(source: TemplateSource, absentFunctions?: ReadonlySet<string>): ParsedTemplates;
  /** Throws a TemplateExecutionError. */
  execute(run: TemplateRun<Environment>): string;
}

/** Whether an error is about a template: it will come again with the same data. */
export function isTemplateError(error: unknown): boolean {
  return error instanceof TemplateSyntaxError || error instanceof TemplateExecutionError;
}

/** Builds the language of some functions, beside those that every template has. */
export function createTemplateLanguage<Environment>(
  own: FunctionTable<Environment>,
  limits: RunLimits = DEFAULT_RUN_LIMITS,
): TemplateLanguage<Environment> {
  const functions: FunctionTable<Environment> = new Map([...BUILTIN_FUNCTIONS, ...own]);
  return {
    parse: (source, absentFunctions) =>
      parseTemplateText(source, (wanted) => {
        return functions.has(wanted) && absentFunctions?.has(wanted) !== true;
      }),
    execute: (run) => executeTemplate({ ...run, functions, limits }),
  };
}
