import assert from 'node:assert/strict';
import test from 'node:test';
import { replaceLimit, sideOfLimit, splitComparison } from './split-comparison.ts';

function check(input: string, expression: string, threshold?: number): void {
  assert.deepEqual(splitComparison(input), { expression, threshold }, input);
}

test('a comparison with a number is split at its operator', () => {
  check('up == 0', 'up', 0);
  check('rate(x[5m]) > 0.1', 'rate(x[5m])', 0.1);
  check('a / b >= bool -1.5e3', 'a / b', -1500);
  check('up != 1', 'up', 1);
});

test('a number at the left is a limit too', () => {
  check('5 < up', 'up', 5);
});

test('operators within brackets, quotes and comments do not count', () => {
  check('up{job!="a", x=~"b>c"} > 3', 'up{job!="a", x=~"b>c"}', 3);
  check('count(up == 0) > 2', 'count(up == 0)', 2);
  check("label_replace(up, 'a', '>', 'b', 'c') < 1 # > 5", "label_replace(up, 'a', '>', 'b', 'c')");
  check('sum(x)\n  / sum(y) > 0.01', 'sum(x)\n  / sum(y)', 0.01);
});

test('of a chain the last comparison is the outer one', () => {
  check('a > b > 3', 'a > b', 3);
});

test('a limit that is no number leaves the left side', () => {
  check('a > on (job) b', 'a');
  check('a > 3 * 2', 'a');
});

test('what is not one comparison stays whole', () => {
  for (const text of ['up', 'absent(up)', 'up == 0 and on () x > 1', 'a > 1 or b > 2', '', '> 3']) {
    check(text, text);
  }
});

test('the limit is replaced, and nothing else', () => {
  const checkLimit = (text: string, limit: number, expected: string) =>
    assert.equal(replaceLimit(text, limit), expected);
  checkLimit('rate(x[5m]) > 0.1', 0.25, 'rate(x[5m]) > 0.25');
  checkLimit('x>5', 6, 'x>6');
  checkLimit('x >= bool -1.5e3\n', 0, 'x >= bool 0\n');
  checkLimit('5 < x5', 7, '7 < x5');
  checkLimit('x5 > y', 7, 'x5 > y');
  checkLimit('a > 1 or b > 2', 7, 'a > 1 or b > 2');
});

test('a limit is one of what is above or below', () => {
  const sides = ['x > 5', '5 < x', 'x <= 5', '5 >= x', 'x == 5', 'x > y', 'x'].map(sideOfLimit);
  assert.deepEqual(sides, ['above', 'above', 'below', 'below', undefined, undefined, undefined]);
});

test('any text is split without an exception', () => {
  const seed = 20_261_123;
  let state = seed;
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const pieces = [
    '(',
    ')',
    '"',
    "'",
    '`',
    '>',
    '==',
    'up',
    '{',
    '}',
    '5',
    ' ',
    '\\',
    '#',
    '\n',
    'or',
  ];
  for (let round = 0; round < 3000; round += 1) {
    const text = Array.from(
      { length: Math.floor(random() * 12) },
      () => pieces[Math.floor(random() * pieces.length)],
    ).join('');
    const { expression } = splitComparison(text);
    assert.ok(text.includes(expression), `seed ${seed}, round ${round}: ${JSON.stringify(text)}`);
  }
});
