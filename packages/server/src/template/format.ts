/**
 * Go's fmt for the values of templates: what `{{ x }}`, `print` and `printf` write.
 *
 * All verbs that make sense for text, bool, int and float64, with flags, width, precision, `*` and
 * argument numbers; and fmt's own way to say that a verb does not fit (`%!d(string=x)`).
 */
import { quote } from '../series/index.ts';
import { PRINTF_SIZE_MAX } from './limits.ts';
import { formatFloat } from './number-format.ts';
import { formatGoDuration, formatInstant } from './time-format.ts';
import { findMethod } from './methods.ts';
import { type BasicValue, typeName, type Value } from './value.ts';

/** Go's `%v`; a pointer to a struct shows as `&{…}`. */
export function formatValue(value: Value): string {
  const isPointer =
    typeof value === 'object' &&
    value !== null &&
    value.kind === 'struct' &&
    value.type.startsWith('*');
  return (isPointer ? '&' : '') + formatPlain(value);
}

/** What `{{ x }}` writes: as `%v`, but a pointer is followed. */
export function formatPlain(value: Value): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return formatFloat(value, 'g');
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value === null) return '<nil>';
  const own = formatByOwn(value);
  if (own !== undefined) return own;
  switch (value.kind) {
    case 'time':
      return formatInstant(value.nanos, value.zone);
    case 'duration':
      return formatGoDuration(value.nanos);
    case 'text':
      return value.text;
    case 'map':
      return `map[${sortedEntries(value.entries)
        .map(([key, item]) => `${key}:${formatValue(item)}`)
        .join(' ')}]`;
    case 'list':
      return `[${value.items.map(formatValue).join(' ')}]`;
    case 'struct':
      return `{${[...value.fields.values()].map(formatValue).join(' ')}}`;
  }
}

/** What a value's method `String` says, where it has one. */
function formatByOwn(value: Exclude<Value, BasicValue>): string | undefined {
  if (value.kind !== 'map' && value.kind !== 'list') return undefined;
  const answer = findMethod(value, 'String')?.call([], undefined);
  return typeof answer === 'string' ? answer : undefined;
}

/** The entries of a map in the order in which Go prints and ranges over them. */
export function sortedEntries(entries: ReadonlyMap<string, Value>): [string, Value][] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** Go's fmt.Sprint: a space between two operands of which neither is a text. */
export function sprint(values: readonly Value[]): string {
  let text = '';
  for (const [i, value] of values.entries()) {
    const isApart = i > 0 && typeof value !== 'string' && typeof values[i - 1] !== 'string';
    text += (isApart ? ' ' : '') + formatValue(value);
  }
  return text;
}

interface Flags {
  readonly minus: boolean;
  readonly plus: boolean;
  readonly sharp: boolean;
  readonly zero: boolean;
  readonly space: boolean;
  readonly width: number | undefined;
  readonly precision: number | undefined;
}

