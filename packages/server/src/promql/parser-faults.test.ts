import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ParseError } from './parse-error.ts';
import { parseExpr } from './parser.ts';

/** Checks the place and the words of a query's fault. */
function check(text: string, want: string): void {
  assert.throws(
    () => parseExpr(text),
    (error) => {
      assert.ok(error instanceof ParseError, `${text} threw ${String(error)}`);
      assert.equal(error.message.replace('parse error: ', ''), want, text);
      return true;
    },
  );
}

test('tokens are named by their kind', () => {
  check('1 foo', '1:3: unexpected identifier "foo"');
  check('1 foo:bar', '1:3: unexpected metric identifier "foo:bar"');
  check('1 2', '1:3: unexpected number "2"');
  check('1 5m', '1:3: unexpected duration "5m"');
  check('1 "x"', String.raw`1:3: unexpected string "\"x\""`);
  check('1 "a long string"', String.raw`1:3: unexpected string "\"a long st"...`);
  check('1 "éééééé"', String.raw`1:3: unexpected string "\"éééééé\""...`);
  check('1 12345678901', '1:3: unexpected number "1234567890"...');
  check('1 BY', '1:3: unexpected <BY>');
  check('1 sum', '1:3: unexpected <aggr:sum>');
  check('1 start', '1:3: unexpected "start"');
  check('1 = 2', '1:3: unexpected "="');
  check('1 (', '1:3: unexpected "("');
  check('1 +', '1:4: unexpected end of input');
  check('1 + * 2', '1:5: unexpected <op:*>');
  check('up + >/ up', '1:6: unexpected <op:>/>');
  check('*up', '1:1: unexpected <op:*>');
  check('on', '1:1: unexpected <on>');
  check('atan2', '1:1: unexpected <op:atan2>');
  check('sum foo', '1:5: unexpected identifier "foo"');
  check('up on up', '1:4: unexpected <on>');
  check('a:b:c d', '1:7: unexpected identifier "d"');
  check('(up up', '1:5: unexpected identifier "up"');
});

test('a misplaced character is named', () => {
  check('é', "1:1: unexpected character: 'é'");
  check('😀', "1:1: unexpected character: '😀'");
  check('up & up', "1:4: unexpected character: '&'");
  check('$x', "1:1: unexpected character: '$'");
  check('up?', "1:3: unexpected character: '?'");
  check('}', "1:1: unexpected character: '}'");
  check("'", '1:1: unterminated quoted string');
});

test('the lexer knows what goes together', () => {
  check(')', "1:2: unexpected right parenthesis ')'");
  check('(up))', "1:6: unexpected right parenthesis ')'");
  check('(up', '1:4: unclosed left parenthesis');
  check('((up)', '1:6: unclosed left parenthesis');
  check(']', "1:1: unexpected right bracket ']'");
  check('up]', "1:3: unexpected right bracket ']'");
  check('[', '1:1: unexpected "["');
  check('up !', "1:4: unexpected character after '!': '�'");
  check('up ! up', "1:4: unexpected character after '!': ' '");
  check('up =~ up', "1:4: unexpected character after '=': '~'");
  check('up[foo]', "1:4: unexpected character in duration expression: 'f'");
  check('up["5m"]', "1:4: unexpected character in duration expression: '\"'");
  check('up[5m foo]', "1:7: unexpected character: 'f', expected ':'");
  check('up[5m # note', '1:13: unclosed left bracket');
  check('up[', '1:4: unexpected end of input in duration expression');
  check('up[5m', '1:6: unclosed left bracket');
  check('up[5m:', '1:7: unclosed left bracket');
  check('up[:1m]', '1:5: unexpected colon before duration in duration expression');
  check('up[5m:1m:1m]', "1:9: unexpected colon ':'");
  check('up[step():step():]', '1:11: unexpected colon before duration in duration expression');
  check('up[5m:)]', "1:8: unexpected right parenthesis ')'");
  check('{', '1:2: unexpected end of input inside braces');
  check('up{a', '1:5: unexpected end of input inside braces');
  check('up{{', "1:4: unexpected left brace '{'");
  check('up{a>"b"}', "1:5: unexpected character inside braces: '>'");
  check('up{a!"b"}', "1:5: unexpected character after '!' inside braces: '\"'");
});

test('faults within an aggregation say so', () => {
  check('sum(up up)', '1:8: unexpected identifier "up" in aggregation');
  check('sum(abs(up up))', '1:12: unexpected identifier "up" in aggregation');
  check('sum by (a) up', '1:12: unexpected identifier "up" in aggregation');
  check('sum by (a) (up +) + 1', '1:17: unexpected ")" in aggregation');
  check('sum(up) foo', '1:9: unexpected identifier "foo"');
  check('sum(up) by (a) by (b)', '1:16: unexpected <by>');
  check('(sum by) by', '1:8: unexpected ")" in grouping opts, expected "("');
});

