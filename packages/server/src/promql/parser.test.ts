import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Expr } from './ast.ts';
import { kindOf } from './kinds.ts';
import { parseExpr, parseSelector } from './parser.ts';

/** The tree with all its groups in brackets, so that precedence shows. */
function shape(expr: Expr): string {
  switch (expr.type) {
    case 'number':
      return String(expr.value);
    case 'string':
      return JSON.stringify(expr.value);
    case 'vectorSelector':
      return expr.offset === undefined ? expr.name : `${expr.name}~`;
    case 'matrixSelector':
      return `${shape(expr.selector)}[]`;
    case 'subquery':
      return `${shape(expr.operand)}[:]`;
    case 'call':
      return `${expr.name}<${expr.args.map(shape).join(' ')}>`;
    case 'aggregate': {
      const parameter = expr.parameter === undefined ? '' : `${shape(expr.parameter)} `;
      return `${expr.operator}<${parameter}${shape(expr.operand)}>`;
    }
    case 'paren':
      return `(${shape(expr.inner)})`;
    case 'unary':
      return `[${expr.operator} ${shape(expr.operand)}]`;
    case 'binary':
      return `[${shape(expr.left)} ${expr.operator} ${shape(expr.right)}]`;
  }
}

function checkShape(text: string, want: string): void {
  assert.equal(shape(parseExpr(text)), want, text);
}

/** Parses a query whose outermost node must be of a type. */
function parseAs<T extends Expr['type']>(text: string, type: T): Extract<Expr, { type: T }> {
  const expr = parseExpr(text);
  const isOfType = (node: Expr): node is Extract<Expr, { type: T }> => node.type === type;
  assert.ok(isOfType(expr), `${text} is a ${expr.type}`);
  return expr;
}

test('operators bind by their precedence', () => {
  checkShape('a + b * c', '[a + [b * c]]');
  checkShape('a * b + c', '[[a * b] + c]');
  checkShape('a - b - c', '[[a - b] - c]');
  checkShape('a / b % c', '[[a / b] % c]');
  checkShape('a atan2 b * c', '[[a atan2 b] * c]');
  checkShape('a or b and c', '[a or [b and c]]');
  checkShape('a and b unless c', '[[a and b] unless c]');
  checkShape('a == bool b + c', '[a == [b + c]]');
  checkShape('a < b > c', '[[a < b] > c]');
  checkShape('a </ b >/ c', '[[a </ b] >/ c]');
  checkShape('a or b > 1 + 2 * 3 ^ 2', '[a or [b > [1 + [2 * [3 ^ 2]]]]]');
});

test('the power operator groups from the right', () => {
  checkShape('2 ^ 3 ^ 2', '[2 ^ [3 ^ 2]]');
  checkShape('a ^ b * c', '[[a ^ b] * c]');
});

test('a sign binds as tightly as a multiplication', () => {
  checkShape('-a ^ b', '[- [a ^ b]]');
  checkShape('-a * b', '[[- a] * b]');
  checkShape('a ^ -b ^ c', '[a ^ [- [b ^ c]]]');
  checkShape('a ^ -b * c', '[[a ^ [- b]] * c]');
  checkShape('- -a', '[- [- a]]');
  checkShape('+a', '[+ a]');
  checkShape('-2 ^ 2', '[- [2 ^ 2]]');
});

test('a sign before a number is part of it', () => {
  checkShape('-1', '-1');
  checkShape('- - 1', '1');
  checkShape('+1', '1');
  checkShape('-(1)', '[- (1)]');
  checkShape('1 - -1', '[1 - -1]');
  assert.deepEqual(parseExpr(' - 5m').span, { start: 1, end: 5 });
});

test('modifiers bind tighter than any operator', () => {
  checkShape('-a offset 5m', '[- a~]');
  checkShape('a ^ b offset 5m', '[a ^ b~]');
  checkShape('a + b @ 5 offset 1m', '[a + b~]');
  checkShape('a offset 5m ^ 2', '[a~ ^ 2]');
  checkShape('a offset -5m + b', '[a~ + b]');
});

test('numbers are read in all their spellings', () => {
  const check = (text: string, want: number) => {
    assert.equal(parseAs(text, 'number').value, want, text);
  };
  check('1', 1);
  check('0.5', 0.5);
  check('.5', 0.5);
  check('5.', 5);
  check('1e3', 1000);
  check('1E+3', 1000);
  check('12.5e-1', 1.25);
  check('0x1F', 31);
  check('0X_ff', 255);
  check('010', 8);
  check('08', 8);
  check('1_000_000', 1_000_000);
  check('1_0.2_5', 10.25);
  check('9223372036854775808', 2 ** 63);
  check('inf', Infinity);
  check('+Inf', Infinity);
  check('-INF', -Infinity);
  check('NaN', Number.NaN);
  check('5m', 300);
  check('1h30m5s7ms', 5405.007);
  check('1y', 31_536_000);
  check('-1w', -604_800);
});

