import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExpr } from './parser.ts';
import { formatExpr } from './printer.ts';

/** Checks what is printed, and that it means the same. */
function check(text: string, want = text): void {
  assert.equal(formatExpr(parseExpr(text)), want);
  assert.equal(formatExpr(parseExpr(want)), want);
}

test('numbers are printed without exponents', () => {
  check('1');
  check('-0.5');
  check('1e3', '1000');
  check('1e21', '1000000000000000000000');
  check('1.5e-7', '0.00000015');
  check('0x1F', '31');
  check('1_000', '1000');
  check('inf', '+Inf');
  check('-inf', '-Inf');
  check('nan', 'NaN');
  check('--1', '1');
  check('-0', '-0');
});

test('durations are printed as durations', () => {
  check('5m');
  check('300s', '5m');
  check('-90s', '-1m30s');
  check('1y');
  check('8d');
  check('14d', '2w');
  check('366d');
  check('1500ms', '1s500ms');
  // Prometheus' own loss: seconds are cut to nanoseconds, and 1.001 is just below.
  assert.equal(formatExpr(parseExpr('1001ms')), '1s');
  check('0s');
});

test('strings are printed in double quotes', () => {
  check("'a'", '"a"');
  check('`a"b\\n`', '"a\\"b\\\\n"');
  check(String.raw`"\n\x07\xffé"`, String.raw`"\n\a\xffé"`);
});

test('selectors are printed with sorted conditions', () => {
  check('up');
  check('up{}', 'up');
  check('up{job="b",instance=~"a.*"}', 'up{instance=~"a.*",job="b"}');
  check('{__name__="up"}');
  check('{"up"}', '{__name__="up"}');
  check('{"a metric", x="1"}', '{__name__="a metric",x="1"}');
  check('up{"l.x"=\'v"\'}', 'up{"l.x"="v\\""}');
  check('{__name__=~"a|b",x!="",y!~"z"}');
});

test('modifiers are printed in one order', () => {
  check('up offset 5m');
  check('up offset 300', 'up offset 5m');
  check('up offset -5m');
  check('up offset 5m @ 10', 'up @ 10.000 offset 5m');
  check('up @ -1.2345', 'up @ -1.235');
  check('up @ start()');
  check('up offset 5m anchored @ end()', 'up @ end() anchored offset 5m');
  check('up[5m]');
  check('up[300]', 'up[5m]');
  check('up[5m] offset 1m @ end() smoothed', 'up[5m] smoothed @ end() offset 1m');
  check('up anchored[5m]', 'up[5m] anchored');
  check('up[5m:]');
  check('up[5m:60] offset 1m @ 0', 'up[5m:1m] @ 0.000 offset 1m');
  check('up offset 0', 'up');
});

test('duration expressions are printed as written', () => {
  check('up[5m + 60]');
  check('up[2*(step()+1)]', 'up[2 * (step() + 1)]');
  check('up[((5m))]', 'up[(5m)]');
  check('up[-(5m)]');
  check('up[+step()]', 'up[step()]');
  check('up[MIN_OF(1,RANGE())]', 'up[min_of(1, range())]');
  check('up[5m:max_of(step(),1m)]', 'up[5m:max_of(step(), 1m)]');
  check('up offset -step()');
  check('up offset (5m)+1', 'up offset (5m) + 1');
  check('up[5m] offset -min_of(1m, 2m)');
});

test('calls and aggregations are printed with their parts', () => {
  check('rate( up[5m] )', 'rate(up[5m])');
  check('time ( )', 'time()');
  check('label_join(up,"a","b")', 'label_join(up, "a", "b")');
  check('SUM(up)', 'sum(up)');
  check('sum(up) by (b,a)', 'sum by (b, a) (up)');
  check('sum by () (up)', 'sum(up)');
  check('sum(up) without ()', 'sum without () (up)');
  check('sum by ("l.x", start) (up)');
  check('topk by (a) (2,up)', 'topk by (a) (2, up)');
  check('count_values("v", up)');
});

test('operators are printed with their modifiers', () => {
  check('a+b', 'a + b');
  check('a  ==bool  1', 'a == bool 1');
  check('a and b or c unless d');
  check('a atan2 b');
  check('a >/ b', 'a >/ b');
  check('a * on () b');
  check('a * ignoring () b', 'a * b');
  check('a * on (x,y) group_left b', 'a * on (x, y) group_left () b');
  check('a * ignoring () group_right (z) b');
  check('a and on ("x y") b');
  check('a + fill(1) b', 'a + fill (1) b');
  check('a + fill_left(1) fill_right(1) b', 'a + fill (1) b');
  check('a + fill_right(-2.5) fill_left(1e21) b', 'a + fill_left (1e+21) fill_right (-2.5) b');
  check('a == bool on (x) fill_left(inf) b', 'a == bool on (x) fill_left (+Inf) b');
});

test('signs and parentheses stay', () => {
  check('-a');
  check('+ a', '+a');
  check('-(1)');
  check('((a))');
  check('-a ^ b');
  check('(-a) ^ b');
  check('a ^ -1');
  check('# note\n(a # more\n)', '(a)');
});
