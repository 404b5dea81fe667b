/**
 * Templates that a match of an expression fills, in Go's syntax: `$1`, `${1}`, `$name`, `${name}` and `$$`.
 *
 * `$1x` names the group `1x`, which does not exist, and so is empty; that is what surprises people
 * and what `${1}x` is for. A `$` that starts nothing stays as it is.
 */

/** The capture groups of one match, the whole first; those that took no part are ''. */
export interface RegexMatch {
  readonly groups: readonly string[];
  /** Indexes of the named groups. */
  readonly names: ReadonlyMap<string, number>;
}

const VARIABLE = /\$(?:(\$)|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu;

/** Fills a template with the groups of a match. */
export function expandTemplate(template: string, match: RegexMatch): string {
  if (!template.includes('$')) return template;
  return template.replace(
    VARIABLE,
    (_all: string, dollar?: string, braced?: string, bare?: string) =>
      dollar === undefined ? groupText(braced ?? bare ?? '', match) : '$',
  );
}

/** Whether a template holds a variable at all. */
export function hasVariable(template: string): boolean {
  return template.includes('$');
}

/** A name of digits without a leading zero is a group's number; Go reads up to eight of them. */
const NUMBER = /^(?:0|[1-9]\d{0,7})$/;

function groupText(name: string, match: RegexMatch): string {
  const index = NUMBER.test(name) ? Number(name) : match.names.get(name);
  return index === undefined ? '' : (match.groups[index] ?? '');
}