test('a number knows whether it was written as a duration', () => {
  assert.equal(parseAs('300', 'number').isDuration, false);
  assert.equal(parseAs('5m', 'number').isDuration, true);
  assert.equal(parseAs('-5m', 'number').isDuration, true);
});

test('strings are read with three kinds of quotes and Go escapes', () => {
  const check = (text: string, want: string) => {
    assert.equal(parseAs(text, 'string').value, want, text);
  };
  check('""', '');
  check(`"it's"`, "it's");
  check(`'say "hi"'`, 'say "hi"');
  check('`a\\n"\'b`', 'a\\n"\'b');
  check('`two\nlines`', 'two\nlines');
  check(String.raw`"\a\b\f\n\r\t\v\\\""`, '\x07\b\f\n\r\t\v\\"');
  check(String.raw`'\''`, "'");
  check(String.raw`"\x41\102\u00e9\U0001f600"`, 'AB\u00e9😀');
  check(String.raw`"\xc3\xa9"`, 'é');
  check(String.raw`"a\xc5z\377"`, 'a\udcc5z\udcff');
  check(String.raw`"\303\251\xe4\xb8\x96\xf0\x9f\x98\x80"`, 'é世😀');
  check('"日本 😀"', '日本 😀');
});

test('selectors hold their conditions, the name last', () => {
  const check = (text: string, name: string, want: string[]) => {
    const node = parseAs(text, 'vectorSelector');
    assert.equal(node.name, name, text);
    const got = node.matchers.map((m) => `${m.name}${m.operator}${m.value}`);
    assert.deepEqual(got, want, text);
  };
  check('up', 'up', ['__name__=up']);
  check('job:up:sum', 'job:up:sum', ['__name__=job:up:sum']);
  check(':up', ':up', ['__name__=:up']);
  check('up{}', 'up', ['__name__=up']);
  check('up{job="a",}', 'up', ['job=a', '__name__=up']);
  check(`up{a='1', b!="2",c=~"3|4", d!~\`5.*\`}`, 'up', [
    'a=1',
    'b!=2',
    'c=~3|4',
    'd!~5.*',
    '__name__=up',
  ]);
  check('{__name__=~"a.+"}', '', ['__name__=~a.+']);
  check('{"a metric"}', '', ['__name__=a metric']);
  check('{"a.b", "l.x"="v"}', '', ['__name__=a.b', 'l.x=v']);
  check('up{by="1",sum="2",start="3"}', 'up', ['by=1', 'sum=2', 'start=3', '__name__=up']);
  check('up{a="1" # one\n, b="2"}', 'up', ['a=1', 'b=2', '__name__=up']);
});

test('reserved words name metrics where nothing else fits', () => {
  const words = 'avg by and or unless fill fill_left offset without start end step range';
  for (const word of `${words} min_of anchored smoothed SUM limit_ratio`.split(' ')) {
    assert.equal(parseAs(word, 'vectorSelector').name, word);
    assert.equal(parseAs(`${word}{a="b"}`, 'vectorSelector').name, word);
  }
  checkShape('and and and', '[and and and]');
  checkShape('fill + fill', '[fill + fill]');
  checkShape('sum(sum)', 'sum<sum>');
});

test('reserved words are known in any case', () => {
  checkShape('SUM BY (a) (b) Unless On (c) D', '[sum<b> unless D]');
  checkShape('a OFFSET 5m', 'a~');
  checkShape('foo[STEP()]', 'foo[]');
});

test('modifiers come in any order', () => {
  const first = parseAs('up @ 10 offset 5m anchored', 'vectorSelector');
  assert.deepEqual(first.at, { kind: 'time', ms: 10_000 });
  assert.equal(first.offset?.kind === 'constant' && first.offset.ms, 300_000);
  assert.equal(first.extension, 'anchored');
  assert.deepEqual(first.span, { start: 0, end: 26 });
  const second = parseAs('up smoothed offset -5m @ start()', 'vectorSelector');
  assert.deepEqual(second.at, { kind: 'start' });
  assert.equal(second.offset?.kind === 'constant' && second.offset.ms, -300_000);
  assert.equal(second.extension, 'smoothed');
});

