/**
 * Users' regular expressions, in time linear in the text.
 *
 * V8's engine backtracks, so one hostile matcher could stop the server. re2js has RE2's syntax and
 * its guarantee, but costs about twenty times as much per match. Most expressions in real rules
 * are a literal, a few literals with bars between them, or a prefix followed by `.*`; these are
 * recognised and never reach an engine. What remains is answered once for each distinct value and
 * remembered, up to a bound.
 */
import { RE2JS } from 're2js';

/** A compiled, fully anchored expression. */
export interface AnchoredRegex {
  readonly pattern: string;
  /** Whether the whole text matches. */
  matches(text: string): boolean;
  /** The only texts that can match, where the expression is a list of literals. */
  readonly literals: readonly string[] | undefined;
  /** Every match begins with this; '' where nothing is known. */
  readonly prefix: string;
}

const REMEMBERED_MAX = 4096;
const META = /[\\^$.|?*+()[\]{}]/;

/**
 * Compiles an expression anchored at both ends, as label matchers and relabelling use it.
 * Throws re2js' own error, whose message says what is wrong with the pattern.
 */
export function compileAnchored(pattern: string): AnchoredRegex {
  const literals = findLiterals(pattern);
  if (literals !== undefined) {
    const set = new Set(literals);
    return { pattern, literals, prefix: '', matches: (text) => set.has(text) };
  }
  const prefix = leadingLiteral(pattern);
  const rest = pattern.slice(prefix.length);
  // RE2 dot does not match a newline unless asked; Prometheus compiles matchers with (?s).
  if (rest === '.*')
    return { pattern, literals, prefix, matches: (text) => text.startsWith(prefix) };
  if (rest === '.+') {
    const matches = (text: string) => text.length > prefix.length && text.startsWith(prefix);
    return { pattern, literals, prefix, matches };
  }
  return compileWithEngine(pattern, prefix);
}

/** Compiles an expression for use with capture groups: anchored, dot matches newline. */
export function compileCapturing(pattern: string): RE2JS {
  // On its own first: `a)(b` would pass inside of the group, and errors would name the wrapping.
  RE2JS.compile(pattern);
  return RE2JS.compile(`^(?s:${pattern})$`);
}

/** Compiles an expression that may match anywhere in a text, as Go's `regexp.Compile` does. */
export function compileSearching(pattern: string): RE2JS {
  return RE2JS.compile(pattern);
}

export type { RE2JS };

function compileWithEngine(pattern: string, prefix: string): AnchoredRegex {
  const engine = compileCapturing(pattern);
  const remembered = new Map<string, boolean>();
  const matches = (text: string): boolean => {
    const known = remembered.get(text);
    if (known !== undefined) return known;
    const answer = engine.matcher(text).find();
    if (remembered.size >= REMEMBERED_MAX) remembered.clear();
    remembered.set(text, answer);
    return answer;
  };
  return { pattern, literals: undefined, prefix, matches };
}

function findLiterals(pattern: string): readonly string[] | undefined {
  const inner = /^\(\??:?[^()]*\)$/.test(pattern) ? pattern.replace(/^\((\?:)?|\)$/g, '') : pattern;
  const parts = inner.split('|');
  return parts.some((part) => META.test(part)) ? undefined : parts;
}

/** The literal text before the first special character; an alternation has none in common. */
function leadingLiteral(pattern: string): string {
  if (pattern.includes('|')) return '';
  const at = pattern.search(META);
  if (at < 0) return pattern;
  // A quantifier belongs to the character before it.
  return /[?*{]/.test(pattern[at]) ? pattern.slice(0, Math.max(0, at - 1)) : pattern.slice(0, at);
}