test('faults within a list of labels say so', () => {
  check('sum by', '1:7: unexpected end of input in grouping opts, expected "("');
  check('sum by foo', '1:8: unexpected identifier "foo" in grouping opts, expected "("');
  check('sum(up) by', '1:11: unexpected end of input in grouping opts, expected "("');
  check('sum by (a', '1:10: unclosed left parenthesis');
  check(
    'sum by (a b) (up)',
    '1:11: unexpected identifier "b" in grouping opts, expected "," or ")"',
  );
  check('sum by (,) (up)', '1:9: unexpected "," in grouping opts, expected label');
  check('sum by (a,,) (up)', '1:11: unexpected "," in grouping opts, expected label');
  check('sum by (1) (up)', '1:9: unexpected number "1" in grouping opts, expected label');
  check('sum by (without) (up)', '1:9: unexpected <without> in grouping opts, expected label');
  check('sum by ("") (up)', '1:9: invalid label name for grouping: ""');
  check(String.raw`sum by ("\xff") (up)`, String.raw`1:9: invalid label name for grouping: "\xff"`);
  check('up * on up', '1:9: unexpected identifier "up" in grouping opts, expected "("');
  check('up * on(a) group_left * up', '1:23: unexpected <op:*> in grouping opts, expected "("');
});

test('faults within a selector say so', () => {
  check('up{=', '1:4: unexpected "=" in label matching, expected identifier or "}"');
  check('up{,}', '1:4: unexpected "," in label matching, expected identifier or "}"');
  check('up{a}', '1:5: unexpected "}" in label matching, expected label matching operator');
  check('up{a=b}', '1:6: unexpected identifier "b" in label matching, expected string');
  check('up{a=~b}', '1:7: unexpected identifier "b" in label matching, expected string');
  check(
    'up{a="b" c="d"}',
    '1:10: unexpected identifier "c" in label matching, expected "," or "}"',
  );
  check('up{a="b",,}', '1:10: unexpected "," in label matching, expected identifier or "}"');
  check(
    '{"a" "b"}',
    String.raw`1:6: unexpected string "\"b\"" in label matching, expected "," or "}"`,
  );
  check('{"a"=}', '1:6: unexpected "}" in label matching, expected string');
});

test('faults within brackets say so', () => {
  check(
    'up[]',
    '1:4: unexpected "]" in subquery or range selector, expected number, duration, step(), or range()',
  );
  check(
    'up[5m + ]',
    '1:9: unexpected "]" in subquery or range selector, expected number, duration, step(), or range()',
  );
  check('up[5m (]', '1:7: unexpected "(" in subquery or range, expected ":" or "]"');
  check(
    'up[(5m]',
    '1:7: unexpected "]" in subquery or range selector, expected number, duration, step(), or range()',
  );
  check(
    'up[step]',
    '1:8: unexpected "]" in subquery or range selector, expected number, duration, step(), or range()',
  );
  check(
    'up[step(]',
    '1:9: unexpected "]" in subquery or range selector, expected number, duration, step(), or range()',
  );
  check(
    'up[min_of(1)]',
    '1:12: unexpected ")" in subquery or range selector, expected number, duration, step(), or range()',
  );
  check('up[5m)]', "1:7: unexpected right parenthesis ')'");
  check('up[5m:5m)]', "1:10: unexpected right parenthesis ')'");
  check(
    'up[5m:+]',
    '1:8: unexpected "]" in subquery selector, expected number, duration, step(), range(), or "]"',
  );
  check(
    'up[5m:(1m]',
    '1:10: unexpected "]" in subquery selector, expected number, duration, step(), range(), or "]"',
  );
});

test('faults after offset and @ say so', () => {
  check(
    'up offset',
    '1:10: unexpected end of input in offset, expected number, duration, step(), or range()',
  );
  check(
    'up offset foo',
    '1:11: unexpected identifier "foo" in offset, expected number, duration, step(), or range()',
  );
  check(
    'up offset "5m"',
    String.raw`1:11: unexpected string "\"5m\"" in offset, expected number, duration, step(), or range()`,
  );
  check('up offset (5m', '1:14: unclosed left parenthesis');
  check(
    'up offset (up)',
    '1:12: unexpected identifier "up" in offset, expected number, duration, step(), or range()',
  );
  check(
    'up offset step',
    '1:15: unexpected end of input in offset, expected number, duration, step(), or range()',
  );
  check(
    'up offset -',
    '1:12: unexpected end of input in offset, expected number, duration, step(), or range()',
  );
  check('up @', '1:5: unexpected end of input in @, expected timestamp');
  check('up @ foo', '1:6: unexpected identifier "foo" in @, expected timestamp');
  check('up @ start', '1:11: unexpected end of input in @, expected timestamp');
  check('up @ start(1)', '1:12: unexpected number "1" in @, expected timestamp');
  check('up @ -', '1:7: unexpected end of input in @, expected timestamp');
});

