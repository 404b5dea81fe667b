/** What functions of several sets do alike: numbers out of texts, regular expressions. */
import { RE2JS } from 're2js';
import { quote } from '../series/index.ts';
import { TEMPLATE_PATTERN_CHARS_MAX } from './limits.ts';
import { parseFloat64 } from './literals.ts';
import { typeName, type Value } from './value.ts';

/** A number, whatever it is written as; throws where it is none. */
export function toFloat(value: Value): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string') {
    const number = parseFloat64(value);
    if (number === undefined) {
      throw new Error(`strconv.ParseFloat: parsing ${quote(value)}: invalid syntax`);
    }
    return number;
  }
  if (typeof value === 'object' && value !== null && value.kind === 'duration') {
    return Number(value.nanos) / 1e9;
  }
  throw new Error(`can't convert ${value === null ? '<nil>' : typeName(value)} to float`);
}

/** The text of a parameter that is one: the evaluator has checked it. */
export function textOf(value: Value): string {
  return typeof value === 'string' ? value : '';
}

function compilePattern(pattern: string): RE2JS {
  if (pattern.length > TEMPLATE_PATTERN_CHARS_MAX) {
    throw new Error(`pattern is longer than ${TEMPLATE_PATTERN_CHARS_MAX} characters`);
  }
  return RE2JS.compile(pattern);
}

const REFERENCE = /\$(?:\$|(\w+)|\{(\w+)\})/g;

/** Go's ReplaceAllString: `$1x` names the group "1x", and a group that is not there is empty. */
export function replacePattern(pattern: string, replacement: string, subject: string): string {
  const matcher = compilePattern(pattern).matcher(subject);
  const names = compilePattern(pattern).namedGroups();
  const expand = (): string =>
    replacement.replaceAll(REFERENCE, (whole: string, bare?: string, braced?: string) => {
      const name = bare ?? braced;
      if (name === undefined) return whole === '$$' ? '$' : whole;
      const index = /^\d+$/.test(name) ? Number(name) : names[name];
      return index === undefined || index > matcher.groupCount()
        ? ''
        : (matcher.group(index) ?? '');
    });
  let answer = '';
  let end = 0;
  while (matcher.find()) {
    answer += subject.slice(end, matcher.start()) + expand();
    end = matcher.end();
  }
  return answer + subject.slice(end);
}

/** Whether a pattern of RE2 is found in a text. */
export function matchPattern(pattern: string, subject: string): boolean {
  return compilePattern(pattern).matcher(subject).find();
}
