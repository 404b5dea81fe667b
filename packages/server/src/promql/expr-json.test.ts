import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createExprJson } from './expr-json.ts';
import { parseExpr } from './parser.ts';

function check(text: string, want: unknown): void {
  assert.deepEqual(JSON.parse(JSON.stringify(createExprJson(parseExpr(text)))), want, text);
}

const UP = {
  type: 'vectorSelector',
  name: 'up',
  matchers: [{ name: '__name__', value: 'up', type: '=' }],
  offset: 0,
  offsetExpr: null,
  timestamp: null,
  startOrEnd: null,
  anchored: false,
  smoothed: false,
};
const ONE = { type: 'numberLiteral', val: '1' };

test('literals are told as text', () => {
  check('1', ONE);
  check('inf', { type: 'numberLiteral', val: '+Inf' });
  check('"a"', { type: 'stringLiteral', val: 'a' });
});

test('selectors are told with their conditions and times', () => {
  check('up', UP);
  check('up{job!~"a"} @ 1.5 offset -5m anchored', {
    ...UP,
    matchers: [{ name: 'job', value: 'a', type: '!~' }, ...UP.matchers],
    timestamp: 1500,
    offset: -300_000,
    anchored: true,
  });
  check('up[5m] @ end() smoothed', {
    ...UP,
    type: 'matrixSelector',
    range: 300_000,
    rangeExpr: null,
    startOrEnd: 'end',
    smoothed: true,
  });
  check('up[5m:1m] offset 2m', {
    type: 'subquery',
    expr: UP,
    range: 300_000,
    rangeExpr: null,
    step: 60_000,
    stepExpr: null,
    offset: 120_000,
    offsetExpr: null,
    timestamp: null,
    startOrEnd: null,
  });
});

test('calculated durations are told as trees', () => {
  const check1 = (text: string, rangeExpr: unknown) => {
    check(`up[${text}]`, { ...UP, type: 'matrixSelector', range: 0, rangeExpr });
  };
  const step = { type: 'durationExpr', op: 'step', lhs: null, rhs: null, wrapped: false };
  const minute = { type: 'numberLiteral', val: '60', duration: true };
  check1('step()', step);
  check1('step() * 1m', { ...step, op: '*', lhs: step, rhs: minute });
  check1('-(step())', { ...step, op: '-', rhs: { ...step, wrapped: true } });
  check1('(1m)', { ...step, op: '+', rhs: minute, wrapped: true });
  check1('min_of(step(), 1)', {
    ...step,
    op: 'min_of',
    lhs: step,
    rhs: { type: 'numberLiteral', val: '1', duration: false },
  });
});

test('operations are told with their operands', () => {
  check('-(up)', { type: 'unaryExpr', op: '-', expr: { type: 'parenExpr', expr: UP } });
  check('up > bool 1', {
    type: 'binaryExpr',
    op: '>',
    lhs: UP,
    rhs: ONE,
    matching: null,
    bool: true,
  });
  check('up * on (a) group_left (b) fill_left (0) up', {
    type: 'binaryExpr',
    op: '*',
    lhs: UP,
    rhs: UP,
    matching: {
      card: 'many-to-one',
      labels: ['a'],
      on: true,
      include: ['b'],
      fillValues: { lhs: 0, rhs: null },
    },
    bool: false,
  });
  check('sum without (a) (up)', {
    type: 'aggregation',
    op: 'sum',
    expr: UP,
    param: null,
    grouping: ['a'],
    without: true,
  });
  check('topk(1, up)', {
    type: 'aggregation',
    op: 'topk',
    expr: UP,
    param: ONE,
    grouping: [],
    without: false,
  });
});

test('calls are told with their signatures', () => {
  const checkCall = (text: string, variadic: number, argTypes: string[]) => {
    const { func } = createExprJson(parseExpr(text));
    const name = text.slice(0, text.indexOf('('));
    assert.deepEqual(func, { name, argTypes, variadic, returnType: 'vector' });
  };
  checkCall('abs(up)', 0, ['vector']);
  checkCall('round(up, 1)', 1, ['vector', 'scalar']);
  checkCall('label_join(up, "a", "b")', -1, ['vector', 'string', 'string', 'string']);
  checkCall('histogram_quantiles(up, "q", 1)', 9, ['vector', 'string', 'scalar', 'scalar']);
});
