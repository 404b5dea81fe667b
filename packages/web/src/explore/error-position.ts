/** Where in an expression the server found an error. */
export interface ErrorPosition {
  /** Offset of the character. */
  readonly at: number;
  readonly message: string;
}

const PARSE_ERROR = /(\d+):(\d+): parse error: ([\s\S]*)$/;

/** Reads `1:5: parse error: …`, lines and columns from one; undefined for errors without a place. */
export function findErrorPosition(message: string, expression: string): ErrorPosition | undefined {
  const match = PARSE_ERROR.exec(message);
  if (match === null) return undefined;
  const [, line, column, text] = match;
  const lines = expression.split('\n');
  const before = lines.slice(0, Number(line) - 1).join('\n').length + (Number(line) > 1 ? 1 : 0);
  const at = Math.min(expression.length, before + Math.max(0, Number(column) - 1));
  return { at, message: text ?? message };
}