const DIRECTIVE = /%([-+# 0]*)(\[\d+\])?(\*|\d+)?(?:(\.)(\[\d+\])?(\*|\d+)?)?(\[\d+\])?([^])?/gu;

/** Go's fmt.Sprintf. */
export function sprintf(format: string, values: readonly Value[]): string {
  const args = new Arguments(values);
  const text = format.replace(DIRECTIVE, (...match: unknown[]) => {
    const groups = match
      .slice(1, 9)
      .map((group) => (typeof group === 'string' ? group : undefined));
    return formatDirective(groups, args);
  });
  return text + args.formatExtra();
}

/** Takes the arguments in order, or by number. */
class Arguments {
  readonly #values: readonly Value[];
  #next = 0;
  #isReordered = false;

  constructor(values: readonly Value[]) {
    this.#values = values;
  }

  /** Moves to the argument that `[n]` names; false where there is none. */
  select(index: string | undefined): boolean {
    if (index === undefined) return true;
    this.#isReordered = true;
    const wanted = Number(index.slice(1, -1)) - 1;
    if (wanted < 0 || wanted >= this.#values.length) return false;
    this.#next = wanted;
    return true;
  }

  take(): Value | undefined {
    return this.#values[this.#next++];
  }

  /** What fmt says of arguments that no verb used. */
  formatExtra(): string {
    if (this.#isReordered || this.#next >= this.#values.length) return '';
    const extra = this.#values.slice(this.#next).map(describeValue);
    return `%!(EXTRA ${extra.join(', ')})`;
  }
}

function formatDirective(groups: readonly (string | undefined)[], args: Arguments): string {
  const [marks, widthIndex, width, point, precisionIndex, precision, verbIndex, verb] = groups;
  if (verb === '%') return '%';
  if (!args.select(widthIndex)) return `%!${verb ?? ''}(BADINDEX)`;
  const widthValue = readSize(width, args);
  if (!args.select(precisionIndex)) return `%!${verb ?? ''}(BADINDEX)`;
  const precisionValue = point === undefined ? undefined : readSize(precision ?? '0', args);
  // A size that is none is complained of, and the verb goes on without it.
  const complaint =
    (widthValue === 'bad' ? '%!(BADWIDTH)' : '') + (precisionValue === 'bad' ? '%!(BADPREC)' : '');
  if (verb === undefined) return `${complaint}%!(NOVERB)`;
  if (!args.select(verbIndex)) return `${complaint}%!${verb}(BADINDEX)`;
  const value = args.take();
  if (value === undefined) return `${complaint}%!${verb}(MISSING)`;
  const widthCount = widthValue === 'bad' ? undefined : widthValue;
  const isPrecise = typeof precisionValue === 'number' && precisionValue >= 0;
  const flags: Flags = {
    minus: marks?.includes('-') === true || (widthCount ?? 0) < 0,
    plus: marks?.includes('+') === true,
    sharp: marks?.includes('#') === true,
    zero: marks?.includes('0') === true,
    space: marks?.includes(' ') === true,
    width: widthCount === undefined ? undefined : Math.abs(widthCount),
    precision: isPrecise ? precisionValue : undefined,
  };
  return complaint + formatVerb(verb, value, flags);
}

function readSize(text: string | undefined, args: Arguments): number | undefined | 'bad' {
  if (text === undefined) return undefined;
  const value = text === '*' ? args.take() : BigInt(text);
  const isFit = typeof value === 'bigint' && value <= PRINTF_SIZE_MAX && value >= -PRINTF_SIZE_MAX;
  return isFit ? Number(value) : 'bad';
}

function formatVerb(verb: string, value: Value, flags: Flags): string {
  if (verb === 'T') return pad(typeName(value).replace(/^nil$/, '<nil>'), flags, false);
  if (value === null) return verb === 'v' ? pad('<nil>', flags, false) : `%!${verb}(<nil>)`;
  const text = formatByType(verb, value, flags);
  // A verb that does not fit shows the value by its flags all the same.
  return text ?? `%!${verb}(${typeName(value)}=${formatByType('v', value, flags) ?? ''})`;
}

function formatByType(verb: string, value: Value, flags: Flags): string | undefined {
  if (typeof value === 'string') return formatText(verb, value, flags);
  if (typeof value === 'number') return formatReal(verb, value, flags);
  if (typeof value === 'bigint') return formatInteger(verb, value, flags);
  if (typeof value !== 'boolean') return formatOther(verb, value, flags);
  return verb === 't' || verb === 'v' ? pad(String(value), flags, false) : undefined;
}

/** Times and durations are texts to fmt; of lists and maps the verb goes to the elements. */
function formatOther(verb: string, value: Value, flags: Flags): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const own = formatByOwn(value);
  if (own !== undefined && verb !== 'T') return formatText(verb, own, flags);
  switch (value.kind) {
    case 'duration':
      if (verb === 'd') return formatInteger(verb, value.nanos, flags);
      return formatText(verb, formatValue(value), flags);
    case 'time':
    case 'text':
      return formatText(verb, formatValue(value), flags);
    case 'list':
      return `[${value.items.map((item) => formatVerb(verb, item, flags)).join(' ')}]`;
    case 'map': {
      const parts = sortedEntries(value.entries).map(
        ([key, item]) => `${formatVerb(verb, key, flags)}:${formatVerb(verb, item, flags)}`,
      );
      return `map[${parts.join(' ')}]`;
    }
    case 'struct': {
      const parts = [...value.fields.values()].map((item) => formatVerb(verb, item, flags));
      return `${value.type.startsWith('*') ? '&' : ''}{${parts.join(' ')}}`;
    }
  }
}

function formatText(verb: string, value: string, flags: Flags): string | undefined {
  const chars = Array.from(value);
  const cut = flags.precision === undefined ? value : chars.slice(0, flags.precision).join('');
  switch (verb) {
    case 'v':
      return pad(flags.sharp ? quote(cut) : cut, flags, false);
    case 's':
      return pad(cut, flags, false);
    case 'q':
      return pad(flags.sharp && !cut.includes('`') ? `\`${cut}\`` : quote(cut), flags, false);
    case 'x':
    case 'X': {
      const digits = Buffer.from(value).subarray(0, flags.precision).toString('hex');
      const hex = (flags.sharp && digits !== '' ? '0x' : '') + digits;
      return pad(verb === 'X' ? hex.toUpperCase() : hex, flags, false);
    }
    default:
      return undefined;
  }
}

function formatReal(verb: string, value: number, flags: Flags): string | undefined {
  const lower = verb.toLowerCase();
  const style = lower === 'v' ? 'g' : lower;
  if (style !== 'e' && style !== 'f' && style !== 'g') return undefined;
  const precision = flags.precision ?? (style === 'g' ? undefined : 6);
  const text = formatFloat(value, style, precision);
  const upper = verb === 'E' || verb === 'G' ? text.toUpperCase() : text;
  // An infinity carries its sign even without the plus flag.
  const isSigned = upper.startsWith('-') || upper.startsWith('+');
  const signed = isSigned ? upper : addSign(upper, flags);
  return pad(signed, flags, Number.isFinite(value));
}

function formatInteger(verb: string, value: bigint, flags: Flags): string | undefined {
  const size = value < 0n ? -value : value;
  const digits = integerDigits(verb, size, flags);
  if (digits === undefined) {
    const char = size <= 0x10ffffn && value >= 0n ? String.fromCodePoint(Number(size)) : '\ufffd';
    if (verb === 'c') return pad(char, flags, false);
    if (verb === 'q') return pad(quoteCharacter(char), flags, false);
    if (verb === 'U')
      return pad(`U+${size.toString(16).toUpperCase().padStart(4, '0')}`, flags, false);
    return undefined;
  }
  const long = digits.padStart(flags.precision ?? 0, '0');
  const signed = value < 0n ? `-${long}` : addSign(long, flags);
  return pad(signed, flags, flags.precision === undefined);
}

/** Go's strconv.QuoteRune. */
function quoteCharacter(char: string): string {
  if (char === '"') return `'"'`;
  return char === "'" ? `'\\''` : `'${quote(char).slice(1, -1)}'`;
}

function integerDigits(verb: string, size: bigint, flags: Flags): string | undefined {
  switch (verb) {
    case 'd':
    case 'v':
      return size.toString();
    case 'b':
      return (flags.sharp ? '0b' : '') + size.toString(2);
    case 'o':
      return (flags.sharp ? '0' : '') + size.toString(8);
    case 'O':
      return `0o${size.toString(8)}`;
    case 'x':
      return (flags.sharp ? '0x' : '') + size.toString(16);
    case 'X':
      return (flags.sharp ? '0X' : '') + size.toString(16).toUpperCase();
    default:
      return undefined;
  }
}

function addSign(text: string, flags: Flags): string {
  return (flags.plus ? '+' : flags.space ? ' ' : '') + text;
}

/** Fills up to the width: right with blanks, left with blanks or, for numbers, zeros. */
function pad(text: string, flags: Flags, isNumber: boolean): string {
  const missing = (flags.width ?? 0) - Array.from(text).length;
  if (missing <= 0) return text;
  if (flags.minus) return text + ' '.repeat(missing);
  if (!flags.zero || !isNumber) return ' '.repeat(missing) + text;
  const signLength = /^[-+ ]/.test(text) ? 1 : 0;
  return text.slice(0, signLength) + '0'.repeat(missing) + text.slice(signLength);
}

/** `string=x`, as fmt shows an argument that it could not use. */
function describeValue(value: Value): string {
  return value === null ? '<nil>' : `${typeName(value)}=${formatValue(value)}`;
}
