import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DurationNode } from './ast.ts';
import { parseExpr } from './parser.ts';

/** A duration with all its groups in brackets. */
function shape(node: DurationNode | undefined): string {
  if (node === undefined) return 'none';
  switch (node.kind) {
    case 'constant':
      return `${node.seconds}${node.isDuration ? 's' : ''}`;
    case 'step':
    case 'range':
      return node.kind;
    case 'negate':
      return `[- ${shape(node.operand)}]`;
    case 'paren':
      return `(${shape(node.operand)})`;
    case 'binary':
      return `[${shape(node.left)} ${node.operator} ${shape(node.right)}]`;
  }
}

function checkRange(text: string, want: string): void {
  const expr = parseExpr(`up[${text}]`);
  assert.ok(expr.type === 'matrixSelector');
  assert.equal(shape(expr.range), want, text);
}

function checkOffset(text: string, want: string): void {
  let expr = parseExpr(`up offset ${text}`);
  let after = '';
  for (; expr.type === 'binary'; expr = expr.left) after = ` then ${expr.operator}`;
  assert.ok(expr.type === 'vectorSelector');
  assert.equal(shape(expr.offset) + after, want, text);
}

test('a range is a number of seconds or a duration', () => {
  checkRange('5m', '300s');
  checkRange('300', '300');
  checkRange('0x10', '16');
  checkRange('0.5', '0.5');
  checkRange('+5m', '300s');
  checkRange(' 1h30m ', '5400s');
});

test('a constant is cut to whole milliseconds', () => {
  const check = (text: string, ms: number) => {
    const expr = parseExpr(`up offset ${text}`);
    assert.ok(expr.type === 'vectorSelector' && expr.offset?.kind === 'constant');
    assert.equal(expr.offset.ms, ms, text);
  };
  check('1.0019', 1001);
  check('-1.0019', -1001);
  check('1.001', 1001);
  check('0.0001', 0);
  check('4.35', 4350);
});

test('durations are calculated with', () => {
  checkRange('5m + 1', '[300s + 1]');
  checkRange('1 + 2 * 3', '[1 + [2 * 3]]');
  checkRange('(1 + 2) * 3', '[([1 + 2]) * 3]');
  checkRange('((1 + 2))', '([1 + 2])');
  checkRange('10 - 2 - 1', '[[10 - 2] - 1]');
  checkRange('2 ^ 3 ^ 2', '[2 ^ [3 ^ 2]]');
  checkRange('-2 ^ 2', '[- [2 ^ 2]]');
  checkRange('-2 * 2', '[-2 * 2]');
  checkRange('10 % 4 / 2', '[[10 % 4] / 2]');
  checkRange('5m/(1)', '[300s / (1)]');
  checkRange('-(5m)', '[- (300s)]');
  checkRange('--5m', '300s');
});

test('durations depend on the query', () => {
  checkRange('step()', 'step');
  checkRange('STEP( )', 'step');
  checkRange('range()/2', '[range / 2]');
  checkRange('2*step()+1m', '[[2 * step] + 60s]');
  checkRange('min_of(step(), 5m)', '[step min_of 300s]');
  checkRange('max_of(1+1, min_of(2, 3))', '[[1 + 1] max_of [2 min_of 3]]');
});

test('a subquery has two durations', () => {
  const expr = parseExpr('up[5m + 1m:step() * 2]');
  assert.ok(expr.type === 'subquery');
  assert.equal(shape(expr.range), '[300s + 60s]');
  assert.equal(shape(expr.step), '[step * 2]');
});

test('an offset ends after its first part', () => {
  checkOffset('5m', '300s');
  checkOffset('-5m', '-300s');
  checkOffset('+5m', '300s');
  checkOffset('5m + 1', '300s then +');
  checkOffset('-5m ^ 2', '-300s then ^');
  checkOffset('step() + 1', 'step then +');
  checkOffset('-step() * 2', '[- step] then *');
  checkOffset('+range()', 'range');
  checkOffset('min_of(1, 2) + 1', '[1 min_of 2] then +');
  checkOffset('-max_of(1, 2) - 1', '[- [1 max_of 2]] then -');
  checkOffset('-(5m) + 1', '[- (300s)] then +');
  checkOffset('+(5m)', '(300s)');
});

test('an offset in parentheses goes on', () => {
  checkOffset('(5m)', '(300s)');
  checkOffset('(5m + 1m)', '([300s + 60s])');
  checkOffset('(5m) + 1', '[(300s) + 1]');
  checkOffset('(5m) * 2 + 1', '[[(300s) * 2] + 1]');
  checkOffset('--5m + 1', '[300s + 1]');
  checkOffset('-(-5m)', '[- (-300s)]');
});

test('durations know their place', () => {
  const text = 'up[5m + -(step())]';
  const expr = parseExpr(text);
  assert.ok(expr.type === 'matrixSelector' && expr.range.kind === 'binary');
  const { range } = expr;
  const written = [range, range.left, range.right].map(({ span }) =>
    text.slice(span.start, span.end),
  );
  assert.deepEqual(written, ['5m + -(step())', '5m', '-(step())']);
});
