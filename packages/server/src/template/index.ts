/**
 * Go's template language: what people write labels, annotations and messages in.
 *
 * `createTemplateLanguage` gives it the functions of whoever uses it; the values that templates work
 * on are `Value`s, typed as Go would.
 */
export { escapeQuery } from './builtins.ts';
export { matchPattern, replacePattern, textOf, toFloat } from './function-parts.ts';
export {
  humanize,
  humanize1024,
  humanizeDuration,
  humanizePercentage,
  humanizeTimestamp,
  secondsToNanos,
} from './humanize.ts';
export { loadHtmlTemplates } from './on-demand.ts';
export { isBlankTemplate, type ParsedTemplates, TemplateSyntaxError } from './parser.ts';
export { createTemplateLanguage, isTemplateError } from './template.ts';
export { formatGoDuration, formatTime } from './time-format.ts';
export {
  createAnyMap,
  createTextMap,
  type FunctionTable,
  type ListValue,
  type MapValue,
  type NamedType,
  SAFE_HTML,
  SAFE_URL,
  type StructValue,
  type TemplateFunction,
  type Value,
} from './value.ts';
export { isZone } from './zone.ts';