test('the modifiers of a range belong to its selector', () => {
  const { selector, range, span } = parseAs(
    'up{a="b"}[5m] smoothed @ end() offset 1m',
    'matrixSelector',
  );
  assert.equal(selector.name, 'up');
  assert.equal(selector.extension, 'smoothed');
  assert.deepEqual(selector.at, { kind: 'end' });
  assert.equal(selector.offset?.kind === 'constant' && selector.offset.ms, 60_000);
  assert.equal(range.kind === 'constant' && range.ms, 300_000);
  assert.deepEqual(span, { start: 0, end: 40 });
  const inner = parseAs('up anchored[5m]', 'matrixSelector');
  assert.equal(inner.selector.extension, 'anchored');
});

test('times after @ are signed, fractional, or durations', () => {
  const check = (text: string, ms: number) => {
    assert.deepEqual(parseAs(`up @ ${text}`, 'vectorSelector').at, { kind: 'time', ms });
  };
  check('1603774568', 1_603_774_568_000);
  check('-100', -100_000);
  check('+1.2345', 1235);
  check('1e3', 1_000_000);
  check('2m', 120_000);
});

test('an offset of nothing is none', () => {
  assert.equal(parseAs('up offset 0', 'vectorSelector').offset, undefined);
  checkShape('up offset 0s offset 5m', 'up~');
});

test('subqueries take any instant vector', () => {
  const node = parseAs('rate(up[1m])[10m:5s] @ 100 offset 2m', 'subquery');
  assert.equal(node.operand.type, 'call');
  assert.equal(node.range.kind === 'constant' && node.range.ms, 600_000);
  assert.equal(node.step?.kind === 'constant' && node.step.ms, 5_000);
  assert.deepEqual(node.at, { kind: 'time', ms: 100_000 });
  assert.equal(node.offset?.kind === 'constant' && node.offset.ms, 120_000);
  assert.equal(parseAs('up[5m:]', 'subquery').step, undefined);
  checkShape('max_over_time((a + b)[5m:1m])', 'max_over_time<([a + b])[:]>');
  checkShape('max_over_time(rate(up[1m:1s])[1h:])', 'max_over_time<rate<up[:]>[:]>');
});

test('aggregations take their labels before or after', () => {
  const check = (text: string, want: { isWithout: boolean; grouping: string[] }) => {
    const { isWithout, grouping } = parseAs(text, 'aggregate');
    assert.deepEqual({ isWithout, grouping }, want, text);
  };
  check('sum(up)', { isWithout: false, grouping: [] });
  check('sum by () (up)', { isWithout: false, grouping: [] });
  check('sum by (a, b) (up)', { isWithout: false, grouping: ['a', 'b'] });
  check('sum(up) by (a, b,)', { isWithout: false, grouping: ['a', 'b'] });
  check('sum without (a) (up)', { isWithout: true, grouping: ['a'] });
  check('sum(up) without ("x.y")', { isWithout: true, grouping: ['x.y'] });
  check('sum by (by, on, bool, start, sum, and) (up)', {
    isWithout: false,
    grouping: ['by', 'on', 'bool', 'start', 'sum', 'and'],
  });
});

test('some aggregations take a parameter first', () => {
  checkShape('topk(3, up)', 'topk<3 up>');
  checkShape('quantile(1 - 0.5, up) by (a)', 'quantile<[1 - 0.5] up>');
  checkShape('count_values("v", up)', 'count_values<"v" up>');
  checkShape('limitk(2, up)', 'limitk<2 up>');
  checkShape('limit_ratio(-0.5, up)', 'limit_ratio<-0.5 up>');
});

test('functions take what their signatures say', () => {
  checkShape('time()', 'time<>');
  checkShape('round(up)', 'round<up>');
  checkShape('round(up, 5)', 'round<up 5>');
  checkShape('label_join(up, "a", "-", "b", "c", "d")', 'label_join<up "a" "-" "b" "c" "d">');
  checkShape('start() + end() + step() + range()', '[[[start<> + end<>] + step<>] + range<>]');
  checkShape('min_of(1, max_of(2, 3))', 'min_of<1 max_of<2 3>>');
  checkShape('info(up, {job="a"})', 'info<up >');
  checkShape('info(up, {})', 'info<up >');
  checkShape('histogram_quantiles(up, "q", 0.5, 0.9)', 'histogram_quantiles<up "q" 0.5 0.9>');
});

