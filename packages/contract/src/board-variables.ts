/**
 * Puts the values of a board's variables into PromQL. The server checks boards with it and the page
 * shows them with it, so that both mean the same.
 *
 * A variable stands within quotes, as `{job=~"$job"}`: there a value can break nothing. After `=~`
 * and `!~` it is put in as a literal of RE2, after anything else as it is. All values together are
 * `.*`, which only `=~` and `!~` understand.
 */

/** What was chosen for each variable; null: all values. */
export type VariableValues = Readonly<Record<string, string | null>>;

/** A place where an expression speaks of a variable. */
export interface VariableUse {
  readonly name: string;
  /** What stands before its string: one of the four matching operators, or '' for anything else. */
  readonly operator: string;
  /** Within quotes, where a value can stand. */
  readonly isQuoted: boolean;
}

/** A string with what is before it, a comment, or a name with a dollar outside of both. */
const TOKEN =
  /((?:=~|!~|!=|=)?\s*)("(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|`[^`]*`)|#[^\n]*|\$\{?[A-Za-z_]\w*\}?/g;
const VARIABLE = /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g;

/** The expression with each known variable replaced; names that are none of them stay. */
export function fillVariables(expression: string, values: VariableValues): string {
  return expression.replaceAll(TOKEN, (token: string, before?: string, quoted?: string) => {
    if (before === undefined || quoted === undefined) return token;
    const quote = quoted.slice(0, 1);
    const filled = quoted.replaceAll(VARIABLE, (use: string, braced?: string, bare?: string) => {
      const name = braced ?? bare ?? '';
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      if (value === undefined) return use;
      if (value === null) return '.*';
      return escapeFor(quote, before.includes('~') ? escapeRegex(value) : value);
    });
    return before + filled;
  });
}

/** Every place where the expression speaks of a variable, known or not. */
export function listVariableUses(expression: string): readonly VariableUse[] {
  const uses: VariableUse[] = [];
  for (const [token, before = '', quoted] of expression.matchAll(TOKEN)) {
    if (token.startsWith('#')) continue;
    for (const [, braced, bare] of token.matchAll(VARIABLE)) {
      uses.push({
        name: braced ?? bare ?? '',
        operator: before.trim(),
        isQuoted: quoted !== undefined,
      });
    }
  }
  return uses;
}

/** Every character that RE2 gives a meaning to stands for itself. */
function escapeRegex(value: string): string {
  return value.replaceAll(/[\\^$.|?*+()[\]{}]/g, String.raw`\$&`);
}

/** A raw string knows no escapes; the one character that it cannot hold matches nothing there. */
function escapeFor(quote: string, value: string): string {
  if (quote === '`') return value.replaceAll('`', '');
  return value
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', String.raw`\n`)
    .replaceAll(quote, `\\${quote}`);
}