test('modifiers are refused where they make no sense', () => {
  check(
    '1 offset 5m',
    '1:1: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery',
  );
  check(
    'sum(up) offset 5m',
    '1:1: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery',
  );
  check(
    '1 @ 5',
    '1:1: @ modifier must be preceded by an instant vector selector or range vector selector or a subquery',
  );
  check('up offset 5m offset 5m', '1:1: offset may not be set multiple times');
  check('up[5m] offset 5m offset 5m', '1:1: offset may not be set multiple times');
  check('up @ 1 @ 2', '1:1: @ <timestamp> may not be set multiple times');
  check('up @ 1 @ start()', '1:1: @ <timestamp> may not be set multiple times');
  check('up offset 5m[5m]', '1:13: no offset modifiers allowed before range');
  check('up @ 5[5m]', '1:7: no @ modifiers allowed before range');
  check('1[5m]', '1:2: ranges only allowed for vector selectors');
  check('(up)[5m]', '1:5: ranges only allowed for vector selectors');
  check('up[5m][5m]', '1:7: ranges only allowed for vector selectors');
  check('up anchored smoothed', '1:1: anchored and smoothed modifiers cannot be used together');
  check('up[5m] smoothed anchored', '1:1: anchored and smoothed modifiers cannot be used together');
  check('up[5m:] anchored', '1:1: anchored modifier is not supported for subqueries');
  check('1 smoothed', '1:1: smoothed modifier not implemented');
  check('up * group_left up', '1:6: unexpected <group_left>');
  check('up * fill(up) up', '1:11: unexpected identifier "up"');
  check('up * fill() up', '1:11: unexpected ")"');
  check('up * fill(1 up', '1:13: unexpected identifier "up"');
  check('up * fill(1) fill(2) up', '1:18: unexpected "("');
  check('up == bool', '1:11: unexpected end of input');
});

test('durations are refused where they make no sense', () => {
  check('up[0]', '1:4: duration must be greater than 0');
  check('up[-5m]', '1:4: duration must be greater than 0');
  check('up[5m:0]', '1:7: duration must be greater than 0');
  check('up[1e30]', '1:4: duration out of range');
  check('up offset NaN', '1:11: duration out of range');
  check('up[-1e30]', '1:5: duration out of range');
  check('up offset 1e30', '1:11: duration out of range');
  check('up offset -1e30', '1:11: duration out of range');
  check('up[5m/0]', '1:6: division by zero');
  check('up[5m%0s]', '1:6: modulo by zero');
  check('up[400y]', '1:4: duration out of range');
  check('up[5s8]', '1:4: bad number or duration syntax: "5s8"');
  check('up[5mm]', '1:4: bad number or duration syntax: "5mm"');
  check('up[5m1y]', '1:4: bad number or duration syntax: "5m1"');
  check('up[1.5m]', '1:4: unknown unit "." in duration "1.5m"');
  check('up[1h1h]', '1:4: not a valid duration string: "1h1h"');
  check('up[1s1m]', '1:4: not a valid duration string: "1s1m"');
  check('1ms1s', '1:1: not a valid duration string: "1ms1s"');
  check('up offset 1hs', '1:11: unknown unit "hs" in duration "1hs"');
  check('up[99999999999999999999s]', '1:4: not a valid duration string: "99999999999999999999s"');
});

test('times are refused where they make no sense', () => {
  check('up @ inf', '1:1: timestamp out of bounds for @ modifier: +Inf');
  check('up @ NaN', '1:1: timestamp out of bounds for @ modifier: NaN');
  check(
    'up @ 1e30',
    '1:1: timestamp out of bounds for @ modifier: 1000000000000000019884624838656.000000',
  );
  check(
    'up @ -9223372036854775808',
    '1:1: timestamp out of bounds for @ modifier: -9223372036854775808.000000',
  );
});