test('vector matching holds its labels and cardinality', () => {
  const check = (modifiers: string, want: string) => {
    const { isBool, matching } = parseAs(`a == ${modifiers} b`, 'binary');
    assert.ok(matching);
    const { isOn, labels, cardinality, include } = matching;
    const side = isOn ? 'on' : 'ignoring';
    assert.equal(
      `${isBool} ${side}(${labels.join()}) ${cardinality}(${include.join()})`,
      want,
      modifiers,
    );
  };
  check('', 'false ignoring() one-to-one()');
  check('bool', 'true ignoring() one-to-one()');
  check('on(x, y)', 'false on(x,y) one-to-one()');
  check('on()', 'false on() one-to-one()');
  check('bool ignoring("x y")', 'true ignoring(x y) one-to-one()');
  check('on(x) group_left', 'false on(x) many-to-one()');
  check('on(x) group_left(y, z)', 'false on(x) many-to-one(y,z)');
  check('ignoring(x) group_right()', 'false ignoring(x) one-to-many()');
});

test('set operators match many to many', () => {
  for (const operator of ['and', 'or', 'unless']) {
    const { matching } = parseAs(`a ${operator} on(x) b`, 'binary');
    assert.equal(matching?.cardinality, 'many-to-many');
    assert.deepEqual(matching.labels, ['x']);
  }
});

test('only two vectors are matched', () => {
  assert.equal(parseAs('a + 1', 'binary').matching, undefined);
  assert.equal(parseAs('1 + a', 'binary').matching, undefined);
  assert.equal(parseAs('1 + 1', 'binary').matching, undefined);
  assert.equal(parseAs('1 + on() a', 'binary').matching, undefined);
});

test('missing partners are filled in', () => {
  const check = (modifiers: string, left: number | undefined, right: number | undefined) => {
    const { matching } = parseAs(`a + ${modifiers} b`, 'binary');
    assert.deepEqual([matching?.fillLeft, matching?.fillRight], [left, right], modifiers);
  };
  check('', undefined, undefined);
  check('fill(0)', 0, 0);
  check('fill_left(-1)', -1, undefined);
  check('fill_right (+2.5)', undefined, 2.5);
  check('fill_left(1) fill_right(2)', 1, 2);
  check('fill_right(2) fill_left(1)', 1, 2);
  check('on(x) group_left(y) fill(5m)', 300, 300);
});

test('comments and space mean nothing', () => {
  checkShape('# first\n a # then\r\n\t+ b # last', '[a + b]');
  checkShape('sum # one\n by # two\n (a) # three\n (b)', 'sum<b>');
  checkShape('rate(up[ 5m ])', 'rate<up[]>');
});

test('every node knows its place', () => {
  const check = (text: string, part: (expr: Expr) => Expr | undefined, want: string) => {
    const node = part(parseExpr(text));
    assert.ok(node);
    assert.equal(text.slice(node.span.start, node.span.end), want);
  };
  const self = (expr: Expr) => expr;
  check(' (a) ', self, '(a)');
  check('sum by (x) (a) ', self, 'sum by (x) (a)');
  check('sum(a) by (x) ', self, 'sum(a) by (x)');
  check('(sum(a) )', (expr) => (expr.type === 'paren' ? expr.inner : undefined), 'sum(a)');
  check(
    'a + rate(b[5m]) ',
    (expr) => (expr.type === 'binary' ? expr.right : undefined),
    'rate(b[5m])',
  );
  check('a{b="c"} offset 5m ', self, 'a{b="c"} offset 5m');
  check(' a[5m:1m] @ start( ) ', self, 'a[5m:1m] @ start( )');
  check('-a', self, '-a');
});

test('every expression has a kind', () => {
  const check = (text: string, want: string) => assert.equal(kindOf(parseExpr(text)), want, text);
  check('1', 'scalar');
  check('"a"', 'string');
  check('a', 'vector');
  check('a[5m]', 'matrix');
  check('a[5m:]', 'matrix');
  check('sum(a)', 'vector');
  check('scalar(a)', 'scalar');
  check('rate(a[5m])', 'vector');
  check('1 + 1', 'scalar');
  check('1 + a', 'vector');
  check('-(1)', 'scalar');
  check('(-a)', 'vector');
});

test('a selector by itself is read without modifiers', () => {
  const key = (matchers: readonly { name: string; value: string }[]) =>
    matchers.map(({ name, value }) => `${name}=${value}`);
  assert.deepEqual(key(parseSelector('up{job="a"}')), ['job=a', '__name__=up']);
  assert.deepEqual(key(parseSelector('{}')), []);
  assert.ok(parseSelector('up')[0].matches('up'));
  for (const text of ['', '1', 'up offset 5m', 'up[5m]', 'sum(up)', '{a=1}']) {
    assert.throws(() => parseSelector(text), /parse error: /, text);
  }
});
