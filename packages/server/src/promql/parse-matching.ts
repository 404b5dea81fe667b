/** What stands between an operator and its right side, and the label lists of aggregations. */
import { quote } from '../series/index.ts';
import type { VectorMatching } from './ast.ts';
import { unquote } from './literals.ts';
import { isNumberAhead, parseNumberLiteral } from './parse-durations.ts';
import type { TokenStream } from './token-stream.ts';
import { LABEL_WORDS, OPERAND_STARTS, type TokenKind } from './tokens.ts';

/** `bool`, `on (…)`, `group_left (…)`, `fill (…)`. */
export interface BinaryModifiers {
  readonly isBool: boolean;
  readonly matching: VectorMatching;
}

const CONTEXT = 'grouping opts';

const MODIFIER_WORDS: ReadonlySet<TokenKind> = new Set<TokenKind>([
  'bool',
  'on',
  'ignoring',
  'fill',
  'fill_left',
  'fill_right',
]);

const PLAIN: BinaryModifiers = {
  isBool: false,
  matching: {
    cardinality: 'one-to-one',
    isOn: false,
    labels: [],
    include: [],
    fillLeft: undefined,
    fillRight: undefined,
  },
};

/** Reads all modifiers of a binary operator; most have none. */
export function parseBinaryModifiers(tokens: TokenStream): BinaryModifiers {
  if (!MODIFIER_WORDS.has(tokens.peek())) return PLAIN;
  const isBool = tokens.accept('bool');
  const kind = tokens.peek();
  const isOn = kind === 'on';
  if (kind !== 'on' && kind !== 'ignoring') {
    return { isBool, matching: { ...PLAIN.matching, ...parseFill(tokens) } };
  }
  tokens.take();
  const labels = parseLabelList(tokens);
  const { cardinality, include } = parseGroup(tokens);
  return { isBool, matching: { cardinality, isOn, labels, include, ...parseFill(tokens) } };
}

function parseGroup(tokens: TokenStream): Pick<VectorMatching, 'cardinality' | 'include'> {
  const kind = tokens.peek();
  if (kind !== 'group_left' && kind !== 'group_right') return PLAIN.matching;
  tokens.take();
  // A parenthesis belongs to the list, even where the right side could begin with it.
  const hasList = tokens.peek() === '(' || !OPERAND_STARTS.has(tokens.peek());
  const include = hasList ? parseLabelList(tokens) : [];
  return { cardinality: kind === 'group_left' ? 'many-to-one' : 'one-to-many', include };
}

function parseFill(tokens: TokenStream): Pick<VectorMatching, 'fillLeft' | 'fillRight'> {
  if (tokens.accept('fill')) {
    const value = parseFillValue(tokens);
    return { fillLeft: value, fillRight: value };
  }
  if (tokens.accept('fill_left')) {
    const fillLeft = parseFillValue(tokens);
    const fillRight = tokens.accept('fill_right') ? parseFillValue(tokens) : undefined;
    return { fillLeft, fillRight };
  }
  if (tokens.accept('fill_right')) {
    const fillRight = parseFillValue(tokens);
    const fillLeft = tokens.accept('fill_left') ? parseFillValue(tokens) : undefined;
    return { fillLeft, fillRight };
  }
  return { fillLeft: undefined, fillRight: undefined };
}

function parseFillValue(tokens: TokenStream): number {
  if (!tokens.accept('(')) tokens.unexpected(tokens.context);
  const isNegative = tokens.peek() === '-';
  if (isNegative || tokens.peek() === '+') tokens.take();
  if (!isNumberAhead(tokens)) tokens.unexpected(tokens.context);
  const { value } = parseNumberLiteral(tokens);
  if (!tokens.accept(')')) tokens.unexpected(tokens.context);
  return isNegative ? -value : value;
}

/** Reads `(label, "quoted label", …)`. */
export function parseLabelList(tokens: TokenStream): string[] {
  const labels: string[] = [];
  if (!tokens.accept('(')) tokens.unexpected(CONTEXT, '"("');
  while (!tokens.accept(')')) {
    labels.push(parseLabel(tokens));
    if (tokens.accept(',') || tokens.peek() === ')') continue;
    tokens.unexpected(CONTEXT, '"," or ")"');
  }
  return labels;
}

function parseLabel(tokens: TokenStream): string {
  const { start, word } = tokens;
  const kind = tokens.peek();
  if (kind !== 'string') {
    if (!LABEL_WORDS.has(kind)) tokens.unexpected(CONTEXT, 'label');
    tokens.take();
    return word;
  }
  tokens.take();
  const name = unquote(word);
  if (name === '' || !name.isWellFormed()) {
    tokens.fail(start, `invalid label name for grouping: ${quote(name)}`);
  }
  return name;
}
