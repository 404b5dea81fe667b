import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExpr } from './parser.ts';
import { formatPretty } from './pretty-printer.ts';
import { formatExpr } from './printer.ts';

const LONG = `up{instance="a-rather-long-name:9100",job="${'x'.repeat(60)}"}`;

/** Checks what is printed, and that it means the same. */
function check(text: string, want: readonly string[]): void {
  const pretty = formatPretty(parseExpr(text));
  assert.deepEqual(pretty.split('\n'), want);
  assert.equal(formatExpr(parseExpr(pretty)), formatExpr(parseExpr(text)));
}

test('what fits into a line stays in one', () => {
  check('sum( up )  by(job)', ['sum by (job) (up)']);
  check(`${'a'.repeat(96)} + b`, [`${'a'.repeat(96)} + b`]);
});

test('what does not fit is opened', () => {
  check(`${'a'.repeat(97)} + b`, [`  ${'a'.repeat(97)}`, '+', '  b']);
  check(`rate(${LONG}[5m])`, ['rate(', `  ${LONG}[5m]`, ')']);
  check(`round(${LONG}, 5)`, ['round(', `  ${LONG},`, '  5', ')']);
  check(`sum by (job) (${LONG})`, ['sum by (job) (', `  ${LONG}`, ')']);
  check(`topk(5, ${LONG})`, ['topk(', '  5,', `  ${LONG}`, ')']);
  check(`(${LONG})`, ['(', `  ${LONG}`, ')']);
  check(LONG, [LONG]);
});

test('only the parts that do not fit are opened further', () => {
  check(`sum by (a) (rate(${LONG}[5m])) > bool on (a) sum by (a) (rate(b[5m]))`, [
    '  sum by (a) (',
    '    rate(',
    `      ${LONG}[5m]`,
    '    )',
    '  )',
    '> bool on (a)',
    '  sum by (a) (rate(b[5m]))',
  ]);
});

test('signs stay beside what they belong to, durations behind', () => {
  check(`-(${LONG})`, ['-(', `  ${LONG}`, ')']);
  check(`max_over_time((${LONG})[1h:5m] offset 1d)`, [
    'max_over_time(',
    '  (',
    `    ${LONG}`,
    '  )[1h:5m] offset 1d',
    ')',
  ]);
});

test('the length of a line is counted in bytes', () => {
  check(`abs(up{a="${'é'.repeat(45)}"})`, ['abs(', `  up{a="${'é'.repeat(45)}"}`, ')']);
});

test('a deep and long expression takes time in proportion to its text', () => {
  const args = Array.from({ length: 20_000 }, () => '"a"').join(', ');
  const text = `${'('.repeat(400)}label_join(up, ${args})${')'.repeat(400)}`;
  assert.equal(formatPretty(parseExpr(text)).split('\n').length, 2 * 400 + 20_003);
});