test('numbers are refused where they make no sense', () => {
  check('0x', '1:1: error parsing number: strconv.ParseFloat: parsing "0x": invalid syntax');
  check('0xee', '1:1: bad number or duration syntax: "0xee"');
  check('0b1', '1:1: bad number or duration syntax: "0"');
  check('1.5.5', '1:1: bad number or duration syntax: "1.5."');
  check('.5.5', '1:1: error parsing number: strconv.ParseFloat: parsing ".5.5": invalid syntax');
  check('1e', '1:1: bad number or duration syntax: "1e"');
  check(
    '1e999',
    '1:1: error parsing number: strconv.ParseFloat: parsing "1e999": value out of range',
  );
  check('1_', '1:1: bad number or duration syntax: "1_"');
  check('1__0', '1:1: bad number or duration syntax: "1__"');
  check('12abc', '1:1: bad number or duration syntax: "12"');
  check('5m3', '1:1: bad number or duration syntax: "5m3"');
});

test('strings are refused where they make no sense', () => {
  check('"abc', '1:1: unterminated quoted string');
  check("'abc", '1:1: unterminated quoted string');
  check('`abc', '1:1: unterminated raw string');
  check('"two\nlines"', '1:1: unterminated quoted string');
  check(String.raw`"\z"`, "1:1: unknown escape sequence U+007A 'z'");
  check(String.raw`"\'"`, "1:1: unknown escape sequence U+0027 '''");
  check(String.raw`"\xg1"`, "1:1: illegal character U+0067 'g' in escape sequence");
  check(String.raw`"\u12"`, "1:1: illegal character U+0022 '\"' in escape sequence");
  check(String.raw`"\ud800"`, '1:1: escape sequence is an invalid Unicode code point');
  check(String.raw`"\U00110000"`, '1:1: escape sequence is an invalid Unicode code point');
  check(String.raw`"\400"`, '1:1: escape sequence is an invalid Unicode code point');
  check(String.raw`"\8"`, "1:1: unknown escape sequence U+0038 '8'");
  check(String.raw`"\x4`, '1:1: escape sequence not terminated');
  check('"�"', '1:1: invalid UTF-8 rune');
  check('`�`', '1:1: invalid UTF-8 rune');
});

test('calls are refused where they do not fit', () => {
  check('foo(up)', '1:1: unknown function with name "foo"');
  check('SIN(up)', '1:1: unknown function with name "SIN"');
  check('foo:bar(1)', '1:8: unexpected "("');
  check('by(1)', '1:3: unexpected "("');
  check('abs()', '1:1: expected 1 argument(s) in call to "abs", got 0');
  check('abs(up, up)', '1:1: expected 1 argument(s) in call to "abs", got 2');
  check('abs(up,)', '1:7: trailing commas not allowed in function call args');
  check('abs(up, *)', '1:7: trailing commas not allowed in function call args');
  check('round()', '1:1: expected at least 1 argument(s) in call to "round", got 0');
  check('round(up, 1, 2)', '1:1: expected at most 2 argument(s) in call to "round", got 3');
  check(
    'label_join(up, "a")',
    '1:1: expected at least 3 argument(s) in call to "label_join", got 2',
  );
  check('time(1)', '1:1: expected 0 argument(s) in call to "time", got 1');
  check('start(1)', '1:1: expected 0 argument(s) in call to "start", got 1');
  check(
    'histogram_quantiles(up, "q")',
    '1:1: expected at least 3 argument(s) in call to "histogram_quantiles", got 2',
  );
  check(
    'histogram_quantiles(up, "q", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)',
    '1:1: expected at most 12 argument(s) in call to "histogram_quantiles", got 13',
  );
  check('sum()', '1:1: no arguments for aggregate expression provided');
  check(
    'sum(up, 1)',
    '1:1: wrong number of arguments for aggregate expression provided, expected 1, got 2',
  );
  check(
    'topk(up)',
    '1:1: wrong number of arguments for aggregate expression provided, expected 2, got 1',
  );
  check(
    'topk(1, 2, up)',
    '1:1: wrong number of arguments for aggregate expression provided, expected 2, got 3',
  );
});

test('kinds of values are checked', () => {
  check(
    'rate(up)',
    '1:6: expected type range vector in call to function "rate", got instant vector',
  );
  check(
    'rate(up[5m]) + rate(up)',
    '1:21: expected type range vector in call to function "rate", got instant vector',
  );
  check('abs(1)', '1:5: expected type instant vector in call to function "abs", got scalar');
  check(
    'abs(up[5m])',
    '1:5: expected type instant vector in call to function "abs", got range vector',
  );
  check('vector(up)', '1:8: expected type scalar in call to function "vector", got instant vector');
  check('scalar(1)', '1:8: expected type instant vector in call to function "scalar", got scalar');
  check(
    'label_replace(up, "a", "b", "c", 5)',
    '1:34: expected type string in call to function "label_replace", got scalar',
  );
  check(
    'sort_by_label(up, "a", 1)',
    '1:24: expected type string in call to function "sort_by_label", got scalar',
  );
  check('sum(1)', '1:5: expected type instant vector in aggregation expression, got scalar');
  check('sum("x")', '1:5: expected type instant vector in aggregation expression, got string');
  check(
    'sum(up[5m])',
    '1:5: expected type instant vector in aggregation expression, got range vector',
  );
  check('topk("a", up)', '1:6: expected type scalar in aggregation parameter, got string');
  check(
    'topk(up, "a")',
    '1:10: expected type instant vector in aggregation expression, got string',
  );
  check('count_values(1, up)', '1:14: expected type string in aggregation parameter, got scalar');
  check(
    '-"x"',
    '1:1: unary expression only allowed on expressions of type scalar or instant vector, got "string"',
  );
  check(
    '+up[5m]',
    '1:1: unary expression only allowed on expressions of type scalar or instant vector, got "range vector"',
  );
  check('up[1h][5m:]', '1:1: subquery is only allowed on instant vector, got matrix instead');
  check('"x"[5m:]', '1:1: subquery is only allowed on instant vector, got string instead');
  check('5[5m:]', '1:1: subquery is only allowed on instant vector, got scalar instead');
  check('up + "x"', '1:6: binary expression must contain only scalar and instant vector types');
  check('"x" + up', '1:1: binary expression must contain only scalar and instant vector types');
  check('up[5m] + 1', '1:1: binary expression must contain only scalar and instant vector types');
  check('(sum(1))', '1:6: expected type instant vector in aggregation expression, got scalar');
  check(
    'abs(-(sum(1)))',
    '1:11: expected type instant vector in aggregation expression, got scalar',
  );
});

test('operators are checked against their sides', () => {
  check('up + bool up', '1:4: bool modifier can only be used on comparison operators');
  check('up and bool up', '1:4: bool modifier can only be used on comparison operators');
  check('1 == 1', '1:3: comparisons between scalars must use BOOL modifier');
  check('(1)  <  2', '1:6: comparisons between scalars must use BOOL modifier');
  check('1 and up', '1:1: set operator "and" not allowed in binary scalar expression');
  check('up or 1', '1:1: set operator "or" not allowed in binary scalar expression');
  check('up + on(a) 1', '1:1: vector matching only allowed between instant vectors');
  check('1 + ignoring(a) 1', '1:1: vector matching only allowed between instant vectors');
  check('up + fill(1) 1', '1:1: filling in missing series only allowed between instant vectors');
  check('up and fill(1) up', '1:1: filling in missing series not allowed for set operators');
  check('up and on(a) group_left up', '1:1: no grouping allowed for "and" operation');
  check(
    'up * on(b, a) group_left(c, a) up',
    '1:4: label "a" must not occur in ON and GROUP clause at once',
  );
});

test('selectors that select everything are refused', () => {
  check('{}', '1:1: vector selector must contain at least one non-empty matcher');
  check('{a=""}', '1:1: vector selector must contain at least one non-empty matcher');
  check('{a=~".*"}', '1:1: vector selector must contain at least one non-empty matcher');
  check('{a!="b"}', '1:1: vector selector must contain at least one non-empty matcher');
  check('{a=~""}', '1:1: vector selector must contain at least one non-empty matcher');
});

test('conditions are checked', () => {
  check('{a=~"("}', '1:2: error parsing regexp: missing closing ): `(`');
  check(
    'up{b="c",a!~"*"}',
    '1:10: error parsing regexp: missing argument to repetition operator: `*`',
  );
  check('{a=~"a)(b"}', '1:2: error parsing regexp: unexpected ): `a)(b`');
  check('up{__name__="x"}', '1:1: metric name must not be set twice: "up" or "x"');
  check('up{"x"}', '1:1: metric name must not be set twice: "up" or "x"');
});

test('the data labels of info are checked', () => {
  check('info(up, 1)', '1:1: expected type instant vector in call to function "info", got scalar');
  check('info(up, up)', '1:10: expected label selectors only, got vector selector instead');
  check('info(up, sum(up))', '1:10: expected label selectors only');
  check('info(up, ({}))', '1:10: expected label selectors only');
  check('info({}, {})', '1:6: vector selector must contain at least one non-empty matcher');
  check('info(up, {a=~"("})', '1:11: error parsing regexp: missing closing ): `(`');
});
